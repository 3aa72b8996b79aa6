/**
 * One application protocol data unit: CLASS, INSTR and the data block. ZVT, ECR interface (PA00P015) chapter 1: the
 * length is one byte, or FF followed by two bytes, low byte first, for 255 bytes and more.
 */
export interface Apdu {
  /** CLASS in the high byte, INSTR in the low one: 0x0601. */
  readonly control: number
  readonly data: Uint8Array
}

/** The largest data block the three-byte length can name. */
export const maxDataLength = 0xffff
const headBytes = 3
const longHeadBytes = 5
const longForm = 0xff

export function encodeApdu({ control, data }: Apdu): Uint8Array {
  if (data.length > maxDataLength) throw new RangeError(`${data.length} bytes are too many for one APDU`)
  const head = [control >> 8, control & 0xff]
  const length = data.length < longForm ? [data.length] : [longForm, data.length & 0xff, data.length >> 8]
  return Uint8Array.from([...head, ...length, ...data])
}

/** The APDU at the beginning of `bytes` and how many bytes it takes; null while it is not complete. */
export function decodeApdu(bytes: Uint8Array): { readonly apdu: Apdu; readonly taken: number } | null {
  const [high, low, short] = bytes
  if (high === undefined || low === undefined || short === undefined) return null
  let start = headBytes
  let length = short
  if (short === longForm) {
    const [lengthLow, lengthHigh] = bytes.subarray(headBytes)
    if (lengthLow === undefined || lengthHigh === undefined) return null
    start = longHeadBytes
    length = lengthLow | (lengthHigh << 8)
  }
  const taken = start + length
  if (bytes.length < taken) return null
  return { apdu: { control: (high << 8) | low, data: bytes.slice(start, taken) }, taken }
}
