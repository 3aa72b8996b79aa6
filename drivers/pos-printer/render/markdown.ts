import { unreachable } from '../../../src-main/contract/result.ts'
import type { ReceiptBlock } from '../../../src-main/contract/receipt.ts'
import type { PrintJob } from '../pos-printer-port.ts'
import type { PrinterProfile } from '../profiles.ts'
import { copyTexts } from './copy-texts.ts'
import { qrCellDots } from './qr-size.ts'
import { printableText, textColumns } from './text-width.ts'
import { wrapText } from './wrap.ts'

/** The characters receiptline gives a meaning, written so that they are only text. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|{}\-=_"`^~;,:]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** The part of the job key that stands at the foot of the paper: staff can name a paper, tests can count them. */
export function paperReference(jobKey: string): string {
  return `#${jobKey.slice(0, 8)}`
}

/** The whole paper in receiptline's markdown, one line of it for each printed line or symbol. */
export function jobMarkdown(job: PrintJob, profile: PrinterProfile): string {
  const lines = job.document.blocks.flatMap((block) => blockLines(block, profile))
  const reference = escapeMarkdown(paperReference(job.jobKey))
  if (job.copy === null) return [...lines, reference].join('\n')
  const { word, reason } = copyTexts(job.document.language, job.copy)
  const marking = [`^^^${escapeMarkdown(word)}`, escapeMarkdown(reason), '-']
  return [...marking, ...lines, `"${escapeMarkdown(`** ${word} **`)}"`, reference].join('\n')
}

function blockLines(block: ReceiptBlock, profile: PrinterProfile): string[] {
  switch (block.kind) {
    case 'title':
      return printableLines(block.text).flatMap((line) => titleLines(line, profile.columns))
    case 'text':
      return printableLines(block.text)
        .flatMap((line) => wrapText(line, profile.columns))
        .map((line) => aligned(weigh(escapeMarkdown(line), block.bold), block.align))
    case 'columns':
      return columnLines(
        printableText(block.left),
        printableText(block.right),
        block.emphasis,
        profile.columns,
      )
    case 'rule':
      return ['-']
    case 'space':
      return ['']
    case 'qr':
      return qrLines(block.data, block.caption, profile)
    default:
      return unreachable(block)
  }
}

function printableLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map(printableText)
    .filter((line) => line !== '')
}

/** Double size; one that would take three lines of it is only twice as high. */
function titleLines(line: string, columns: number): string[] {
  const wide = wrapText(line, columns >> 1)
  const [size, lines] = wide.length <= 2 ? ['^^^', wide] : ['^^', wrapText(line, columns)]
  return lines.map((part) => `${size}${escapeMarkdown(part)}`)
}

function weigh(escaped: string, bold: boolean): string {
  return bold ? `"${escaped}"` : escaped
}

/** Receiptline reads the alignment from where the bar stands. */
function aligned(escaped: string, align: 'left' | 'center' | 'right'): string {
  switch (align) {
    case 'left':
      return `|${escaped}`
    case 'center':
      return escaped
    case 'right':
      return `${escaped}|`
    default:
      return unreachable(align)
  }
}

function columnLines(
  left: string,
  right: string,
  emphasis: 'normal' | 'bold' | 'large',
  columns: number,
): string[] {
  if (left === '' && right === '') return ['']
  const wide = emphasis === 'large' && (textColumns(left) + textColumns(right) + 1) * 2 <= columns
  const [mark, space] = wide ? ['^^^', columns >> 1] : [emphasis === 'large' ? '^^' : '', columns]
  const decorate = (text: string): string => `${mark}${weigh(escapeMarkdown(text), emphasis === 'bold')}`
  if (left === '') return [aligned(decorate(right), 'right')]
  const labels = wrapText(left, space)
  const last = labels.at(-1) ?? ''
  const gap = space - textColumns(last) - textColumns(right)
  if (right === '' || gap < 1) {
    const figure = right === '' ? [] : wrapText(right, space).map((part) => aligned(decorate(part), 'right'))
    return [...labels.map((label) => aligned(decorate(label), 'left')), ...figure]
  }
  const lines = [...labels.slice(0, -1), `${last}${' '.repeat(gap)}${right}`]
  return lines.map((line) => aligned(decorate(line), 'left'))
}

function qrLines(data: string, caption: string, profile: PrinterProfile): string[] {
  const symbol = `{code:${escapeMarkdown(data)};option:qrcode,${qrCellDots(data, profile)},m}`
  const captions = printableLines(caption)
    .flatMap((line) => wrapText(line, profile.columns))
    .map(escapeMarkdown)
  // The empty line keeps the symbol's quiet zone free below.
  return [symbol, '', ...captions]
}
