import iconv from 'iconv-lite'
import { qrcode } from 'receiptline'
import type { Mark, PaperRow } from './paper.ts'
import type { PrinterProfile } from '../models/profile.ts'
import type { DoubleByteSet, Token } from './tokens.ts'

const cellDots = 12
const characterHeightDots = 24
/** ESC 2: a sixth of an inch at 203 dpi, as compatible printers have it. */
const defaultSpacingDots = 30
/** From the print head to the cutter. */
const cutterFeedDots = 96

/** What carrying out a token asks of the printer. */
export type HeadEffect =
  | { readonly kind: 'row'; readonly row: PaperRow }
  | { readonly kind: 'cut' }
  | {
      readonly kind: 'reply'
      readonly request: 'paperStatus' | 'processId' | 'modelName'
      readonly id: string
    }
  | { readonly kind: 'automaticStatus'; readonly enabled: boolean }
  | { readonly kind: 'drawer'; readonly pin: number }

export interface PrintHead {
  /** What bytes of 80H and above begin now. */
  characterSet(): DoubleByteSet
  execute(token: Token): HeadEffect[]
  /** Power-on values; what stood in the line buffer is lost. */
  reset(): void
}

interface Style {
  bold: boolean
  inverted: boolean
  underlined: boolean
  scaleX: number
  scaleY: number
}

/** The modes and the line buffer of an ESC/POS printer. */
export function createPrintHead(
  profile: Pick<PrinterProfile, 'widthDots' | 'doubleByte' | 'codePages'>,
): PrintHead {
  const { widthDots } = profile
  const doubleByteSet: DoubleByteSet = profile.doubleByte === 'gbk' ? 'gb18030' : profile.doubleByte
  // Chinese models begin in FS &, Japanese ones in FS .
  const beginsDoubleByte = doubleByteSet === 'gb18030'
  let style: Style = plainStyle()
  let marks: Mark[] = []
  let x = 0
  let left = 0
  let areaDots = widthDots
  let align = 0
  let spacingDots = defaultSpacingDots
  let doubleByte = beginsDoubleByte
  let page = 0
  let qr = { cell: 3, level: 'l' as 'l' | 'm' | 'q' | 'h', data: '' }

  const characterSet = (): DoubleByteSet => (doubleByte ? doubleByteSet : null)
  /** Code page 437 where the model's own number of a page is not known. */
  const encoding = (bytes: Uint8Array): string => {
    const set = characterSet()
    if (set !== null && (bytes[0] ?? 0) >= 0x80) return set
    return profile.codePages.find((known) => known.page === page)?.encoding ?? 'cp437'
  }

  const reset = (): void => {
    style = plainStyle()
    marks = []
    x = 0
    left = 0
    areaDots = widthDots
    align = 0
    spacingDots = defaultSpacingDots
    doubleByte = beginsDoubleByte
    page = 0
    qr = { cell: 3, level: 'l', data: '' }
  }

  const endRow = (atLeastDots: number): HeadEffect => {
    const height = marks.reduce((most, mark) => Math.max(most, markHeight(mark)), 0)
    const row: PaperRow = {
      heightDots: Math.max(height, atLeastDots),
      text: rowText(marks, left),
      marks: shifted(),
    }
    marks = []
    x = 0
    return { kind: 'row', row }
  }

  /** ESC a moves the line as a whole. */
  const shifted = (): readonly Mark[] => {
    const end = marks.reduce((most, mark) => Math.max(most, mark.x + markWidth(mark)), 0)
    const shift = Math.floor(((left + areaDots - end) * align) / 2)
    return shift <= 0 ? marks : marks.map((mark) => ({ ...mark, x: mark.x + shift }))
  }

  const flush = (): HeadEffect[] => (marks.length === 0 ? [] : [endRow(spacingDots)])

  const character = (bytes: Uint8Array): HeadEffect[] => {
    const text = iconv.decode(Buffer.from(bytes), encoding(bytes))
    const columns = bytes.length === 1 ? 1 : 2
    const width = columns * cellDots * style.scaleX
    const wrapped = x + width > areaDots && marks.length > 0 ? [endRow(spacingDots)] : []
    marks.push({
      kind: 'character',
      character: text,
      x: left + x,
      widthDots: width,
      heightDots: characterHeightDots * style.scaleY,
      bold: style.bold,
      inverted: style.inverted,
      underlined: style.underlined,
    })
    x += width
    return wrapped
  }

  const graphic = (mark: Mark): HeadEffect[] => {
    const before = flush()
    marks = [mark]
    return [...before, endRow(0)]
  }

  const symbol = (data: Uint8Array): HeadEffect[] => {
    const [, fn, value] = data
    if (fn === 67) qr = { ...qr, cell: value ?? 3 }
    if (fn === 69) qr = { ...qr, level: (['l', 'm', 'q', 'h'] as const)[(value ?? 48) - 48] ?? 'l' }
    if (fn === 80) qr = { ...qr, data: Buffer.from(data.subarray(3)).toString('utf8') }
    if (fn !== 81 || qr.data === '') return []
    const modules = qrcode.generate({ data: qr.data, type: 'qrcode', cell: qr.cell, level: qr.level })
    return graphic({ kind: 'qr', x: left, data: qr.data, cellDots: qr.cell, modules })
  }

  const raster = (data: Uint8Array): HeadEffect[] => {
    const [, xl = 0, xh = 0, yl = 0, yh = 0] = data
    const bytesPerRow = xl + xh * 256
    return graphic({ kind: 'raster', x: left, bytesPerRow, heightDots: yl + yh * 256, bytes: data.slice(5) })
  }

  const command = (name: string, data: Uint8Array): HeadEffect[] => {
    const [a = 0, b = 0] = data
    const on = (a & 1) === 1
    switch (name) {
      case 'ESC @':
        reset()
        return [{ kind: 'automaticStatus', enabled: false }]
      case 'ESC a':
        align = a % 48
        return []
      case 'ESC E':
        style.bold = on
        return []
      case 'GS B':
        style.inverted = on
        return []
      case 'ESC -':
        style.underlined = a % 48 > 0
        return []
      case 'GS !':
        style.scaleX = ((a >> 4) & 7) + 1
        style.scaleY = (a & 7) + 1
        return []
      case 'ESC 2':
        spacingDots = defaultSpacingDots
        return []
      case 'ESC 3':
        spacingDots = a
        return []
      case 'ESC $':
        x = a + b * 256
        return []
      case 'ESC \\':
        x = Math.max(0, x + (((a + b * 256) << 16) >> 16))
        return []
      case 'GS L':
        left = Math.min(a + b * 256, widthDots - cellDots)
        return []
      case 'GS W':
        areaDots = Math.min(a + b * 256, widthDots - left)
        return []
      case 'ESC t':
        page = a
        return []
      case 'FS &':
        doubleByte = true
        return []
      case 'FS .':
        doubleByte = false
        return []
      case 'ESC d':
        return [...flush(), { kind: 'row', row: blankRow(a * spacingDots) }]
      case 'ESC J':
        return [...flush(), { kind: 'row', row: blankRow(a) }]
      case 'GS V':
        return [
          ...flush(),
          { kind: 'row', row: blankRow(data.length === 2 ? cutterFeedDots + b : 0) },
          { kind: 'cut' },
        ]
      case 'GS v 0':
        return raster(data)
      case 'GS ( k':
        return symbol(data)
      case 'GS a':
        return [{ kind: 'automaticStatus', enabled: a !== 0 }]
      case 'GS r':
        return a % 48 === 1 ? [{ kind: 'reply', request: 'paperStatus', id: '' }] : []
      case 'GS I':
        return a === 67 ? [{ kind: 'reply', request: 'modelName', id: '' }] : []
      case 'GS ( H':
        return [
          { kind: 'reply', request: 'processId', id: Buffer.from(data.subarray(2, 6)).toString('latin1') },
        ]
      case 'ESC p':
        return [{ kind: 'drawer', pin: a % 48 }]
      default:
        // Understood well enough to be skipped with its parameters.
        return []
    }
  }

  return {
    characterSet,
    reset,
    execute(token) {
      switch (token.kind) {
        case 'character':
          return character(token.bytes)
        case 'lineFeed':
          return [endRow(spacingDots)]
        case 'command':
          return command(token.name, token.data)
        case 'unknown':
          return []
      }
    },
  }
}

function plainStyle(): Style {
  return { bold: false, inverted: false, underlined: false, scaleX: 1, scaleY: 1 }
}

function blankRow(heightDots: number): PaperRow {
  return { heightDots, text: '', marks: [] }
}

function markWidth(mark: Mark): number {
  switch (mark.kind) {
    case 'character':
      return mark.widthDots
    case 'raster':
      return mark.bytesPerRow * 8
    case 'qr':
      return mark.modules.length * mark.cellDots
  }
}

function markHeight(mark: Mark): number {
  return mark.kind === 'qr' ? mark.modules.length * mark.cellDots : mark.heightDots
}

/** Marks from left to right, gaps as spaces; symbols as what they are. */
function rowText(marks: readonly Mark[], left: number): string {
  let text = ''
  let end = left
  for (const mark of [...marks].sort((a, b) => a.x - b.x)) {
    if (mark.kind === 'raster') continue
    text += ' '.repeat(Math.max(0, Math.round((mark.x - end) / cellDots)))
    text += mark.kind === 'character' ? mark.character : `[QR ${mark.data}]`
    end = mark.x + markWidth(mark)
  }
  return text.trimEnd()
}
