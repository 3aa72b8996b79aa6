import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { create, type Font } from 'fontkit'

/**
 * Outlines from the font that the user interface bundles too, so that the paper looks the same on every machine: no
 * font of the system is ever asked. The font comes in about a hundred files by Unicode range.
 */
export interface Glyph {
  /** SVG path data in font units, y upwards. */
  readonly path: string
  /** In font units. */
  readonly advance: number
}

export const fontUnitsPerEm = 1000

interface Range {
  readonly first: number
  readonly last: number
  readonly file: string
}

const fontPackage = '@fontsource-variable/noto-sans-sc'
const folder = dirname(createRequire(import.meta.url).resolve(`${fontPackage}/unicode.json`))
const fonts = new Map<string, Font>()
const glyphs = new Map<string, Glyph | null>()
let ranges: readonly Range[] | null = null

/** The outline of one character; null when the font has none. */
export function glyphOf(character: string): Glyph | null {
  const known = glyphs.get(character)
  if (known !== undefined) return known
  const glyph = readGlyph(character.codePointAt(0) ?? 0)
  glyphs.set(character, glyph)
  return glyph
}

function readGlyph(codePoint: number): Glyph | null {
  ranges ??= readRanges()
  for (const { first, last, file } of ranges) {
    if (codePoint < first || codePoint > last) continue
    const font = openFont(file)
    if (!font.hasGlyphForCodePoint(codePoint)) continue
    const glyph = font.glyphForCodePoint(codePoint)
    return { path: glyph.path.toSVG(), advance: glyph.advanceWidth }
  }
  return null
}

function openFont(file: string): Font {
  let font = fonts.get(file)
  if (font === undefined) {
    const opened = create(readFileSync(join(folder, 'files', file)))
    if (!('glyphForCodePoint' in opened)) throw new Error(`${file} is a collection, not a font`)
    font = opened
    fonts.set(file, font)
  }
  return font
}

/** `unicode.json` maps a part's name, "latin" or "[17]", to "U+4E00-4E10,U+4E16,…". */
function readRanges(): readonly Range[] {
  const parts = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>
  return Object.entries(parts).flatMap(([name, list]) =>
    list.split(',').map((text) => {
      const [first = '', last = first] = text.trim().replace(/^U\+/, '').split('-')
      const file = `noto-sans-sc-${name.replace(/[[\]]/g, '')}-wght-normal.woff2`
      return { first: Number.parseInt(first, 16), last: Number.parseInt(last, 16), file }
    }),
  )
}
