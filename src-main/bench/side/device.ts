import type { LineFault } from '../../../drivers/virtual-serial/emulated-line.ts'
import type { ReaderFault } from '../../../drivers/virtual-serial/virtual-hid.ts'
import type { BenchSideDevice, SideDeviceKey } from '../../contract/bench.ts'

/** One emulated device as the bench panel turns it. */
export interface SideDevice {
  readonly key: SideDeviceKey
  view(): BenchSideDevice
  /** False for an action nobody knows. */
  act(action: string): Promise<boolean>
  slide(value: number): boolean
  setFault(name: string): boolean
  onChange(listener: () => void): void
}

interface Pluggable {
  readonly address: string
  state(): { readonly plugged: boolean }
  onChange(listener: () => void): unknown
  powerCycle(): void | Promise<void>
  unplug(): Promise<void>
  replug(): Promise<void>
}

/** What one kind of device adds to a plug and a power switch. */
export interface SideParts {
  shows(): readonly string[]
  /** Beside unplug, plug in and power cycle: id to label and what it does. */
  readonly actions?: () => Readonly<Record<string, { readonly label: string; run(): unknown }>>
  readonly slider?: { view(): BenchSideDevice['slider']; set(value: number): void }
  /** Null ends the fault. */
  readonly setFault?: (fault: LineFault | null) => void
}

/** Later than any question waits, more than any frame is long. */
const faults: readonly (LineFault | null)[] = [
  null,
  { kind: 'slow', factor: 10 },
  { kind: 'garble' },
  { kind: 'duplicate' },
  { kind: 'late', ms: 3000 },
  { kind: 'silent' },
  { kind: 'flood', bytes: 200 },
]
const nameOf = (fault: LineFault | null): string => fault?.kind ?? 'none'

export function sideDevice(
  key: SideDeviceKey,
  title: string,
  emulator: Pluggable,
  parts: SideParts,
): SideDevice {
  let fault = 'none'
  const listeners = new Set<() => void>()
  const changed = (): void => listeners.forEach((listener) => listener())
  emulator.onChange(changed)
  const actions = () => ({
    ...parts.actions?.(),
    powerCycle: { label: 'Power cycle', run: () => emulator.powerCycle() },
    ...(emulator.state().plugged
      ? { unplug: { label: 'Unplug', run: () => emulator.unplug() } }
      : { replug: { label: 'Plug in', run: () => emulator.replug() } }),
  })
  return {
    key,
    view: () => ({
      ...{ key, title, address: emulator.address, plugged: emulator.state().plugged },
      shows: [...parts.shows()],
      slider: parts.slider?.view() ?? null,
      actions: Object.entries(actions()).map(([id, { label }]) => ({ id, label })),
      faults: parts.setFault === undefined ? [] : faults.map(nameOf),
      fault: parts.setFault === undefined ? null : fault,
    }),
    async act(action) {
      const known: Readonly<Record<string, { run(): unknown }>> = actions()
      if (!Object.hasOwn(known, action)) return false
      await known[action]?.run()
      changed()
      return true
    },
    slide(value) {
      parts.slider?.set(value)
      return parts.slider !== undefined
    },
    setFault(name) {
      const found = faults.find((one) => nameOf(one) === name)
      if (found === undefined || parts.setFault === undefined) return false
      parts.setFault(found)
      fault = name
      changed()
      return true
    },
    onChange: (listener) => void listeners.add(listener),
  }
}

/** A reader counts noise in reports, a line in bytes. */
export function readerFault(fault: LineFault | null): ReaderFault | null {
  return fault?.kind === 'flood' ? { kind: 'flood', reports: fault.bytes } : fault
}
