import type { Apdu } from './apdu.ts'
import { encodeBcd } from './bcd.ts'
import { bmp, encodeElement } from './bitmaps.ts'

/** Control fields (CLASS and INSTR), PA00P015 chapter "Summary of Commands". */
export const control = {
  statusInformation: 0x040f,
  intermediateStatus: 0x04ff,
  statusEnquiry: 0x0501,
  registration: 0x0600,
  authorisation: 0x0601,
  completion: 0x060f,
  abortByTerminal: 0x061e,
  repeatReceipt: 0x0620,
  reversal: 0x0630,
  refund: 0x0631,
  endOfDay: 0x0650,
  abortByTill: 0x06b0,
  positive: 0x8000,
  /** The older positive acknowledgement; anything else in this class is a refusal, its code in the low byte. */
  positiveOld: 0x8400,
} as const

const nothing = new Uint8Array()
export const acknowledgement: Apdu = { control: control.positive, data: nothing }

/** 84 xx: the command was not taken; `code` is a result code. */
export function refusal(code: number): Apdu {
  return { control: control.positiveOld | code, data: nothing }
}

/**
 * Registration, config byte (06 00): the till makes all receipts from the status information (80), controls payment
 * (10) and administration (20), wants intermediate status (08), and the terminal prints neither payments (02) nor
 * reports (04).
 */
const configByte = 0x80 | 0x20 | 0x10 | 0x08 | 0x04 | 0x02
const passwordBytes = 3
const amountBytes = 6

/** Greatest amount that six bytes of decimal digits hold, in minor units. */
export const maxAmountMinor = 999_999_999_999

export interface TerminalAccess {
  /** Six digits, 0 to 999999. */
  readonly password: number
  /** ISO 4217 numeric code: 978 for the euro. */
  readonly currencyNumber: number
}

export function registration({ password, currencyNumber }: TerminalAccess): Apdu {
  const data = [...encodeBcd(password, passwordBytes), configByte, ...encodeBcd(currencyNumber, 2)]
  return { control: control.registration, data: Uint8Array.from(data) }
}

export function authorisation(amountMinor: number, { currencyNumber }: TerminalAccess): Apdu {
  return { control: control.authorisation, data: amountData(amountMinor, currencyNumber) }
}

/** `receiptNumber` is the terminal's own of the transaction to take back, 1 to 9999. */
export function reversal(receiptNumber: number, { password }: TerminalAccess): Apdu {
  return {
    control: control.reversal,
    data: Uint8Array.from([
      ...encodeBcd(password, passwordBytes),
      ...encodeElement(bmp.receiptNumber, encodeBcd(receiptNumber, 2)),
    ]),
  }
}

export function refund(amountMinor: number, { password, currencyNumber }: TerminalAccess): Apdu {
  return {
    control: control.refund,
    data: Uint8Array.from([
      ...encodeBcd(password, passwordBytes),
      ...amountData(amountMinor, currencyNumber),
    ]),
  }
}

export function repeatReceipt({ password }: TerminalAccess): Apdu {
  return { control: control.repeatReceipt, data: encodeBcd(password, passwordBytes) }
}

export function endOfDay({ password }: TerminalAccess): Apdu {
  return { control: control.endOfDay, data: encodeBcd(password, passwordBytes) }
}

export function statusEnquiry({ password }: TerminalAccess): Apdu {
  return { control: control.statusEnquiry, data: encodeBcd(password, passwordBytes) }
}

export const abortByTill: Apdu = { control: control.abortByTill, data: nothing }

function amountData(amountMinor: number, currencyNumber: number): Uint8Array {
  return Uint8Array.from([
    ...encodeElement(bmp.amount, encodeBcd(amountMinor, amountBytes)),
    ...encodeElement(bmp.currency, encodeBcd(currencyNumber, 2)),
  ])
}
