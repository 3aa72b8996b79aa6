import type { ScanDecoder } from './scanner-device.ts'
import { decodeRead, maxReadLength, type ScannerFrame } from './scan-text.ts'

const CR = 0x0d
const LF = 0x0a

/**
 * Reads of a serial scanner, which end with CR, LF or both. Holds at most `maxReadLength` bytes whatever comes; any
 * chunking of the same bytes gives the same frames.
 */
export function createScannerFraming(): ScanDecoder {
  const held = new Uint8Array(maxReadLength)
  let length = 0
  let tooLong = false
  const finish = (): ScannerFrame | null => {
    const bytes = held.slice(0, length)
    const overflowed = tooLong
    held.fill(0, 0, length)
    length = 0
    tooLong = false
    if (overflowed) return { kind: 'garbled', reason: 'tooLong' }
    return bytes.length === 0 ? null : decodeRead(bytes)
  }

  return {
    silenceMs: null,
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
    silence: () => [],
  }
}
