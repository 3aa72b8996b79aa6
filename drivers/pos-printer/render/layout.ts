import { unreachable } from '../../../src-main/contract/result.ts'
import type { ReceiptBlock } from '../../../src-main/contract/receipt.ts'
import type { PrinterProfile } from '../models/profile.ts'
import type { PrintJob } from '../pos-printer-port.ts'
import { barcodeBands, type Symbology } from './barcode-bytes.ts'
import { copyTexts } from './copy-texts.ts'
import { qrCellDots } from './qr-size.ts'
import { printableText } from './text-width.ts'
import { columnsIn, spoken, type Spoken, type Voice } from './voice.ts'
import { wrapText } from './wrap.ts'

export type Align = 'left' | 'center' | 'right'
/** As a multiple of font A: both, only the height, or neither doubled. */
export type TextSize = 'normal' | 'tall' | 'double'

export interface TextLine {
  readonly kind: 'text'
  /** Fits the paper in its size. */
  readonly text: string
  readonly align: Align
  readonly size: TextSize
  readonly bold: boolean
  /** Null: no characters of the printer say it, its dots are sent. */
  readonly voice: Voice | null
}

/** One printed line or symbol. */
export type Line =
  | TextLine
  | { readonly kind: 'rule' }
  | { readonly kind: 'blank' }
  | { readonly kind: 'logo' }
  | { readonly kind: 'qr'; readonly data: string; readonly cellDots: number }
  | { readonly kind: 'bars'; readonly bands: readonly Uint8Array[] }

const plainWord = 'COPY'

/** The part of the job key that stands at the foot of the paper: staff can name a paper, tests can count them. */
export function paperReference(jobKey: string): string {
  return `#${jobKey.slice(0, 8)}`
}

/** The whole paper, line by line. */
export function layOut(job: PrintJob, profile: PrinterProfile): Line[] {
  const blocks = job.document.blocks.flatMap((block) => blockLines(block, profile))
  const foot = lineOf(paperReference(job.jobKey), profile)
  if (job.copy === null) return [{ kind: 'logo' }, ...blocks, foot]
  const texts = copyTexts(job.document.language, job.copy)
  const { reason } = texts
  // The mark itself is never left to a picture: whatever the printer has, it has these letters.
  const word = spoken(texts.word, profile).voice === null ? plainWord : texts.word
  return [
    { ...lineOf(word, profile), size: 'double' },
    ...textLines(reason, profile, 'center', false),
    { kind: 'rule' },
    { kind: 'logo' },
    ...blocks,
    { ...lineOf(`** ${word} **`, profile), bold: true },
    foot,
  ]
}

function blockLines(block: ReceiptBlock, profile: PrinterProfile): Line[] {
  switch (block.kind) {
    case 'title':
      return printableLines(block.text).flatMap((line) => titleLines(line, profile))
    case 'text':
      return printableLines(block.text).flatMap((line) => textLines(line, profile, block.align, block.bold))
    case 'columns':
      return columnLines(printableText(block.left), printableText(block.right), block.emphasis, profile)
    case 'rule':
      return [{ kind: 'rule' }]
    case 'space':
      return [{ kind: 'blank' }]
    case 'qr':
      return [
        { kind: 'qr', data: block.data, cellDots: qrCellDots(block.data, profile) },
        // Keeps the symbol's quiet zone free below.
        { kind: 'blank' },
        ...printableLines(block.caption).flatMap((line) => textLines(line, profile, 'center', false)),
      ]
    case 'barcode':
      return barcodeLines(block.symbology, block.data, profile)
    default:
      return unreachable(block)
  }
}

/** What is in the bars stands below them, to be typed where they cannot be read; alone where they do not fit. */
function barcodeLines(symbology: Symbology, data: string, profile: PrinterProfile): Line[] {
  const bands = barcodeBands(symbology, data, profile)
  const text = textLines(printableText(data), profile, 'center', false)
  return bands === null ? text : [{ kind: 'bars', bands }, ...text]
}

function printableLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map(printableText)
    .filter((line) => line !== '')
}

function lineOf(text: string, profile: PrinterProfile): TextLine {
  return { kind: 'text', ...spoken(text, profile), align: 'center', size: 'normal', bold: false }
}

/** Each line of the wrapped text, in the one voice that says all of it. */
function wrapped({ text, voice }: Spoken, columns: number): string[] {
  return wrapText(text, columns, columnsIn(voice))
}

function textLines(text: string, profile: PrinterProfile, align: Align, bold: boolean): Line[] {
  const said = spoken(text, profile)
  return wrapped(said, profile.columns).map((line) => ({
    kind: 'text',
    text: line,
    align,
    size: 'normal',
    bold,
    voice: said.voice,
  }))
}

/** Double size; one that would take three lines of it is only twice as high. */
function titleLines(text: string, profile: PrinterProfile): Line[] {
  const said = spoken(text, profile)
  const wide = wrapped(said, profile.columns >> 1)
  const [size, lines] =
    wide.length <= 2 ? (['double', wide] as const) : (['tall', wrapped(said, profile.columns)] as const)
  return lines.map((line) => ({
    kind: 'text',
    text: line,
    align: 'center',
    size,
    bold: false,
    voice: said.voice,
  }))
}

function columnLines(
  left: string,
  right: string,
  emphasis: 'normal' | 'bold' | 'large',
  profile: PrinterProfile,
): Line[] {
  if (left === '' && right === '') return [{ kind: 'blank' }]
  const { label, figure, voice } = spokenTogether(left, right, profile)
  const measure = columnsIn(voice)
  const wide = emphasis === 'large' && (measure(label) + measure(figure) + 1) * 2 <= profile.columns
  const [size, space]: [TextSize, number] = wide
    ? ['double', profile.columns >> 1]
    : [emphasis === 'large' ? 'tall' : 'normal', profile.columns]
  const line = (text: string, align: Align): TextLine => ({
    kind: 'text',
    text,
    align,
    size,
    bold: emphasis === 'bold',
    voice,
  })
  if (label === '') return [line(figure, 'right')]
  const labels = wrapText(label, space, measure)
  const last = labels.at(-1) ?? ''
  const gap = space - measure(last) - measure(figure)
  if (figure === '' || gap < 1) {
    const figures = figure === '' ? [] : wrapText(figure, space, measure)
    return [...labels.map((part) => line(part, 'left')), ...figures.map((part) => line(part, 'right'))]
  }
  return [...labels.slice(0, -1), `${last}${' '.repeat(gap)}${figure}`].map((part) => line(part, 'left'))
}

/** Label and figure stand on one line, so one voice must say both. */
function spokenTogether(
  left: string,
  right: string,
  profile: PrinterProfile,
): { readonly label: string; readonly figure: string; readonly voice: Voice | null } {
  const { text, voice } = spoken(`${left}${right}`, profile)
  // A voice may write a sign otherwise, never longer or shorter.
  return { label: text.slice(0, left.length), figure: text.slice(left.length), voice }
}
