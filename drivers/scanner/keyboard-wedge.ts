import { createKeyboardDecoder, type KeyboardReport } from '../hid/keyboard.ts'
import type { KeyboardLayoutId } from '../hid/keyboard-layouts.ts'
import { createReportFraming, type ReportLengths } from '../hid/report-framing.ts'
import type { ScanDecoder } from './scanner-device.ts'
import { decodeRead, maxReadLength, type ScannerFrame } from './scan-text.ts'

/** `enter`: Enter or Tab ends a read, a read without it is garbled. `silence`: the scanner is set to send neither. */
export type WedgeEnd = 'enter' | 'silence'

export interface WedgeOptions {
  readonly layout: KeyboardLayoutId
  readonly endsWith: WedgeEnd
}

/**
 * Scanners type a key every 1 to 30 ms; the slowest settings in their manuals are about 100 ms. Where Enter ends a read,
 * nobody waits for the silence, which then only tells of a read that broke off.
 */
const silenceMsOf: Readonly<Record<WedgeEnd, number>> = { enter: 1000, silence: 250 }

/** Reads of a scanner that is a keyboard, from the reports of the keyboard itself: nothing is typed anywhere. */
export function createWedgeDecoder(
  where: KeyboardReport,
  lengths: ReportLengths,
  { layout, endsWith }: WedgeOptions,
): ScanDecoder {
  const framing = createReportFraming(lengths)
  const keyboard = createKeyboardDecoder(where, layout)
  const held = new Uint8Array(maxReadLength)
  const encoder = new TextEncoder()
  let length = 0
  let tooLong = false

  const finish = (): ScannerFrame | null => {
    const bytes = held.slice(0, length)
    const overflowed = tooLong
    held.fill(0)
    length = 0
    tooLong = false
    if (overflowed) return { kind: 'garbled', reason: 'tooLong' }
    return bytes.length === 0 ? null : decodeRead(bytes)
  }
  const write = (code: number): void => {
    // One byte for each sign of ASCII, so that no string of a card's track comes to be.
    const bytes = code < 0x80 ? [code] : [...encoder.encode(String.fromCodePoint(code))]
    for (const byte of bytes) {
      if (length === maxReadLength) tooLong = true
      else held[length++] = byte
    }
  }

  return {
    silenceMs: silenceMsOf[endsWith],
    push(bytes) {
      const frames: ScannerFrame[] = []
      for (const frame of framing.push(bytes)) {
        if (frame.kind === 'garbled' || frame.reportId !== where.reportId) continue
        for (const stroke of keyboard.push(frame.bytes)) {
          if (typeof stroke === 'number') {
            write(stroke)
            continue
          }
          const read = finish()
          if (read !== null) frames.push(read)
        }
        frame.bytes.fill(0)
      }
      return frames
    },
    silence() {
      framing.wipe()
      keyboard.reset()
      if (length === 0) return []
      const read = finish()
      if (endsWith === 'silence') return read === null ? [] : [read]
      return [{ kind: 'garbled', reason: read?.kind === 'garbled' ? read.reason : 'incomplete' }]
    },
  }
}
