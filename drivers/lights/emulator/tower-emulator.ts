import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { openEmulatedLine, type LineFault } from '../../virtual-serial/emulated-line.ts'
import type { VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import type { LightState } from '../lights-port.ts'
import { pnsTiers } from '../pns-lights.ts'

export interface EmulateTowerOptions {
  readonly link?: string | undefined
  /** Default a TCP port on the loopback, as the tower stands on the network. */
  readonly kinds?: readonly VirtualSerialKind[] | undefined
}

export interface TowerState {
  readonly plugged: boolean
  /** Top first. */
  readonly tiers: readonly LightState[]
  readonly alarm: boolean
}

export interface EmulatedTower {
  readonly address: string
  readonly how: VirtualSerialKind
  state(): TowerState
  onChange(listener: (state: TowerState) => void): Unsubscribe
  setFault(fault: LineFault | null): void
  /** Dark and silent until it is told something. */
  powerCycle(): void
  unplug(): Promise<void>
  replug(): Promise<void>
  received(): Uint8Array
  close(): Promise<void>
}

const networkBaud = 10_000_000
const headerBytes = 6
const states: readonly LightState[] = ['off', 'on', 'blink']
const dark: readonly LightState[] = Array.from({ length: pnsTiers }, () => 'off')

/** A PATLITE tower that speaks PNS; commands other than "operation control" and "clear" are refused. */
export async function emulateTower(options: EmulateTowerOptions = {}): Promise<EmulatedTower> {
  const line = await openEmulatedLine({
    baud: networkBaud,
    link: options.link,
    kinds: options.kinds ?? ['tcp'],
  })
  const changes = createSubscriptions<TowerState>()
  let tiers = dark
  let alarm = false
  let held: number[] = []

  const state = (): TowerState => ({ plugged: line.plugged(), tiers, alarm })
  const changed = (): void => changes.emit(state())
  const carryOut = (command: string, data: readonly number[]): boolean => {
    if (command === 'C' && data.length === 0) {
      tiers = dark
      alarm = false
      return true
    }
    const lights = data.slice(0, pnsTiers).map((value) => states[value])
    const whole = lights.filter((light) => light !== undefined)
    if (command !== 'S' || data.length !== pnsTiers + 1 || whole.length !== pnsTiers) return false
    tiers = whole
    alarm = data[pnsTiers] !== 0
    return true
  }
  const step = (): boolean => {
    const [a, b, command = 0, , high = 0, low = 0] = held
    if (held.length < headerBytes) return false
    if (a !== 0x41 || b !== 0x42) {
      held = []
      line.send(Uint8Array.of(0x15))
      return false
    }
    const end = headerBytes + high * 256 + low
    if (held.length < end) return false
    const done = carryOut(String.fromCharCode(command), held.slice(headerBytes, end))
    held = held.slice(end)
    line.send(Uint8Array.of(done ? 0x06 : 0x15))
    changed()
    return true
  }
  line.onData((bytes) => {
    held.push(...bytes)
    while (step());
  })

  return {
    address: line.address,
    how: line.how,
    state,
    onChange: (listener) => changes.add(listener),
    setFault: (fault) => line.setFault(fault),
    powerCycle() {
      line.reset()
      tiers = dark
      alarm = false
      held = []
      changed()
    },
    async unplug() {
      await line.unplug()
      held = []
      changed()
    },
    async replug() {
      await line.replug()
      changed()
    },
    received: () => line.received(),
    close: () => line.close(),
  }
}
