import { unreachable } from '../../../src-main/contract/result.ts'
import type { Line, TextLine } from './layout.ts'

/** What receiptline can say; the rest of the lines are sent as dots of ours. */
export type MarkdownLine = Exclude<Line, { kind: 'logo' | 'bars' }>

/** The characters receiptline gives a meaning, written so that they are only text. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|{}\-=_"`^~;,:]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** One line in receiptline's markdown. */
export function markdownOf(line: MarkdownLine): string {
  switch (line.kind) {
    case 'text':
      return aligned(line)
    case 'rule':
      return '-'
    case 'blank':
      return ''
    case 'qr':
      return `{code:${escapeMarkdown(line.data)};option:qrcode,${line.cellDots},m}`
    default:
      return unreachable(line)
  }
}

const sizeMarks = { normal: '', tall: '^^', double: '^^^' } as const

/** Receiptline reads the alignment from where the bar stands. */
function aligned({ text, align, size, bold }: TextLine): string {
  const escaped = escapeMarkdown(text)
  const weighed = bold ? `"${escaped}"` : escaped
  const sized = `${sizeMarks[size]}${weighed}`
  switch (align) {
    case 'left':
      return `|${sized}`
    case 'center':
      return sized
    case 'right':
      return `${sized}|`
    default:
      return unreachable(align)
  }
}
