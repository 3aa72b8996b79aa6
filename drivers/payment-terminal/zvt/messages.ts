import { unreachable } from '../../../src-main/contract/result.ts'
import type { Apdu } from './apdu.ts'
import { decodeBcd, hexOf } from './bcd.ts'
import { bmp, decodeElements } from './bitmaps.ts'
import { control } from './commands.ts'
import { maskText } from './masking.ts'

/** Status information (04 0F): the result of a transaction. Null where the terminal sent nothing. */
export interface StatusInformation {
  /** 0 is success; see `result-codes.ts`. */
  readonly resultCode: number
  /** Minor units. */
  readonly amountMinor: number | null
  readonly currencyNumber: number | null
  /** 1 to 999999. */
  readonly traceNumber: number | null
  /** Of the transaction that a reversal took back. */
  readonly originalTrace: number | null
  readonly receiptNumber: number | null
  /** Eight digits. */
  readonly terminalId: string | null
  readonly maskedPan: string | null
  readonly cardName: string | null
  readonly approvalCode: string | null
  /** Text for the receipt or the screen, card numbers masked. */
  readonly text: string | null
}

/** What a terminal says on its own account. */
export type TerminalMessage =
  | { readonly kind: 'statusInformation'; readonly status: StatusInformation }
  /** `code`: table of intermediate statuses. */
  | { readonly kind: 'intermediateStatus'; readonly code: number }
  | { readonly kind: 'completion' }
  | { readonly kind: 'abort'; readonly resultCode: number }
  | { readonly kind: 'positive' }
  | { readonly kind: 'refusal'; readonly code: number }
  /** A command of the terminal's that this till has no use for (print lines, display texts). */
  | { readonly kind: 'other'; readonly control: number }
  /** A message whose data cannot be read. */
  | { readonly kind: 'unreadable'; readonly control: number }

export function decodeMessage(apdu: Apdu): TerminalMessage {
  const { control: word, data } = apdu
  if (word === control.positive || word === control.positiveOld) return { kind: 'positive' }
  if (word >> 8 === 0x84) return { kind: 'refusal', code: word & 0xff }
  switch (word) {
    case control.completion:
      return { kind: 'completion' }
    case control.abortByTerminal:
      return { kind: 'abort', resultCode: data[0] ?? 0xff }
    case control.intermediateStatus:
      return data[0] === undefined
        ? { kind: 'unreadable', control: word }
        : { kind: 'intermediateStatus', code: data[0] }
    case control.statusInformation: {
      const status = decodeStatus(data)
      return status === null ? { kind: 'unreadable', control: word } : { kind: 'statusInformation', status }
    }
    default:
      return { kind: 'other', control: word }
  }
}

function decodeStatus(data: Uint8Array): StatusInformation | null {
  const elements = decodeElements(data)
  if (elements === null) return null
  const { values, maskedPan, tlvs } = elements
  const number = (id: number): number | null => {
    const value = values.get(id)
    return value === undefined ? null : decodeBcd(value)
  }
  const text = (id: number): string | null => {
    const value = values.get(id)
    return value === undefined ? null : readText(value)
  }
  const resultCode = values.get(bmp.result)?.[0]
  if (resultCode === undefined) return null
  const terminalId = values.get(bmp.terminalId)
  const applicationName = tlvs.find(({ tag }) => tag === '44')
  return {
    resultCode,
    amountMinor: number(bmp.amount),
    currencyNumber: number(bmp.currency),
    traceNumber: number(bmp.trace),
    originalTrace: number(bmp.originalTrace),
    receiptNumber: number(bmp.receiptNumber),
    terminalId: terminalId === undefined ? null : hexOf(terminalId),
    maskedPan,
    cardName: text(bmp.cardName) ?? (applicationName === undefined ? null : readText(applicationName.value)),
    approvalCode: text(bmp.approvalCode),
    text: text(bmp.text),
  }
}

/** Printable ASCII; terminals fill names up with 0 and blanks. Anything else becomes a question mark. */
function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const readable = Array.from(end === -1 ? bytes : bytes.subarray(0, end), (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?',
  )
  return maskText(readable.join('').trim())
}

/** What a till answers to a message, by the rules of PA00P015 chapter 2: everything but an answer is acknowledged. */
export function wantsAcknowledgement(message: TerminalMessage): boolean {
  switch (message.kind) {
    case 'positive':
    case 'refusal':
      return false
    case 'statusInformation':
    case 'intermediateStatus':
    case 'completion':
    case 'abort':
    case 'other':
    case 'unreadable':
      return true
    default:
      return unreachable(message)
  }
}
