import { runCall, type CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { drawerStatusUpdates } from '../port/constants.ts'
import type { DrawerChannel, DrawerLevel } from '../port/drawer-channel.ts'
import { deviceFailure } from '../port/failures.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import { createSubscriptions, type Unsubscribe } from '../port/subscriptions.ts'
import type { CashDrawerPort, DrawerReminder, DrawerState } from './cash-drawer-port.ts'
import { claimConnector } from './connectors.ts'

export interface PrinterCashDrawerOptions {
  readonly name: string
  /** Lent by the printer's driver. */
  readonly channel: DrawerChannel
  /** Default 2: drawer 1. */
  readonly pin?: 2 | 5 | undefined
  /**
   * The level of an open drawer; `none` for a drawer without a switch. Default `high`: the switch of a closed drawer
   * pulls the pin down.
   */
  readonly openLevel?: DrawerLevel | 'none' | undefined
  /** Default 100. */
  readonly pulseMs?: number | undefined
  readonly clock?: DriverClock | undefined
}

/** A solenoid and a spring take a tenth of this. */
const openLimitMs = 1000
/** A printer that does not tell changes by itself is asked this often. */
const lookMs = 250

/** A cash drawer on the connector of a receipt printer. */
export function createCashDrawer(options: PrinterCashDrawerOptions): CashDrawerPort {
  const { channel, pin = 2, openLevel = 'high', pulseMs = 100, clock = systemDriverClock } = options
  const states = createSubscriptions<DrawerState>()
  const beeps = createSubscriptions<null>()
  const hasSensor = openLevel !== 'none'
  let drawer: DrawerState | null = null
  let subscriptions: Unsubscribe[] = []

  const lifeCycle = createLifeCycle(
    { category: 'CashDrawer', name: options.name, address: `${channel.address} drawer pin ${pin}` },
    {
      async claim() {
        if (!channel.available()) throw away('noExist', 'claim')
        subscriptions = [
          claimConnector(channel, pin),
          channel.onAvailable((available) => {
            if (!available) lifeCycle.lost(away('offline', 'use'))
          }),
          channel.onLevel(hear),
        ]
      },
      async enable(call) {
        if (hasSensor) hear(await channel.readLevel(call))
      },
      async disable() {
        drawer = null
      },
      async release() {
        subscriptions.forEach((unsubscribe) => unsubscribe())
        subscriptions = []
        drawer = null
      },
    },
    clock,
  )

  function away(name: 'noExist' | 'offline', verb: string) {
    return deviceFailure(
      name,
      `${verb} the cash drawer on ${channel.address}`,
      'The printer that the drawer is plugged into does not answer.',
    )
  }

  function hear(level: DrawerLevel): void {
    if (!hasSensor) return
    const next = level === openLevel ? 'open' : 'closed'
    if (next === drawer) return
    const first = drawer === null
    drawer = next
    if (first) return
    states.emit(next)
    const name = next === 'open' ? 'drawerOpen' : 'drawerClosed'
    lifeCycle.updateStatus({ name, number: drawerStatusUpdates[name] })
  }

  /** Resolves when the drawer is in the state; asks the printer now and then. */
  function reaches(wanted: DrawerState, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let cancelLook = (): void => undefined
      const finish = (settle: () => void): void => {
        cancelLook()
        unsubscribe()
        signal.removeEventListener('abort', onAbort)
        settle()
      }
      const onAbort = (): void => finish(() => reject(signal.reason))
      const look = (): void => {
        cancelLook = clock.after(lookMs, () => {
          channel.readLevel({ timeoutMs: openLimitMs, signal }).then(hear, () => undefined)
          look()
        })
      }
      const unsubscribe = states.add((state) => {
        if (state === wanted) finish(resolve)
      })
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort)
      if (drawer === wanted) finish(resolve)
      else look()
    })
  }

  async function open(signal: AbortSignal, timeoutMs: number): Promise<void> {
    if (drawer === 'open') return
    await channel.pulse({ pin, onMs: pulseMs, offMs: 2 * pulseMs }, { timeoutMs, signal })
    if (!hasSensor) return
    const attempted = `open the cash drawer on ${channel.address}`
    const limits = { timeoutMs: openLimitMs, signal }
    const opened = runCall(attempted, limits, signal, (limited) => reaches('open', limited), clock)
    await opened.catch((thrown: unknown) => {
      if (signal.aborted) throw thrown
      throw deviceFailure(
        'failure',
        attempted,
        'The drawer stays closed: it is locked or stuck. Use the key.',
      )
    })
  }

  async function closed({ beepAfterMs, beepEveryMs }: DrawerReminder, signal: AbortSignal): Promise<void> {
    let cancelBeep = (): void => undefined
    const beep = (afterMs: number): void => {
      cancelBeep = clock.after(afterMs, () => {
        beeps.emit(null)
        beep(beepEveryMs)
      })
    }
    if (drawer !== 'closed') beep(beepAfterMs)
    try {
      await reaches('closed', signal)
    } finally {
      cancelBeep()
    }
  }

  return {
    ...lifeCycle.port,
    category: 'CashDrawer',
    hasSensor,
    drawer: () => drawer,
    openDrawer: (call) => lifeCycle.use('open', call, (signal) => open(signal, call.timeoutMs)),
    waitForDrawerClose(reminder: DrawerReminder, call: CallOptions) {
      const work = (signal: AbortSignal): Promise<void> => {
        if (!hasSensor) throw deviceFailure('illegal', 'wait for the drawer', 'This drawer has no switch.')
        return closed(reminder, signal)
      }
      return lifeCycle.use('wait for the closing of', call, async (signal) => work(signal))
    },
    onDrawer: (listener) => states.add(listener),
    onBeep: (listener) => beeps.add(() => listener()),
    async checkHealth(level, call) {
      if (level !== 'internal' && hasSensor) {
        const read = (signal: AbortSignal) => channel.readLevel({ timeoutMs: call.timeoutMs, signal })
        hear(await lifeCycle.use('ask', call, read))
      }
      const healthy = lifeCycle.port.enabled()
      return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
    },
  }
}
