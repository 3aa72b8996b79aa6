import type { LightPattern, LightsPort } from '../../drivers/lights/lights-port.ts'
import type { LineDisplayPort } from '../../drivers/line-display/line-display-port.ts'
import type { Tone, ToneIndicatorPort } from '../../drivers/tone-indicator/tone-indicator-port.ts'
import { Failure } from '../contract/failure.ts'
import type { LaneView } from '../contract/laneView.ts'
import { customerLines } from '../domain/display/customerLines.ts'
import { laneBeep, laneSignal, type LaneBeep, type LaneSignal } from '../domain/display/laneSignal.ts'

/** A device of the lane that only shows: the same object whatever is unplugged and plugged in again. */
export interface ShowingAccess<P> {
  use<T>(work: (port: P | null) => Promise<T>): Promise<T>
  /** Calls `attach` each time the device is there again, at once when it is; the returned function ends that. */
  follow(attach: (port: P) => readonly (() => void)[]): () => void
}

export interface SideDevicesDeps {
  /** Each null on a lane without one. */
  readonly display: ShowingAccess<LineDisplayPort> | null
  readonly lights: ShowingAccess<LightsPort> | null
  readonly tone: ShowingAccess<ToneIndicatorPort> | null
}

/** Customer display, lamp and beeper: they follow the lane and never hold it up; what fails is shown anew when it is back. */
export interface SideDevices {
  show(view: LaneView): void
  close(): void
}

const limits = { timeoutMs: 3000 } as const

export const lampPatterns: Readonly<Record<LaneSignal, LightPattern>> = {
  free: { green: 'on' },
  selling: { amber: 'on' },
  helpWanted: { red: 'blink' },
  closed: { red: 'on' },
}

export const beeps: Readonly<Record<LaneBeep, Tone>> = {
  taken: { cycles: 1, onMs: 60, offMs: 60 },
  refused: { cycles: 2, onMs: 120, offMs: 80 },
  help: { cycles: 3, onMs: 300, offMs: 200 },
}

export function createSideDevices({ display, lights, tone }: SideDevicesDeps): SideDevices {
  let last: LaneView | null = null
  const shown = [
    display &&
      following(
        display,
        (port, view) => {
          const { columns, characters } = port.screen
          return customerLines(view, { columns, chinese: characters === 'gb18030' })
        },
        (port, lines) => port.displayLines(lines, limits),
      ),
    lights &&
      following(
        lights,
        (_port, view) => laneSignal(view),
        (port, signal) => port.switchTo(lampPatterns[signal], limits),
      ),
  ].filter((one) => one !== null)

  const beep = (sound: LaneBeep): void => {
    void quietly(tone?.use(async (port) => port?.sound(beeps[sound], limits)))
  }

  return {
    show(view) {
      const sound = last === null ? null : laneBeep(last, view)
      last = view
      shown.forEach((one) => one.show(view))
      if (sound !== null) beep(sound)
    },
    close: () => shown.forEach((one) => one.close()),
  }
}

/** Keeps a device at what the latest view asks of it: written on change only, one write at a time, again after a loss. */
function following<P, T>(
  access: ShowingAccess<P>,
  ask: (port: P, view: LaneView) => T,
  write: (port: P, wanted: T) => Promise<void>,
): SideDevices {
  let view: LaneView | null = null
  let written: string | null = null
  let running = false
  let stale = false

  const once = (): Promise<void> =>
    access.use(async (port) => {
      if (port === null || view === null) return
      const wanted = ask(port, view)
      const key = JSON.stringify(wanted)
      if (key === written) return
      await write(port, wanted)
      written = key
    })
  const run = async (): Promise<void> => {
    running = true
    try {
      do {
        stale = false
        await quietly(once())
      } while (stale)
    } finally {
      running = false
    }
  }
  const start = (): void => {
    stale = true
    if (!running) void run()
  }
  const unfollow = access.follow(() => {
    written = null
    start()
    return []
  })
  return {
    show(next) {
      view = next
      start()
    },
    close: unfollow,
  }
}

/** A device that fails is the supervisor's to reopen. */
async function quietly(work: Promise<unknown> | undefined): Promise<void> {
  try {
    await work
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
  }
}
