import { systemDriverClock, type DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { openEmulatedLine, type LineFault } from '../../virtual-serial/emulated-line.ts'
import type { VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'
import { createBridgeLines } from '../qibixx/lines.ts'
import { formatAmount, parseAmount } from '../qibixx/messages.ts'

export interface EmulateQibixxOptions {
  /** Default 115200. */
  readonly baud?: number | undefined
  readonly link?: string | undefined
  readonly kinds?: readonly VirtualSerialKind[] | undefined
  readonly clock?: DriverClock | undefined
  /** What the machine sells: item number to price in hundredths; default three items. */
  readonly prices?: Readonly<Record<number, number>> | undefined
  /** From approval to the product; default 800. */
  readonly dispenseMs?: number | undefined
  /** How long a step of the bus takes; default 50. */
  readonly busMs?: number | undefined
}

export interface QibixxEmulatorState {
  readonly plugged: boolean
  /** Of the session, as the bridge last told it. */
  readonly session: 'off' | 'inactive' | 'disabled' | 'enabled' | 'idle' | 'vend'
  /** The item that is being paid or given out. */
  readonly item: number | null
  /** Items given out, oldest first; the judge. */
  readonly given: readonly number[]
  readonly approvedMinor: number
}

export interface EmulatedQibixx {
  readonly address: string
  readonly how: VirtualSerialKind
  state(): QibixxEmulatorState
  onChange(listener: (state: QibixxEmulatorState) => void): Unsubscribe
  /** Somebody presses a button of the machine; false when it is not ready to sell. */
  select(item: number): boolean
  /** Somebody gives up while the machine waits for the payment. */
  cancel(): void
  /** The next product jams: the machine tells vend failure. */
  jamNext(): void
  /** The machine's controller restarts, in the middle of a vend too; the bridge stays. */
  resetMachine(): void
  setFault(fault: LineFault | null): void
  /** Bridge and machine lose their power. */
  powerCycle(): void
  unplug(): Promise<void>
  replug(): Promise<void>
  received(): Uint8Array
  close(): Promise<void>
}

const defaultPrices = { 1: 300, 2: 450, 3: 1250 }
const decimals = 2

/** A Qibixx MDB-USB in a vending machine that selects first. */
export async function emulateQibixx(options: EmulateQibixxOptions = {}): Promise<EmulatedQibixx> {
  const { baud = 115_200, clock = systemDriverClock, dispenseMs = 800, busMs = 50 } = options
  const prices: Readonly<Record<number, number>> = options.prices ?? defaultPrices
  const line = await openEmulatedLine({ baud, link: options.link, kinds: options.kinds, clock })
  const changes = createSubscriptions<QibixxEmulatorState>()
  const given: number[] = []
  let lines = createBridgeLines()
  let session: QibixxEmulatorState['session'] = 'off'
  let item: number | null = null
  let giving = false
  let jammed = false
  let approvedMinor = 0
  let cancelStep = (): void => undefined

  const state = (): QibixxEmulatorState => ({
    plugged: line.plugged(),
    session,
    item,
    given: [...given],
    approvedMinor,
  })
  const changed = (): void => changes.emit(state())
  const say = (...texts: string[]): void => {
    texts.forEach((text) => line.send(new TextEncoder().encode(`${text}\r\n`)))
  }
  const enter = (next: 'inactive' | 'disabled' | 'enabled' | 'idle'): void => {
    session = next
    say(`c,STATUS,${next.toUpperCase()}`)
    changed()
  }
  const after = (ms: number, run: () => void): void => {
    cancelStep = clock.after(ms, run)
  }
  /** The machine finds the peripheral on its bus, sets it up and enables it. */
  const meet = (): void => {
    after(busMs, () => {
      say('r,ACK')
      enter('disabled')
      after(busMs, () => {
        say('r,ACK', 'r,ACK')
        enter('enabled')
      })
    })
  }
  const stop = (): void => {
    cancelStep()
    cancelStep = () => undefined
    item = null
    giving = false
  }
  const toEnabled = (): void => {
    stop()
    enter('idle')
    enter('enabled')
  }
  const give = (): void => {
    giving = true
    after(dispenseMs, () => {
      if (jammed) {
        jammed = false
        say('c,ERR,VEND 3')
      } else {
        given.push(item ?? 0)
        say('c,VEND,SUCCESS')
      }
      toEnabled()
    })
  }
  const hear = (text: string): void => {
    if (text === 'C,1') {
      if (session !== 'off') return say('c,1', `c,STATUS,${session.toUpperCase()}`)
      enter('inactive')
      say('c,1')
      return meet()
    }
    if (text === 'C,0') {
      stop()
      session = 'off'
      say('c,0')
      return changed()
    }
    if (session !== 'vend' || giving) return
    if (text === 'C,STOP') return toEnabled()
    const amount = /^C,VEND,([\d.]+)(?:,\d+)?$/.exec(text)?.[1]
    const minor = amount === undefined ? null : parseAmount(amount, decimals)
    if (minor === null || item === null || minor < (prices[item] ?? 0)) return
    approvedMinor += minor
    say('r,ACK')
    give()
    changed()
  }
  line.onData((bytes) => lines.push(bytes).forEach(hear))

  return {
    address: line.address,
    how: line.how,
    state,
    onChange: (listener) => changes.add(listener),
    select(wanted) {
      const price = prices[wanted]
      if (session !== 'enabled' || price === undefined) return false
      item = wanted
      session = 'vend'
      say(`c,STATUS,VEND,${formatAmount(price, decimals)},${wanted}`)
      changed()
      return true
    },
    cancel() {
      if (session === 'vend' && !giving) toEnabled()
    },
    jamNext: () => (jammed = true),
    resetMachine() {
      if (session === 'off') return
      stop()
      enter('inactive')
      meet()
    },
    setFault: (fault) => line.setFault(fault),
    powerCycle() {
      line.reset()
      stop()
      lines = createBridgeLines()
      session = 'off'
      changed()
    },
    async unplug() {
      await line.unplug()
      // The bridge lives on the cable's power, and its peripheral with it.
      stop()
      session = 'off'
      changed()
    },
    async replug() {
      await line.replug()
      changed()
    },
    received: () => line.received(),
    async close() {
      stop()
      await line.close()
    },
  }
}
