import { systemDriverClock, type DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { openEmulatedLine } from '../../virtual-serial/emulated-line.ts'
import type { VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import { lineDisplayModels, type LineDisplayModelId } from '../models.ts'
import { createDisplayCore, type DisplayState } from './display-core.ts'

export interface EmulateLineDisplayOptions {
  /** Default `cd5220-gb18030`. */
  readonly model?: LineDisplayModelId | undefined
  /** Default 9600. */
  readonly baud?: number | undefined
  readonly link?: string | undefined
  readonly kinds?: readonly VirtualSerialKind[] | undefined
  readonly clock?: DriverClock | undefined
}

export interface LineDisplayEmulatorState extends DisplayState {
  readonly plugged: boolean
}

export interface EmulatedLineDisplay {
  readonly address: string
  readonly how: VirtualSerialKind
  readonly model: LineDisplayModelId
  state(): LineDisplayEmulatorState
  onChange(listener: (state: LineDisplayEmulatorState) => void): Unsubscribe
  /** Everything shown is gone. A display answers nothing, so there are no answers to spoil. */
  powerCycle(): void
  unplug(): Promise<void>
  replug(): Promise<void>
  received(): Uint8Array
  close(): Promise<void>
}

const bitsPerByte = 10

/** A customer display of two lines; it takes bytes no faster than its line does. */
export async function emulateLineDisplay(
  options: EmulateLineDisplayOptions = {},
): Promise<EmulatedLineDisplay> {
  const { model = 'cd5220-gb18030', baud = 9600, clock = systemDriverClock } = options
  const { characters, columns, rows } = lineDisplayModels[model]
  const line = await openEmulatedLine({ baud, link: options.link, kinds: options.kinds, clock })
  const core = createDisplayCore({ chinese: characters === 'gb18030', columns, rows })
  const changes = createSubscriptions<LineDisplayEmulatorState>()
  const arrivals = new Set<() => void>()
  let freeAtMs = 0

  const state = (): LineDisplayEmulatorState => ({ ...core.state(), plugged: line.plugged() })
  const changed = (): void => changes.emit(state())
  const forget = (): void => {
    arrivals.forEach((cancel) => cancel())
    arrivals.clear()
  }
  line.onData((bytes) => {
    const nowMs = clock.monotonicMs()
    freeAtMs = Math.max(freeAtMs, nowMs) + (bytes.length * bitsPerByte * 1000) / baud
    const cancel = clock.after(freeAtMs - nowMs, () => {
      arrivals.delete(cancel)
      core.hear(bytes)
      changed()
    })
    arrivals.add(cancel)
  })

  return {
    address: line.address,
    how: line.how,
    model,
    state,
    onChange: (listener) => changes.add(listener),
    powerCycle() {
      forget()
      core.restart()
      changed()
    },
    async unplug() {
      forget()
      await line.unplug()
      changed()
    },
    async replug() {
      await line.replug()
      changed()
    },
    received: () => line.received(),
    async close() {
      forget()
      await line.close()
    },
  }
}
