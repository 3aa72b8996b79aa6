import { z } from 'zod'
import { Failure } from '../../contract/failure.ts'

/** Devices whose traffic may be kept: none of them carries card data. */
export const recordableDevices = ['printer', 'scanner'] as const
export type RecordableDevice = (typeof recordableDevices)[number]

const headSchema = z.object({
  facelaneRecording: z.literal(1),
  device: z.enum(recordableDevices),
  /** Printer model as in the configuration; null where there is none to choose. */
  model: z.string().nullable(),
  /** What was recorded and where, in words. */
  origin: z.string(),
  /** Day, UTC. */
  recordedOn: z.iso.date(),
})

const atMs = z.number().min(0)
const lineSchema = z.discriminatedUnion('from', [
  z.object({ atMs, from: z.enum(['host', 'device']), hex: z.string().regex(/^(?:[0-9a-f]{2})+$/) }),
  /** What the driver made of it. */
  z.object({ atMs, from: z.literal('driver'), event: z.record(z.string(), z.unknown()) }),
])

export type RecordingHead = z.infer<typeof headSchema>
export type RecordedLine = z.infer<typeof lineSchema>
export interface Recording extends RecordingHead {
  /** In the order of their times, ms from the opening of the port. */
  readonly lines: readonly RecordedLine[]
}

/** One JSON object a line: the head, then what went each way and what the driver made of it. */
export function formatRecording({ lines, ...head }: Recording): string {
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** Throws the failure `recording.unreadable`. */
export function parseRecording(text: string): Recording {
  try {
    const [first = '', ...rest] = text.split('\n').filter((line) => line !== '')
    const lines = rest.map((line) => lineSchema.parse(JSON.parse(line)))
    return { ...headSchema.parse(JSON.parse(first)), lines }
  } catch (thrown) {
    throw new Failure({
      code: 'recording.unreadable',
      attempted: 'read a recording of a device',
      remedy: 'staff',
      message: `This is no recording of "facelane devices record": ${thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown)}`,
    })
  }
}

/** What the driver said, in order. */
export function eventsOf({ lines }: Recording): readonly Readonly<Record<string, unknown>>[] {
  return lines.flatMap((line) => (line.from === 'driver' ? [line.event] : []))
}
