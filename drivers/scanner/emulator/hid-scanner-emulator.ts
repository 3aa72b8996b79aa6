import { plugOf } from '../../virtual-serial/plug.ts'
import { openVirtualHid, type ReaderFault, type VirtualHidOptions } from '../../virtual-serial/virtual-hid.ts'
import type { KeyboardLayoutId } from '../../hid/keyboard-layouts.ts'
import { typedReports } from '../../hid/keystrokes.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import type { VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import { commonPosReport } from '../hid-pos.ts'
import type { HidScannerProtocol } from '../hid-scanner.ts'
import type { ScannerEmulatorState } from './scanner-emulator.ts'

export interface EmulateHidScannerOptions extends VirtualHidOptions {
  /** Default `hid-pos`. */
  readonly protocol?: HidScannerProtocol | undefined
  /** Default `us`. */
  readonly layout?: KeyboardLayoutId | undefined
  /** What a keyboard presses after each read; default Enter. */
  readonly end?: 'enter' | 'tab' | null | undefined
}

export interface EmulatedHidScanner {
  readonly address: string
  readonly how: VirtualSerialKind
  state(): ScannerEmulatorState
  onChange(listener: (state: ScannerEmulatorState) => void): Unsubscribe
  /** Sends a code as if read, `]E0` in front as its AIM identifier; settles when its last report left. */
  scan(text: string): Promise<void>
  /** Raw reports, for what no scanner should send. */
  send(reports: readonly Uint8Array[]): Promise<void>
  setFault(fault: ReaderFault | null): void
  received(): Uint8Array
  unplug(): Promise<void>
  replug(): Promise<void>
  /** Unplugged and plugged in again. */
  powerCycle(): Promise<void>
  close(): Promise<void>
}

/** A USB scanner at the far end of a path: in HID POS mode, or as a keyboard. */
export async function emulateHidScanner(options: EmulateHidScannerOptions = {}): Promise<EmulatedHidScanner> {
  const { protocol = 'hid-pos', layout = 'us', end = 'enter' } = options
  const hid = await openVirtualHid(options)
  const changes = createSubscriptions<ScannerEmulatorState>()
  let lastScans: readonly string[] = []
  const state = (): ScannerEmulatorState => ({ plugged: hid.plugged(), lastScans })
  const changed = (): void => changes.emit(state())

  return {
    address: hid.address,
    how: hid.how,
    state,
    onChange: (listener) => changes.add(listener),
    async scan(text) {
      lastScans = [text, ...lastScans].slice(0, 20)
      changed()
      await hid.send(protocol === 'hid-pos' ? posReports(text) : typedReports(text, layout, end))
    },
    send: (reports) => hid.send(reports),
    setFault: (fault) => hid.setFault(fault),
    received: () => hid.received(),
    ...plugOf(hid, changed),
    close: () => hid.close(),
  }
}

/** The reports of one read, split as a scanner splits what is longer than a report. */
export function posReports(text: string): Uint8Array[] {
  const { dataBytes, dataAt, lengthAt, symbologyAt, continuedBit, reportId } = commonPosReport
  const [, identifier = ']X0', data = text] = /^(\][A-Za-z][0-9A-Za-z])(.*)$/s.exec(text) ?? []
  const bytes = new TextEncoder().encode(data)
  const reports: Uint8Array[] = []
  for (let at = 0; at === 0 || at < bytes.length; at += dataBytes) {
    const part = bytes.subarray(at, at + dataBytes)
    const report = new Uint8Array(64)
    report[0] = reportId
    report[lengthAt] = part.length
    report.set(new TextEncoder().encode(identifier), symbologyAt)
    report.set(part, dataAt)
    if (at + dataBytes < bytes.length) report[continuedBit >> 3] = 1
    reports.push(report)
  }
  return reports
}
