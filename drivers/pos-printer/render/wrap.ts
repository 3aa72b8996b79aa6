import { textColumns } from './text-width.ts'

/** Marks that never begin a line. */
const closing = /^[，。、；：！？）》」』】”’,.;:!?)\]%]/u
/** A run without a place to break: a Latin word with its space, or one Chinese character. */
const pieces = /[\u0020-\u007e\u00a1-\u024f]+?(?: +|(?=[^\u0020-\u007e\u00a1-\u024f])|$)|[^]/gu

/**
 * Breaks a line at spaces and between Chinese characters; a word wider than the paper is cut. `measure` tells the columns
 * of a text.
 */
export function wrapText(
  text: string,
  columns: number,
  measure: (text: string) => number = textColumns,
): string[] {
  const lines: string[] = []
  let line = ''
  const put = (piece: string): void => {
    if (measure(line) + measure(piece.trimEnd()) <= columns) {
      line += piece
      return
    }
    if (line.trim() !== '') lines.push(line.trimEnd())
    line = piece
  }
  for (const piece of unbreakable(text)) {
    for (const part of cutToWidth(piece, columns, measure)) put(part)
  }
  return line.trim() === '' && lines.length > 0 ? lines : [...lines, line.trimEnd()]
}

/** The pieces, each closing mark joined to what it closes. */
function unbreakable(text: string): string[] {
  const joined: string[] = []
  for (const [piece] of text.matchAll(pieces)) {
    const before = joined.at(-1)
    if (before !== undefined && closing.test(piece) && !before.endsWith(' '))
      joined[joined.length - 1] = before + piece
    else joined.push(piece)
  }
  return joined
}

function cutToWidth(piece: string, columns: number, measure: (text: string) => number): string[] {
  if (measure(piece.trimEnd()) <= columns) return [piece]
  const parts: string[] = []
  let part = ''
  for (const character of piece) {
    if (measure(part) + measure(character) > columns) {
      parts.push(part)
      part = ''
    }
    part += character
  }
  return [...parts, part]
}
