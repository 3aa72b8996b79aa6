import { fieldOf, readBits, valueOf } from '../hid/fields.ts'
import type { ReportDescriptor } from '../hid/report-descriptor.ts'
import { createReportFraming, type ReportLengths } from '../hid/report-framing.ts'
import type { ScanDecoder } from './scanner-device.ts'
import { decodeRead, maxReadLength, type ScannerFrame } from './scan-text.ts'

/** Usages of the bar code scanner page. Source: HID Point of Sale Usage Tables 1.02, section 3. */
export const posUsages = {
  scanner: 0x008c_0002,
  symbology1: 0x008c_00fb,
  symbology2: 0x008c_00fc,
  symbology3: 0x008c_00fd,
  decodedData: 0x008c_00fe,
  dataContinued: 0x008c_00ff,
  /** Byte Count of the Generic Desktop page, which the reports borrow for the length of their data. */
  byteCount: 0x0001_003b,
} as const

/** Where a scanned-data report keeps what; offsets in bytes from its number on. */
export interface PosReport {
  readonly reportId: number
  readonly lengthAt: number
  /** First of the three characters of the AIM identifier; null where the scanner sends none. */
  readonly symbologyAt: number | null
  readonly dataAt: number
  readonly dataBytes: number
  /** The bit that announces another report of the same read; null where there is none. */
  readonly continuedBit: number | null
}

/**
 * The report that the makers of HID POS scanners share: 64 bytes, number 2, length, three bytes of AIM identifier, 56 of
 * data, three of the maker's own, the last bit for "continued". Source: Access-IS LSR118 product manual, appendix B.
 */
export const commonPosReport = {
  reportId: 2,
  lengthAt: 1,
  symbologyAt: 2,
  dataAt: 5,
  dataBytes: 56,
  continuedBit: 63 * 8,
  numbered: true,
  reportBytes: new Map([[2, 64]]),
} as const satisfies PosReport & ReportLengths

/** Where this device keeps what; null when it sends no scanned data in the form of the standard. */
export function posReport(descriptor: ReportDescriptor): PosReport | null {
  const data = fieldOf(descriptor, posUsages.decodedData)
  const length = valueOf(descriptor, posUsages.byteCount)
  if (data?.bitSize !== 8 || data.bitOffset % 8 !== 0) return null
  if (length?.reportId !== data.reportId || length.bitSize !== 8 || length.bitOffset % 8 !== 0) return null
  const symbology = valueOf(descriptor, posUsages.symbology1)
  const continued = valueOf(descriptor, posUsages.dataContinued)
  return {
    reportId: data.reportId,
    lengthAt: length.bitOffset / 8,
    symbologyAt: symbology?.reportId === data.reportId ? symbology.bitOffset / 8 : null,
    dataAt: data.bitOffset / 8,
    dataBytes: data.count,
    continuedBit: continued?.reportId === data.reportId ? continued.bitOffset : null,
  }
}

/** The rest of a read that was split comes within milliseconds, or never. */
const silenceMs = 1000
const bracket = 0x5d

/** Reads of a scanner in HID POS mode, put together from the reports they were split into. */
export function createHidPosDecoder(where: PosReport, lengths: ReportLengths): ScanDecoder {
  const framing = createReportFraming(lengths)
  const held = new Uint8Array(maxReadLength)
  let length = 0
  let tooLong = false
  let symbology: string | null = null

  const clear = (): void => {
    held.fill(0)
    length = 0
    tooLong = false
    symbology = null
  }
  const finish = (): ScannerFrame | null => {
    const frame: ScannerFrame | null = tooLong
      ? { kind: 'garbled', reason: 'tooLong' }
      : decodeRead(withoutEnd(held.slice(0, length)))
    const hint = symbology
    clear()
    if (frame?.kind !== 'read' || hint === null) return frame
    return { ...frame, symbologyHint: hint }
  }
  const takeReport = (report: Uint8Array): ScannerFrame | null => {
    const count = report[where.lengthAt] ?? 0
    if (count > where.dataBytes) {
      clear()
      return { kind: 'garbled', reason: 'notText' }
    }
    if (length === 0) symbology = identifierOf(report, where.symbologyAt)
    for (const byte of report.subarray(where.dataAt, where.dataAt + count)) {
      if (length === maxReadLength) tooLong = true
      else held[length++] = byte
    }
    const goesOn = where.continuedBit !== null && readBits(report, where.continuedBit, 1) === 1
    return goesOn ? null : finish()
  }

  return {
    silenceMs,
    push(bytes) {
      const frames: ScannerFrame[] = []
      for (const frame of framing.push(bytes)) {
        if (frame.kind === 'garbled') {
          clear()
          frames.push({ kind: 'garbled', reason: 'notText' })
        } else if (frame.reportId === where.reportId) {
          const read = takeReport(frame.bytes)
          frame.bytes.fill(0)
          if (read !== null) frames.push(read)
        }
      }
      return frames
    },
    silence() {
      framing.wipe()
      if (length === 0) return []
      clear()
      return [{ kind: 'garbled', reason: 'incomplete' }]
    },
  }
}

function identifierOf(report: Uint8Array, at: number | null): string | null {
  if (at === null || report[at] !== bracket) return null
  const text = String.fromCharCode(report[at + 1] ?? 0, report[at + 2] ?? 0)
  return /^[A-Za-z][0-9A-Za-z]$/.test(text) ? text : null
}

/** Many scanners keep the CR or LF that they were set to send as a keyboard. */
function withoutEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a)) end -= 1
  return bytes.subarray(0, end)
}
