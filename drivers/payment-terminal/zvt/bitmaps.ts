import { decodeTlvLength, decodeTlvs, encodeTlv, encodeTlvLength, type Tlv } from './tlv.ts'
import { maskPan } from './masking.ts'

/** How long the value of a data element is: fixed, decimal length in 2 or 3 bytes (F0 F8 is 8), or a TLV container. */
type Length = number | 'LL' | 'LLL' | 'TLV'

/** Data elements of PA00P015, chapter "Summary of utilised BMPs", revision 13.11. */
const lengths: Readonly<Record<number, Length>> = {
  0x01: 1, 0x02: 1, 0x03: 1, 0x04: 6, 0x05: 1, 0x06: 'TLV', 0x0b: 3, 0x0c: 3, 0x0d: 2, 0x0e: 2, 0x17: 2, 0x19: 1,
  0x22: 'LL', 0x23: 'LL', 0x24: 'LLL', 0x27: 1, 0x29: 4, 0x2a: 15, 0x2d: 'LL', 0x2e: 'LLL', 0x37: 3, 0x3a: 2, 0x3b: 8,
  0x3c: 'LLL', 0x3d: 3, 0x49: 2, 0x60: 'LLL', 0x70: 4, 0x71: 4, 0x72: 1, 0x73: 1, 0x74: 1, 0x75: 1, 0x87: 2, 0x88: 3,
  0x8a: 1, 0x8b: 'LL', 0x8c: 1, 0x9a: 'LLL', 0xa0: 1, 0xa7: 'LL', 0xaa: 3, 0xaf: 'LLL', 0xba: 5, 0xd0: 1, 0xd1: 'LL',
  0xd2: 1, 0xd3: 1, 0xe0: 1, 0xe1: 'LL', 0xe2: 'LL', 0xe3: 'LL', 0xe4: 'LL', 0xe5: 'LL', 0xe6: 'LL', 0xe7: 'LL',
  0xe8: 'LL', 0xe9: 1, 0xea: 1, 0xeb: 8, 0xf0: 1, 0xf1: 'LL', 0xf2: 'LL', 0xf3: 'LL', 0xf4: 'LL', 0xf5: 'LL', 0xf6: 'LL',
  0xf7: 'LL', 0xf8: 'LL', 0xf9: 1, 0xfa: 1, 0xfb: 1, 0xfc: 1, 0xfd: 1,
} // prettier-ignore

/** Elements by number. The names that matter: 04 amount, 0B trace, 22 PAN, 27 result, 29 terminal, 49 currency, 87 receipt. */
export const bmp = {
  amount: 0x04,
  tlv: 0x06,
  trace: 0x0b,
  time: 0x0c,
  date: 0x0d,
  paymentType: 0x19,
  pan: 0x22,
  result: 0x27,
  terminalId: 0x29,
  originalTrace: 0x37,
  approvalCode: 0x3b,
  text: 0x3c,
  currency: 0x49,
  receiptNumber: 0x87,
  cardType: 0x8a,
  cardName: 0x8b,
} as const

/** Tracks, expiry date, verification value, chip data: read over and never kept. */
const secretElements = new Set([0x0e, 0x23, 0x24, 0x2d, 0x2e, 0x3a, 0x9a, 0xa7, 0xaf, 0xd1])
/** The same inside a container: tracks 1 to 3, card UID, payment account reference. */
const secretTags = new Set(['1f08', '1f09', '1f0a', '4c', '4e'])

export interface DataElements {
  readonly values: ReadonlyMap<number, Uint8Array>
  readonly tlvs: readonly Tlv[]
  /** `****4771`; null when none was sent. The number itself does not leave the decoder. */
  readonly maskedPan: string | null
}

/** Reads elements one behind the other; null for bytes that are not such a row. */
export function decodeElements(bytes: Uint8Array): DataElements | null {
  const values = new Map<number, Uint8Array>()
  const tlvs: Tlv[] = []
  let maskedPan: string | null = null
  let at = 0
  while (at < bytes.length) {
    const id = bytes[at] ?? 0
    const size = sizeOf(lengths[id], bytes.subarray(at + 1))
    if (size === null) return null
    const start = at + 1 + size.taken
    const end = start + size.length
    if (end > bytes.length) return null
    const value = bytes.slice(start, end)
    if (id === bmp.pan) maskedPan = maskPan(value)
    else if (id === bmp.tlv) {
      const inner = decodeTlvs(value)
      if (inner === null) return null
      tlvs.push(...inner.filter(({ tag }) => !secretTags.has(tag)))
    } else if (!secretElements.has(id)) values.set(id, value)
    at = end
  }
  return { values, tlvs, maskedPan }
}

/** One element as bytes. Throws for a value of another length than the element has. */
export function encodeElement(id: number, value: Uint8Array): Uint8Array {
  const length = lengths[id]
  if (length === 'TLV') return Uint8Array.from([id, ...encodeTlvLength(value.length), ...value])
  if (length === 'LL' || length === 'LLL') {
    const digits = String(value.length).padStart(length.length, '0')
    if (digits.length > length.length)
      throw new RangeError(`${value.length} bytes are too many for BMP ${id}`)
    return Uint8Array.from([id, ...Array.from(digits, (digit) => 0xf0 | Number(digit)), ...value])
  }
  if (length !== value.length) throw new RangeError(`BMP ${id} takes ${length ?? 'no'} bytes`)
  return Uint8Array.from([id, ...value])
}

export function encodeTlvs(elements: readonly Tlv[]): Uint8Array {
  return encodeElement(bmp.tlv, Uint8Array.from(elements.flatMap((element) => [...encodeTlv(element)])))
}

function sizeOf(
  length: Length | undefined,
  rest: Uint8Array,
): { readonly length: number; readonly taken: number } | null {
  if (length === undefined) return null
  if (length === 'TLV') return decodeTlvLength(rest)
  if (typeof length === 'number') return { length, taken: 0 }
  const digits = rest.subarray(0, length.length)
  if (digits.length < length.length || digits.some((digit) => (digit & 0x0f) > 9)) {
    return null
  }
  return {
    length: digits.reduce((sum, digit) => sum * 10 + (digit & 0x0f), 0),
    taken: length.length,
  }
}
