import type { InputDecoder } from '../byte-stream/input-device.ts'
import { fieldOf, valueOf } from '../hid/fields.ts'
import type { ReportDescriptor } from '../hid/report-descriptor.ts'
import { createReportFraming, type ReportLengths } from '../hid/report-framing.ts'
import type { SwipeOptions } from './keyboard-swipe.ts'
import { judgeSwipe, type RawTrack, type SwipeFrame } from './swipe.ts'

interface TrackPlace {
  readonly track: 1 | 2 | 3
  readonly lengthAt: number
  readonly dataAt: number
  readonly dataBytes: number
}

/** Where a reader's report keeps its tracks; offsets in bytes from the beginning of the report. */
export interface SwipeReport {
  readonly reportId: number
  readonly tracks: readonly TrackPlace[]
}

/**
 * Usages of length and data of track 1; those of tracks 2 and 3 follow. `MagTek`: its USB HID swipe readers and the many
 * that copy them, page FF00, technical reference manual, section 4. `HID POS`: page 8E, HID Point of Sale Usage Tables
 * 1.02, section 6.
 */
const families = [
  { application: 0xff00_0001, lengthOfFirst: 0xff00_0028, dataOfFirst: 0xff00_0030 },
  { application: 0x008e_0001, lengthOfFirst: 0x008e_0011, dataOfFirst: 0x008e_0021 },
] as const

/** MagTek's report: three bytes of status, three of lengths, the encoding, three tracks of 110 bytes. */
export const magTekReport = {
  reportId: 0,
  tracks: [
    { track: 1, lengthAt: 3, dataAt: 7, dataBytes: 110 },
    { track: 2, lengthAt: 4, dataAt: 117, dataBytes: 110 },
    { track: 3, lengthAt: 5, dataAt: 227, dataBytes: 110 },
  ],
  numbered: false,
  reportBytes: new Map([[0, 337]]),
} as const satisfies SwipeReport & ReportLengths

/** Where this reader keeps its tracks; null when its reports are none of a stripe reader. */
export function swipeReport(descriptor: ReportDescriptor): SwipeReport | null {
  const family = families.find(({ application }) => descriptor.applications.includes(application))
  if (family === undefined) return null
  let reportId: number | null = null
  const tracks: TrackPlace[] = []
  for (const track of [1, 2, 3] as const) {
    const length = valueOf(descriptor, family.lengthOfFirst + track - 1)
    const data = fieldOf(descriptor, family.dataOfFirst + track - 1)
    if (length === null || data?.bitSize !== 8 || length.bitSize !== 8) continue
    if (data.bitOffset % 8 !== 0 || length.bitOffset % 8 !== 0) continue
    reportId ??= data.reportId
    if (data.reportId !== reportId || length.reportId !== reportId) continue
    tracks.push({ track, lengthAt: length.bitOffset / 8, dataAt: data.bitOffset / 8, dataBytes: data.count })
  }
  return reportId === null ? null : { reportId, tracks }
}

/** One swipe fills one report, which comes in packets of 8 to 64 bytes; the rest of a half one never comes. */
const silenceMs = 1000

/** Swipes of a reader in HID mode. Every report is overwritten as soon as it is judged. */
export function createHidSwipeDecoder(
  where: SwipeReport,
  lengths: ReportLengths,
  { memberPrefixes }: SwipeOptions,
): InputDecoder<SwipeFrame> {
  const framing = createReportFraming(lengths)
  return {
    silenceMs,
    push(bytes) {
      const frames: SwipeFrame[] = []
      for (const frame of framing.push(bytes)) {
        if (frame.kind === 'garbled') frames.push({ kind: 'refused', reason: 'unreadable' })
        else if (frame.reportId === where.reportId) {
          frames.push(judgeSwipe(tracksOf(frame.bytes, where), memberPrefixes))
          frame.bytes.fill(0)
        }
      }
      bytes.fill(0)
      return frames
    },
    silence() {
      framing.wipe()
      return []
    },
  }
}

function tracksOf(report: Uint8Array, { tracks }: SwipeReport): RawTrack[] {
  return tracks.flatMap(({ track, lengthAt, dataAt, dataBytes }) => {
    const length = report[lengthAt] ?? 0
    if (length === 0 || length > dataBytes) return []
    return [{ track, bytes: report.subarray(dataAt, dataAt + length) }]
  })
}
