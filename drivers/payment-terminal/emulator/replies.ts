import type { Apdu } from '../zvt/apdu.ts'
import { encodeBcd } from '../zvt/bcd.ts'
import { bmp, encodeElement, encodeTlvs } from '../zvt/bitmaps.ts'
import { control } from '../zvt/commands.ts'
import type { ChargeRecord } from './charge-log.ts'
import type { TestCard } from './cards.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The whole card number goes onto the wire unmasked, as old terminals do: keeping it out is the driver's work. */
function packPan(pan: string): Uint8Array {
  const padded = pan.length % 2 === 0 ? pan : `${pan}f`
  return Uint8Array.from(padded.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

export function statusOf(record: ChargeRecord, card: TestCard | null, terminalId: string): Apdu {
  const elements = [
    encodeElement(bmp.result, Uint8Array.of(0)),
    encodeElement(bmp.amount, encodeBcd(record.amountMinor, 6)),
    encodeElement(bmp.trace, encodeBcd(record.traceNumber, 3)),
    ...(record.originalTrace === null
      ? []
      : [encodeElement(bmp.originalTrace, encodeBcd(record.originalTrace, 3))]),
    ...(card === null ? [] : [encodeElement(bmp.pan, packPan(card.pan))]),
    encodeElement(bmp.terminalId, encodeBcd(Number(terminalId), 4)),
    encodeElement(bmp.approvalCode, ascii(record.approvalCode.padEnd(8, '\0'))),
    encodeElement(bmp.text, ascii(`GEN.NR.:${record.approvalCode}`)),
    encodeElement(bmp.currency, encodeBcd(record.currencyNumber, 2)),
    encodeElement(bmp.receiptNumber, encodeBcd(record.receiptNumber, 2)),
    ...(card === null ? [] : [encodeElement(bmp.cardType, Uint8Array.of(card.cardType))]),
    encodeElement(bmp.cardName, ascii(`${record.scheme}\0`)),
    encodeTlvs([{ tag: '1f10', value: Uint8Array.of(0) }]),
  ]
  return { control: control.statusInformation, data: join(elements) }
}

export function failedStatus(resultCode: number, terminalId: string): Apdu {
  const elements = [
    encodeElement(bmp.result, Uint8Array.of(resultCode)),
    encodeElement(bmp.terminalId, encodeBcd(Number(terminalId), 4)),
  ]
  return { control: control.statusInformation, data: join(elements) }
}

export function intermediate(code: number): Apdu {
  return { control: control.intermediateStatus, data: Uint8Array.of(code) }
}

export function registered(terminalId: string, currencyNumber: number): Apdu {
  const elements = [
    encodeElement(bmp.paymentType, Uint8Array.of(0)),
    encodeElement(bmp.terminalId, encodeBcd(Number(terminalId), 4)),
    encodeElement(bmp.currency, encodeBcd(currencyNumber, 2)),
  ]
  return { control: control.completion, data: join(elements) }
}

export const completion: Apdu = { control: control.completion, data: new Uint8Array() }

export function abort(resultCode: number): Apdu {
  return { control: control.abortByTerminal, data: Uint8Array.of(resultCode) }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
