import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { openEmulatedLine } from '../../virtual-serial/emulated-line.ts'
import type { VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import { createRelayFraming, lcusBaud } from '../lcus.ts'

export interface EmulateRelayBoardOptions {
  /** Default 4. */
  readonly relays?: number | undefined
  readonly link?: string | undefined
  readonly kinds?: readonly VirtualSerialKind[] | undefined
}

export interface RelayBoardState {
  readonly plugged: boolean
  /** Relay 1 first. */
  readonly relays: readonly boolean[]
  /** How often each has been switched on since the start. */
  readonly switchedOn: readonly number[]
}

export interface EmulatedRelayBoard {
  readonly address: string
  readonly how: VirtualSerialKind
  state(): RelayBoardState
  onChange(listener: (state: RelayBoardState) => void): Unsubscribe
  /** All relays fall off. The board answers nothing, so there are no answers to spoil. */
  powerCycle(): void
  unplug(): Promise<void>
  replug(): Promise<void>
  received(): Uint8Array
  close(): Promise<void>
}

/** A relay board with whatever is wired to it: a lamp, a buzzer. */
export async function emulateRelayBoard(options: EmulateRelayBoardOptions = {}): Promise<EmulatedRelayBoard> {
  const count = options.relays ?? 4
  const line = await openEmulatedLine({ baud: lcusBaud, link: options.link, kinds: options.kinds })
  const changes = createSubscriptions<RelayBoardState>()
  const switchedOn = Array.from({ length: count }, () => 0)
  let relays = Array.from({ length: count }, () => false)
  let framing = createRelayFraming()

  const state = (): RelayBoardState => ({
    plugged: line.plugged(),
    relays: [...relays],
    switchedOn: [...switchedOn],
  })
  const changed = (): void => changes.emit(state())
  const powerCycle = (): void => {
    relays = relays.map(() => false)
    framing = createRelayFraming()
    changed()
  }
  line.onData((bytes) => {
    for (const { relay, on } of framing.push(bytes)) {
      const at = relay - 1
      if (at >= count || relays[at] === on) continue
      relays[at] = on
      if (on) switchedOn[at] = (switchedOn[at] ?? 0) + 1
      changed()
    }
  })
  return {
    address: line.address,
    how: line.how,
    state,
    onChange: (listener) => changes.add(listener),
    powerCycle,
    async unplug() {
      await line.unplug()
      // The board lives on the cable's power.
      powerCycle()
    },
    async replug() {
      await line.replug()
      changed()
    },
    received: () => line.received(),
    close: () => line.close(),
  }
}
