import iconv from 'iconv-lite'
import type { LineDisplayScreen } from './line-display-port.ts'

type Characters = LineDisplayScreen['characters']

/** A character with its bytes; its columns are as many as its bytes. */
export interface Cell {
  readonly character: string
  readonly bytes: Uint8Array
}

/** Signs that decompose into nothing an ASCII display has, and what shoppers read instead. */
const instead: Readonly<Record<string, string>> = {
  '¥': 'Y',
  '€': 'EUR',
  '£': 'GBP',
  '×': 'x',
  '·': '.',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '...',
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
}

/**
 * Text as the display can show it: full-width Latin becomes narrow, accents fall off where they must, control characters
 * are spaces, and what the display has no shape for is left out.
 */
export function showable(text: string, characters: Characters): Cell[] {
  return Array.from(text.normalize('NFKC')).flatMap((character) => cellsOf(character, characters))
}

/** As many whole characters as fit into `columns`, filled up with spaces. */
export function fitted(cells: readonly Cell[], columns: number): Cell[] {
  const taken: Cell[] = []
  let left = columns
  for (const cell of cells) {
    if (cell.bytes.length > left) break
    taken.push(cell)
    left -= cell.bytes.length
  }
  return [...taken, ...Array.from({ length: left }, () => space)]
}

export function columnsOf(cells: readonly Cell[]): number {
  return cells.reduce((columns, { bytes }) => columns + bytes.length, 0)
}

export function bytesOf(cells: readonly Cell[]): Uint8Array {
  return Uint8Array.from(cells.flatMap(({ bytes }) => [...bytes]))
}

const space: Cell = { character: ' ', bytes: Uint8Array.of(0x20) }

function cellsOf(character: string, characters: Characters): Cell[] {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20 || code === 0x7f) return [space]
  if (code < 0x7f) return [{ character, bytes: Uint8Array.of(code) }]
  if (characters === 'gb18030') {
    const bytes = iconv.encode(character, 'gb18030')
    // Four-byte characters are in no display's font.
    if (bytes.length === 2) return [{ character, bytes }]
  }
  const plain = instead[character] ?? character.normalize('NFKD').replace(/[^\x20-\x7e]/g, '')
  return Array.from(plain).map((letter) => ({
    character: letter,
    bytes: Uint8Array.of(letter.charCodeAt(0)),
  }))
}
