import sharp from 'sharp'
import type { PrinterProfile } from '../models/profile.ts'
import { characterSvg } from './character-svg.ts'
import type { TextLine } from './layout.ts'
import { rasterBands, rasterOf } from './raster.ts'
import { columnsIn } from './voice.ts'

const cellDots = 12
const characterHeightDots = 24
/** Between lines, as `lineSpacingDots` leaves it. */
const leadingDots = 6
/** Grey below this is a dot: the outline's soft edge belongs to the letter. */
const threshold = 150

/** A line as the printer would set it, had it the characters: the same cells, in the font of the screens. */
export async function drawLine(line: TextLine, profile: PrinterProfile): Promise<Uint8Array[]> {
  const [scaleX, scaleY] = { normal: [1, 1], tall: [1, 2], double: [2, 2] }[line.size] as [number, number]
  const measure = columnsIn(null)
  const lineDots = measure(line.text) * cellDots * scaleX
  const free = Math.max(0, profile.widthDots - lineDots)
  const height = characterHeightDots * scaleY + leadingDots
  const defined = new Map<string, string>()
  let x = { left: 0, center: Math.floor(free / 2), right: free }[line.align]
  let drawn = ''
  for (const character of line.text) {
    const widthDots = measure(character) * cellDots * scaleX
    // A mark without a column of its own sits on the letter before it.
    const cell =
      widthDots === 0 ? { at: x - cellDots * scaleX, widthDots: cellDots * scaleX } : { at: x, widthDots }
    const { bold } = line
    drawn += characterSvg(
      { character, x: cell.at, widthDots: cell.widthDots, heightDots: characterHeightDots * scaleY, bold },
      0,
      defined,
    )
    x += widthDots
  }
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${profile.widthDots}" height="${height}">` +
    `<rect width="100%" height="100%" fill="#fff"/><defs>${[...defined.values()].join('')}</defs>` +
    `<g fill="#000" stroke="#000" stroke-linejoin="round">${drawn}</g></svg>`
  const pixels = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer()
  return rasterBands(rasterOf(pixels, profile.widthDots, threshold), profile.widthDots)
}
