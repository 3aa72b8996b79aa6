import type { GarbledReason } from './scanner-port.ts'

/** What a scanner may send in one read, in bytes. */
export const maxReadLength = 512

const STX = 0x02
const ETX = 0x03
/** GS separates the fields of a GS1 element string; RS and EOT end some two-dimensional messages. */
const allowedControls = new Set([0x1d, 0x1e, 0x04])

const decoder = new TextDecoder('utf-8', { fatal: true })

export type ScannerFrame =
  | { readonly kind: 'read'; readonly data: string; readonly symbologyHint?: string }
  | { readonly kind: 'garbled'; readonly reason: GarbledReason }

/** What stands between two terminators; null for nothing. Overwrites the bytes of a magnetic stripe. */
export function decodeRead(bytes: Uint8Array): ScannerFrame | null {
  const start = bytes[0] === STX ? 1 : 0
  const end = bytes.at(-1) === ETX ? bytes.length - 1 : bytes.length
  const inner = bytes.subarray(start, end)
  if (inner.length === 0) return null
  if (isCardTrack(inner)) {
    bytes.fill(0)
    return { kind: 'garbled', reason: 'cardTrack' }
  }
  if (inner.some((byte) => byte === 0x7f || (byte < 0x20 && !allowedControls.has(byte)))) {
    return { kind: 'garbled', reason: 'notText' }
  }
  let text: string
  try {
    text = decoder.decode(inner)
  } catch {
    return { kind: 'garbled', reason: 'notText' }
  }
  const identifier = /^\]([A-Za-z][0-9A-Za-z])/.exec(text)
  const data = identifier === null ? text : text.slice(3)
  if (data.trim() === '') return { kind: 'garbled', reason: 'notText' }
  return identifier?.[1] === undefined
    ? { kind: 'read', data }
    : { kind: 'read', data, symbologyHint: identifier[1] }
}

const percent = 0x25
const semicolon = 0x3b
const plus = 0x2b
const question = 0x3f

/** `+` begins the third track of some readers; with fewer digits behind it, it may begin a code. */
const digitsOfNumber = 12

/** Sentinels of a stripe (ISO/IEC 7811-6): `%…?`, `;…?` or `+…?`. No barcode in use begins and ends so. */
function isCardTrack(bytes: Uint8Array): boolean {
  const [first] = bytes
  if (bytes.at(-1) !== question) return false
  if (first === plus) return bytes.filter((byte) => byte >= 0x30 && byte <= 0x39).length >= digitsOfNumber
  return first === percent || first === semicolon
}
