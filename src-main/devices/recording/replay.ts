import { setTimeout as sleep } from 'node:timers/promises'
import { openVirtualSerial } from '../../../drivers/virtual-serial/virtual-serial.ts'
import type { Recording } from './recording.ts'

export interface ReplayedDevice {
  /** What a driver opens. */
  readonly address: string
  /** Settles when everything was played; a host that stops asking keeps it waiting. */
  readonly finished: Promise<void>
  /** Bytes of the host that were not those of the recording. */
  differences(): number
  close(): Promise<void>
}

export interface ReplayOptions {
  readonly link?: string | undefined
  /** 1 keeps the recorded times, 10 plays ten times as fast. Default 1. */
  readonly speed?: number | undefined
  /** When somebody listens: a device that speaks first waits for it. Default at once. */
  readonly listened?: Promise<unknown> | undefined
}

/** Rate by which the port is opened; the recorded times pace what it sends. */
const baud = 9600

/**
 * A recording as a device: it says what the device said, each chunk after the host has sent what it had sent before it then,
 * and after the same pause.
 */
export async function replayDevice(
  recording: Recording,
  options: ReplayOptions = {},
): Promise<ReplayedDevice> {
  const { speed = 1, link, listened } = options
  const wire = await openVirtualSerial({ baud, link })
  const steps = stepsOf(recording)
  const expected = Buffer.concat(steps.map(({ afterHost }) => afterHost))
  let heard = 0
  let differences = 0
  let closed = false
  let wake = (): void => undefined
  wire.onData((bytes) => {
    for (const byte of bytes) {
      if (expected[heard] !== byte) differences += 1
      heard += 1
    }
    wake()
  })

  const play = async (): Promise<void> => {
    let due = 0
    if (steps[0]?.afterHost.length === 0) await listened
    for (const { afterHost, pauseMs, send } of steps) {
      due += afterHost.length
      while (heard < due && !closed) await new Promise<void>((resolve) => (wake = resolve))
      if (send.length === 0) continue
      await sleep(pauseMs / speed)
      if (closed) return
      wire.write(send)
    }
  }
  return {
    address: wire.address,
    finished: play(),
    differences: () => differences,
    async close() {
      closed = true
      wake()
      await wire.close()
    },
  }
}

interface Step {
  /** What the host sends before this. */
  readonly afterHost: Uint8Array
  /** Between that, or the chunk before, and this. */
  readonly pauseMs: number
  readonly send: Uint8Array
}

function stepsOf({ lines }: Recording): Step[] {
  const steps: Step[] = []
  let afterHost: Buffer = Buffer.alloc(0)
  let lastMs = 0
  for (const line of lines) {
    if (line.from === 'driver') continue
    const bytes = Buffer.from(line.hex, 'hex')
    if (line.from === 'host') afterHost = Buffer.concat([afterHost, bytes])
    else {
      steps.push({ afterHost, pauseMs: line.atMs - lastMs, send: bytes })
      afterHost = Buffer.alloc(0)
    }
    lastMs = line.atMs
  }
  return [...steps, { afterHost, pauseMs: 0, send: new Uint8Array() }]
}
