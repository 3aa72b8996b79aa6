import { systemDriverClock, type DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { openEmulatedLine, type LineFault } from '../../virtual-serial/emulated-line.ts'
import type { VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import type { ScaleProtocolId } from '../scale.ts'
import { createScaleCore } from './scale-core.ts'
import { createSicsFace } from './sics-face.ts'
import { createToledoFace } from './toledo-face.ts'

export interface EmulateScaleOptions {
  /** Default `toledo-8217`. */
  readonly protocol?: ScaleProtocolId | undefined
  /** Default 9600. */
  readonly baud?: number | undefined
  readonly link?: string | undefined
  readonly kinds?: readonly VirtualSerialKind[] | undefined
  readonly clock?: DriverClock | undefined
  /** Default 15000. */
  readonly maxGrams?: number | undefined
  /** Default 5. */
  readonly divisionGrams?: number | undefined
  /** From a change on the plate to rest; default 600. */
  readonly settleMs?: number | undefined
  /** From power on to the first answer; default 1500. */
  readonly bootMs?: number | undefined
}

export interface ScaleEmulatorState {
  readonly plugged: boolean
  readonly powered: boolean
  /** What the scale's own display shows: net, in whole divisions. */
  readonly grams: number
  readonly moving: boolean
  readonly over: boolean
  readonly under: boolean
  readonly net: boolean
}

export interface EmulatedScale {
  readonly address: string
  readonly how: VirtualSerialKind
  readonly protocol: ScaleProtocolId
  state(): ScaleEmulatorState
  /** After what a hand or the host did; a plate that swings is looked at by `state`. */
  onChange(listener: (state: ScaleEmulatorState) => void): Unsubscribe
  /** What lies on the plate from now on, in grams; below 0 for a plate lifted off. */
  put(grams: number): void
  /** In motion until `still`. */
  shake(): void
  still(): void
  setFault(fault: LineFault | null): void
  powerCycle(): void
  unplug(): Promise<void>
  replug(): Promise<void>
  received(): Uint8Array
  close(): Promise<void>
}

/** A till scale whose near end a driver opens. */
export async function emulateScale(options: EmulateScaleOptions = {}): Promise<EmulatedScale> {
  const { protocol = 'toledo-8217', baud = 9600, clock = systemDriverClock, bootMs = 1500 } = options
  const line = await openEmulatedLine({ baud, link: options.link, kinds: options.kinds, clock })
  const core = createScaleCore({
    maxGrams: options.maxGrams ?? 15_000,
    divisionGrams: options.divisionGrams ?? 5,
    settleMs: options.settleMs ?? 600,
    nowMs: () => clock.monotonicMs(),
  })
  const newFace = () => (protocol === 'toledo-8217' ? createToledoFace(core) : createSicsFace(core))
  const changes = createSubscriptions<ScaleEmulatorState>()
  let face = newFace()
  let cancelBoot: (() => void) | null = null

  const state = (): ScaleEmulatorState => {
    const { grams, moving, over, under, net } = core.shown()
    return { plugged: line.plugged(), powered: cancelBoot === null, grams, moving, over, under, net }
  }
  const changed = (): void => changes.emit(state())
  line.onData((bytes) => {
    if (cancelBoot !== null) return
    for (const byte of bytes) {
      const answer = face.hear(byte)
      if (answer !== null) line.send(answer)
    }
    changed()
  })

  return {
    address: line.address,
    how: line.how,
    protocol,
    state,
    onChange: (listener) => changes.add(listener),
    put(grams) {
      core.plate.put(grams)
      changed()
    },
    shake() {
      core.plate.shake()
      changed()
    },
    still() {
      core.plate.still()
      changed()
    },
    setFault: (fault) => line.setFault(fault),
    powerCycle() {
      line.reset()
      cancelBoot?.()
      cancelBoot = clock.after(bootMs, () => {
        cancelBoot = null
        face = newFace()
        core.restart()
        changed()
      })
      changed()
    },
    async unplug() {
      await line.unplug()
      changed()
    },
    async replug() {
      await line.replug()
      changed()
    },
    received: () => line.received(),
    async close() {
      cancelBoot?.()
      await line.close()
    },
  }
}
