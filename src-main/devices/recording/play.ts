import { setTimeout as sleep } from 'node:timers/promises'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { driverOver } from './record.ts'
import { eventsOf, type Recording } from './recording.ts'
import { replayDevice, type ReplayOptions } from './replay.ts'

export interface Played {
  /** What the driver said, in order. */
  readonly events: readonly Readonly<Record<string, unknown>>[]
  /** Bytes that the driver sent and that are not those of the recording. */
  readonly differences: number
}

const openLimitMs = 10_000
/** For events that still have to come after the last byte has. */
const lastEventMs = 2000

/** Plays a recording as a device on a real port, and its driver against it. */
export async function playToDriver(recording: Recording, options: ReplayOptions = {}): Promise<Played> {
  const listening = Promise.withResolvers<null>()
  const replayed = await replayDevice(recording, { ...options, listened: listening.promise })
  const { device, onEvent } = driverOver(
    recording.device,
    recording.model,
    createByteStream(replayed.address),
  )
  const events: Readonly<Record<string, unknown>>[] = []
  const wanted = eventsOf(recording).length
  let stop = (): void => undefined
  const all = new Promise<void>((resolve) => {
    if (wanted === 0) resolve()
    stop = onEvent((event) => {
      events.push(event)
      if (events.length === wanted) resolve()
    })
  })
  try {
    const limits = { timeoutMs: openLimitMs }
    await device.open(limits)
    await device.claim(limits)
    await device.enable(limits)
    listening.resolve(null)
    await replayed.finished
    await Promise.race([all, sleep(lastEventMs)])
    return { events, differences: replayed.differences() }
  } finally {
    stop()
    listening.resolve(null)
    await device.close()
    await replayed.close()
  }
}
