import { systemDriverClock, type DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import type { VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import { control } from '../zvt/commands.ts'
import { createSerialFraming, createTcpFraming } from '../zvt/framing.ts'
import { createZvtTransport, type ZvtTransport } from '../zvt/transport.ts'
import { openChargeLog, type ChargeRecord } from './charge-log.ts'
import { createTerminalCore, type TerminalFault, type TerminalScreen } from './terminal-core.ts'
import { openTerminalWire } from './wire.ts'

export interface EmulateTerminalOptions {
  /** Default TCP. */
  readonly kinds?: readonly VirtualSerialKind[] | undefined
  readonly baud?: number | undefined
  readonly link?: string | undefined
  /** TCP port; default any free one. ZVT terminals listen on 20007. */
  readonly port?: number | undefined
  /** Where charges are kept over a restart of the emulator; in memory when left out. */
  readonly log?: string | undefined
  /** Six digits, default 0. */
  readonly password?: number | undefined
  /** False for a model without refunds. Default true. */
  readonly refunds?: boolean | undefined
  /** A card that is held to the reader by itself, and after how long. None: `presentCard` is waited for. */
  readonly autoCard?: { readonly id: string; readonly afterMs: number } | undefined
  /** Typing a PIN, and waiting for the acquirer, ms each. Default 0. */
  readonly pinMs?: number | undefined
  readonly hostMs?: number | undefined
  /** Booting after a power cycle, ms. Default 300. */
  readonly bootMs?: number | undefined
  readonly clock?: DriverClock | undefined
}

export interface TerminalEmulatorState {
  readonly plugged: boolean
  readonly screen: TerminalScreen
  /** Minor units of the transaction under way; null when there is none. */
  readonly amountMinor: number | null
}

export interface EmulatedTerminal {
  readonly address: string
  readonly how: VirtualSerialKind
  readonly wire: 'serial' | 'tcp'
  state(): TerminalEmulatorState
  onChange(listener: (state: TerminalEmulatorState) => void): Unsubscribe
  /** Holds a card of `testCards` to the reader. */
  presentCard(id: string): void
  /** The red key. */
  pressCancel(): void
  /** Armed once, for the next transaction. */
  setFault(fault: TerminalFault): void
  /** At most this much of the next charge is approved. */
  approveAtMost(amountMinor: number): void
  /** Cuts the power; back after the boot time, with what its log knows. */
  powerCycle(): Promise<void>
  unplug(): Promise<void>
  replug(): Promise<void>
  /** Everything that was booked, in order: the judge. */
  charges(): readonly ChargeRecord[]
  /** What the cards have paid in the end, minor units: charges less reversals and refunds. */
  netMinor(): number
  close(): Promise<void>
}

/** A ZVT terminal at the far end of a virtual serial port or a TCP socket. */
export async function emulateTerminal(options: EmulateTerminalOptions = {}): Promise<EmulatedTerminal> {
  const { clock = systemDriverClock, kinds = ['tcp'], baud = 9600, link, port = 0, bootMs = 300 } = options
  const wire = await openTerminalWire({ kinds, baud, link, port })
  const log = openChargeLog(options.log ?? null)
  const changes = createSubscriptions<TerminalEmulatorState>()
  let transport: ZvtTransport | null = null

  const core = createTerminalCore({
    clock,
    log,
    password: options.password ?? 0,
    refunds: options.refunds ?? true,
    autoCard: options.autoCard ?? null,
    pinMs: options.pinMs ?? 0,
    hostMs: options.hostMs ?? 0,
    send: (apdu) => void transport?.send(apdu).catch(() => undefined),
    cutLink: () => void unplug().then(() => clock.after(bootMs, () => void replug())),
    cutPower: () => void powerCycle(),
    changed: () => changes.emit(state()),
  })

  const state = (): TerminalEmulatorState => ({ plugged: wire.plugged(), ...core.state() })

  function connect(): void {
    transport?.close()
    const stream = {
      address: wire.address,
      onData: wire.onData,
      write: async (bytes: Uint8Array) => wire.write(bytes),
    }
    transport = createZvtTransport(
      stream,
      wire.framing === 'tcp' ? createTcpFraming() : createSerialFraming(),
      clock,
    )
    transport.onApdu((apdu) => {
      // A till that registers begins anew: what it never confirmed before is not repeated to it.
      if (apdu.control === control.registration) connect()
      core.receive(apdu)
    })
  }
  connect()
  wire.onTill(connect)

  async function unplug(): Promise<void> {
    await wire.unplug()
    changes.emit(state())
  }
  async function replug(): Promise<void> {
    await wire.replug()
    changes.emit(state())
  }
  async function powerCycle(): Promise<void> {
    core.powerOff()
    await unplug()
    await new Promise<void>((resolve) => clock.after(bootMs, resolve))
    core.powerOn()
    await replug()
  }

  return {
    address: wire.address,
    how: wire.how,
    wire: wire.framing,
    state,
    onChange: (listener) => changes.add(listener),
    presentCard: core.presentCard,
    pressCancel: core.pressCancel,
    setFault: core.setFault,
    approveAtMost: core.approveAtMost,
    powerCycle,
    unplug,
    replug,
    charges: () => log.records(),
    netMinor: () =>
      log
        .records()
        .reduce((sum, { kind, amountMinor }) => sum + (kind === 'charge' ? 1 : -1) * amountMinor, 0),
    async close() {
      core.powerOff()
      transport?.close()
      await wire.close()
      log.close()
    },
  }
}
