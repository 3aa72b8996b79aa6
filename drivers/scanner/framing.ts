/** What a scanner may send in one read. */
export const maxReadLength = 512

const CR = 0x0d
const LF = 0x0a
const STX = 0x02
const ETX = 0x03
/** GS separates the fields of a GS1 element string; RS and EOT end some two-dimensional messages. */
const allowedControls = new Set([0x1d, 0x1e, 0x04])

const decoder = new TextDecoder('utf-8', { fatal: true })

export type ScannerFrame =
  | { readonly kind: 'read'; readonly data: string; readonly symbologyHint?: string }
  | { readonly kind: 'garbled'; readonly reason: 'tooLong' | 'notText' }

export interface ScannerFraming {
  /** Any chunking of the same bytes gives the same frames. */
  push(bytes: Uint8Array): ScannerFrame[]
}

/** Reads end with CR, LF or both. Holds at most `maxReadLength` bytes whatever comes. */
export function createScannerFraming(): ScannerFraming {
  const held = new Uint8Array(maxReadLength)
  let length = 0
  let tooLong = false
  const finish = (): ScannerFrame | null => {
    const bytes = held.slice(0, length)
    const overflowed = tooLong
    length = 0
    tooLong = false
    if (overflowed) return { kind: 'garbled', reason: 'tooLong' }
    return bytes.length === 0 ? null : decodeRead(bytes)
  }

  return {
    push(bytes) {
      const frames: ScannerFrame[] = []
      for (const byte of bytes) {
        if (byte === CR || byte === LF) {
          const frame = finish()
          if (frame !== null) frames.push(frame)
        } else if (length === maxReadLength) {
          tooLong = true
        } else {
          held[length++] = byte
        }
      }
      return frames
    },
  }
}

function decodeRead(bytes: Uint8Array): ScannerFrame | null {
  const start = bytes[0] === STX ? 1 : 0
  const end = bytes.at(-1) === ETX ? bytes.length - 1 : bytes.length
  const inner = bytes.subarray(start, end)
  if (inner.length === 0) return null
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
