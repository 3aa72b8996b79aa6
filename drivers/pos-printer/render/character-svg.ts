import { fontUnitsPerEm, glyphOf } from './glyphs.ts'

/** Of a character's height: where its baseline stands, and how large its em square is. */
const baseline = 0.84
const emShare = 0.9
/** The font's thinnest weight, thickened to how thermal paper looks. In font units. */
const strokeUnits = { normal: 48, bold: 84 }

/** One character in its cell. Dots. */
export interface CharacterCell {
  readonly character: string
  readonly x: number
  readonly widthDots: number
  readonly heightDots: number
  readonly bold: boolean
}

/**
 * A use of the character's outline with its top at `top`; the outline itself is put into `defined`, once for all its
 * uses. Empty for a character without an outline, and for one the font has not.
 */
export function characterSvg(
  { character, x, widthDots, heightDots, bold }: CharacterCell,
  top: number,
  defined: Map<string, string>,
  ink = '',
): string {
  const glyph = glyphOf(character)
  if (glyph === null || glyph.path === '') return ''
  const id = `g${character.codePointAt(0) ?? 0}`
  if (!defined.has(id)) defined.set(id, `<path id="${id}" d="${glyph.path}"/>`)
  // A wide Latin letter is squeezed into its cell, as the printer's own fixed-width font would have it.
  const scaleY = (heightDots * emShare) / fontUnitsPerEm
  const scaleX = Math.min(
    scaleY * (widthDots / heightDots > 0.9 ? 1 : 1.1),
    (widthDots * 0.94) / glyph.advance,
  )
  const left = x + (widthDots - glyph.advance * scaleX) / 2
  const place = `matrix(${fixed(scaleX)} 0 0 ${fixed(-scaleY)} ${fixed(left)} ${fixed(top + heightDots * baseline)})`
  const width = bold ? strokeUnits.bold : strokeUnits.normal
  return `<use href="#${id}" transform="${place}" stroke-width="${width}"${ink}/>`
}

function fixed(value: number): string {
  return value.toFixed(4)
}
