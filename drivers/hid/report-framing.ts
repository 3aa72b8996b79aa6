import type { ReportDescriptor } from './report-descriptor.ts'

export type ReportLengths = Pick<ReportDescriptor, 'numbered' | 'reportBytes'>

export type ReportFrame =
  | {
      readonly kind: 'report'
      readonly reportId: number
      /** The whole report, its number included; the caller's own, to be overwritten as it likes. */
      readonly bytes: Uint8Array
    }
  /** Bytes of no report this device has. */
  | { readonly kind: 'garbled' }

export interface ReportFraming {
  /** Any chunking of the same bytes gives the same frames. */
  push(bytes: Uint8Array): ReportFrame[]
  /** Overwrites what is held. */
  wipe(): void
}

/** Cuts a stream into reports, each of the length that the device's descriptor gives for its number. */
export function createReportFraming({ numbered, reportBytes }: ReportLengths): ReportFraming {
  const held = new Uint8Array(Math.max(1, ...reportBytes.values()))
  let length = 0
  let lost = false
  const wanted = (): number | undefined => reportBytes.get(numbered ? (held[0] ?? 0) : 0)

  return {
    push(bytes) {
      const frames: ReportFrame[] = []
      for (const byte of bytes) {
        held[length++] = byte
        const bytesOfReport = wanted()
        if (bytesOfReport === undefined) {
          if (!lost) frames.push({ kind: 'garbled' })
          lost = true
          length = 0
        } else if (length === bytesOfReport) {
          lost = false
          frames.push({
            kind: 'report',
            reportId: numbered ? (held[0] ?? 0) : 0,
            bytes: held.slice(0, length),
          })
          held.fill(0)
          length = 0
        }
      }
      return frames
    },
    wipe() {
      held.fill(0)
      length = 0
    },
  }
}
