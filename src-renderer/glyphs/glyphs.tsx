import type { ReactNode } from 'react'
import { drinks } from './drinks.tsx'
import { fresh } from './fresh.tsx'
import { household } from './household.tsx'
import { pantry } from './pantry.tsx'

/** Drawn pictures of goods on a 64 grid: flat shapes, three tones each, light from the upper left. */
export const glyphs: Readonly<Record<GlyphName, ReactNode>> = { ...fresh, ...pantry, ...drinks, ...household }

export type GlyphName =
  keyof typeof fresh | keyof typeof pantry | keyof typeof drinks | keyof typeof household

export function isGlyph(name: string): name is GlyphName {
  return Object.hasOwn(glyphs, name)
}
