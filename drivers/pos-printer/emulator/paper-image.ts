import sharp from 'sharp'
import { unreachable } from '../../../src-main/contract/result.ts'
import { characterSvg } from '../render/character-svg.ts'
import type { Mark, PaperRow } from './paper.ts'

/** Blank paper beside, above and below what is printed. */
const sideDots = 36
const endDots = 32
type CharacterMark = Extract<Mark, { kind: 'character' }>

/** Draws a paper as a person would photograph it from above; PNG, one pixel for each dot. */
export async function drawPaper(rows: readonly PaperRow[], widthDots: number): Promise<Uint8Array> {
  const height = rows.reduce((sum, row) => sum + row.heightDots, 2 * endDots)
  const width = widthDots + 2 * sideDots
  const defined = new Map<string, string>()
  let y = endDots
  const drawn: string[] = []
  for (const row of rows) {
    for (const mark of row.marks) drawn.push(drawMark(mark, y, row.heightDots, defined))
    y += row.heightDots
  }
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="${width}" height="${height}" fill="#fdfdfb"/><defs>${[...defined.values()].join('')}</defs>` +
    `<g transform="translate(${sideDots} 0)" fill="#16181a" stroke="#16181a" stroke-linejoin="round">${drawn.join('')}</g></svg>`
  return sharp(Buffer.from(svg), { limitInputPixels: false }).png({ palette: true, colours: 16 }).toBuffer()
}

function drawMark(mark: Mark, y: number, rowHeight: number, defined: Map<string, string>): string {
  switch (mark.kind) {
    case 'character':
      return drawCharacter(mark, y + rowHeight - mark.heightDots, defined)
    case 'raster':
      return drawDots(rasterRows(mark.bytes, mark.bytesPerRow), 1, mark.x, y)
    case 'qr':
      return drawDots(mark.modules, mark.cellDots, mark.x, y)
    default:
      return unreachable(mark)
  }
}

function drawCharacter(mark: CharacterMark, top: number, defined: Map<string, string>): string {
  const { x, widthDots, heightDots } = mark
  const box = mark.inverted
    ? `<rect x="${x}" y="${top}" width="${widthDots}" height="${heightDots}" stroke="none"/>`
    : ''
  const line = mark.underlined
    ? `<rect x="${x}" y="${top + heightDots - 2}" width="${widthDots}" height="2" stroke="none"/>`
    : ''
  const ink = mark.inverted ? ' fill="#fdfdfb" stroke="#fdfdfb"' : ''
  return `${box}${characterSvg(mark, top, defined, ink)}${line}`
}

function rasterRows(bytes: Uint8Array, bytesPerRow: number): Uint8Array[] {
  const rows: Uint8Array[] = []
  for (let at = 0; at + bytesPerRow <= bytes.length && bytesPerRow > 0; at += bytesPerRow) {
    const row = new Uint8Array(bytesPerRow * 8)
    for (let x = 0; x < row.length; x++) row[x] = ((bytes[at + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
    rows.push(row)
  }
  return rows
}

/** One path of rectangles, a run of dark dots each. */
function drawDots(rows: readonly Uint8Array[], size: number, left: number, top: number): string {
  let path = ''
  rows.forEach((row, y) => {
    let x = 0
    while (x < row.length) {
      const from = x
      while (row[x] === 1) x += 1
      if (x > from)
        path += `M${left + from * size} ${top + y * size}h${(x - from) * size}v${size}h${(from - x) * size}z`
      else x += 1
    }
  })
  return `<path d="${path}" stroke="none" shape-rendering="crispEdges"/>`
}
