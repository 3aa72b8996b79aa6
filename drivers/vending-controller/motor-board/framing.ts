import { crc16 } from './crc.ts'

/** Between `$` and `*`; a machine of 100 slots fits. */
export const maxBodyLength = 1024

export type BoardFrame =
  | { readonly kind: 'body'; readonly text: string }
  | { readonly kind: 'garbled'; readonly reason: 'checksum' | 'tooLong' | 'format' }

export interface BoardFraming {
  /** Any chunking of the same bytes gives the same frames. What stands outside of frames is passed over. */
  push(bytes: Uint8Array): BoardFrame[]
}

const DOLLAR = 0x24
const CR = 0x0d
const LF = 0x0a

/** `$BODY*XXXX` and CR LF, XXXX the checksum of BODY in four hex digits. */
export function encodeFrame(body: string): Uint8Array {
  const bytes = new TextEncoder().encode(body)
  return new TextEncoder().encode(`$${body}*${checksumOf(bytes)}\r\n`)
}

export function createBoardFraming(): BoardFraming {
  let held: number[] | null = null
  let tooLong = false
  return {
    push(bytes) {
      const frames: BoardFrame[] = []
      for (const byte of bytes) {
        if (byte === DOLLAR) {
          held = []
          tooLong = false
        } else if (byte === CR || byte === LF) {
          if (held !== null) frames.push(tooLong ? { kind: 'garbled', reason: 'tooLong' } : decode(held))
          held = null
        } else if (held !== null) {
          if (held.length === maxBodyLength) tooLong = true
          else held.push(byte)
        }
      }
      return frames
    },
  }
}

function decode(held: readonly number[]): BoardFrame {
  const text = String.fromCharCode(...held)
  const match = /^([\x21-\x7e]*)\*([0-9A-F]{4})$/.exec(text)
  if (match === null) return { kind: 'garbled', reason: 'format' }
  const [, body = '', checksum] = match
  if (checksumOf(new TextEncoder().encode(body)) !== checksum) return { kind: 'garbled', reason: 'checksum' }
  return { kind: 'body', text: body }
}

function checksumOf(bytes: Uint8Array): string {
  return crc16(bytes).toString(16).toUpperCase().padStart(4, '0')
}
