import type { ResultMeaning } from '../payment-terminal-port.ts'

/** Result codes as two hex digits (PA00P015, chapter "Error-Messages", revision 13.11). */
const meanings: ReadonlyMap<number, ResultMeaning> = new Map<number, ResultMeaning>([
  [0x00, 'approved'],
  [0x64, 'cardUnreadable'],
  [0x65, 'cardUnreadable'],
  [0x66, 'terminalFault'],
  [0x6a, 'terminalFault'],
  [0x6b, 'notRegistered'],
  [0x6c, 'cancelled'],
  [0x6e, 'cardBlocked'],
  [0x6f, 'currencyNotHeld'],
  [0x71, 'insufficientFunds'],
  [0x72, 'cardUnreadable'],
  [0x73, 'cardUnreadable'],
  [0x78, 'cardExpired'],
  [0x79, 'cardExpired'],
  [0x7d, 'terminalFault'],
  [0x83, 'functionNotPossible'],
  [0x85, 'terminalFault'],
  [0x89, 'terminalFault'],
  [0x9a, 'terminalFault'],
  [0x9b, 'terminalFault'],
  [0x9c, 'busy'],
  [0xa0, 'busy'],
  [0xa1, 'terminalFault'],
  [0xa3, 'terminalFault'],
  [0xb1, 'terminalFault'],
  [0xb2, 'terminalFault'],
  [0xb4, 'alreadyReversed'],
  [0xb5, 'functionNotPossible'],
  [0xc3, 'amountOverLimit'],
  [0xc6, 'currencyNotHeld'],
  [0xcb, 'currencyNotHeld'],
  [0xe4, 'notRegistered'],
  [0xf0, 'terminalFault'],
  [0xff, 'terminalFault'],
])

/**
 * Codes of authorisation networks for reasons a shopper can act on: girocard and credit networks pass ISO 8583 field
 * 39 through in two digits (51 no funds, 54 expired, 61 limit, 43 stolen, 62 restricted).
 */
const networkMeanings: ReadonlyMap<number, ResultMeaning> = new Map<number, ResultMeaning>([
  [0x51, 'insufficientFunds'],
  [0x54, 'cardExpired'],
  [0x33, 'cardExpired'],
  [0x61, 'amountOverLimit'],
  [0x43, 'cardBlocked'],
  [0x62, 'cardBlocked'],
  [0x04, 'cardBlocked'],
])

/** Unlisted codes (01 to 63 are the network's own) are declines; the code itself travels beside. */
export function meaningOf(resultCode: number): ResultMeaning {
  return meanings.get(resultCode) ?? networkMeanings.get(resultCode) ?? 'declined'
}

/** Two hex digits, as manuals write them. */
export function codeText(resultCode: number): string {
  return resultCode.toString(16).padStart(2, '0').toUpperCase()
}
