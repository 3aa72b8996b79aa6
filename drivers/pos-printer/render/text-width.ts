/** Columns a text takes in GB18030: ASCII one, all else two. */
export function textColumns(text: string): number {
  let columns = 0
  for (const character of text) columns += isNarrow(character) ? 1 : 2
  return columns
}

function isNarrow(character: string): boolean {
  return (character.codePointAt(0) ?? 0) < 0x80
}

/**
 * Text as a printer can take it, composed as receiptline composes it: no control characters (an ESC in a product name
 * must never be a command), and the yen sign in its two-byte form, which every Chinese printer has in its font.
 */
export function printableText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cs}\p{Co}\u2028\u2029\ufeff\u200b-\u200f]+/gu, ' ')
    .replaceAll('\u00a0', ' ')
    .replaceAll('\u00a5', '\uffe5')
    .trim()
}
