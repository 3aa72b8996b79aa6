import { runCall } from '../port/call.ts'
import type { DriverClock } from '../port/clock.ts'
import type { DrawerChannel, DrawerLevel } from '../port/drawer-channel.ts'
import { deviceFailure } from '../port/failures.ts'
import type { LifeCycle } from '../port/life-cycle.ts'
import { createSubscriptions } from '../port/subscriptions.ts'
import { drawerPulse, realTimeDrawerPulse } from './commands.ts'
import { troubleOf, type PrinterStatus } from './pos-printer-port.ts'
import type { PrinterChannel } from './printer-channel.ts'
import type { PrinterProfile } from './profiles.ts'

export interface DrawerLendingDeps {
  readonly address: string
  readonly pulse: PrinterProfile['drawerPulse']
  readonly lifeCycle: Pick<LifeCycle, 'port'>
  readonly status: () => PrinterStatus | null
  readonly channel: () => PrinterChannel | null
  readonly clock: DriverClock
}

export interface DrawerLending {
  readonly channel: DrawerChannel
  levelChanged(level: DrawerLevel): void
  /** The printer was enabled, disabled, closed or lost: tells the drawer when that changed what it can do. */
  availabilityMayHaveChanged(): void
}

const never = new AbortController().signal

/** What the printer lends to the drawer on its connector. */
export function createDrawerLending(deps: DrawerLendingDeps): DrawerLending {
  const { address, lifeCycle, status, clock } = deps
  const levels = createSubscriptions<DrawerLevel>()
  const availability = createSubscriptions<boolean>()
  let told = false

  const required = (attempted: string): PrinterChannel => {
    const channel = deps.channel()
    if (channel === null || !lifeCycle.port.enabled()) {
      throw deviceFailure('offline', attempted, `The printer at ${address} that the drawer hangs on is away.`)
    }
    return channel
  }

  return {
    channel: {
      address,
      available: () => lifeCycle.port.enabled(),
      onAvailable: (listener) => availability.add(listener),
      async pulse(pulse, call) {
        const attempted = `open the cash drawer on the printer at ${address}`
        const channel = required(attempted)
        const known = status()
        const trouble = known === null ? null : troubleOf(known)
        if (deps.pulse === 'queued' && trouble !== null) {
          throw deviceFailure(
            'offline',
            attempted,
            `The printer at ${address} would open the drawer only after its own trouble (${trouble}). Use the key.`,
          )
        }
        await channel.write(deps.pulse === 'realTime' ? realTimeDrawerPulse(pulse) : drawerPulse(pulse), call)
      },
      readLevel(call) {
        const attempted = `ask the printer at ${address} about the drawer`
        return runCall(attempted, call, never, async (signal) => required(attempted).askDrawer(signal), clock)
      },
      level: () => status()?.drawer ?? null,
      onLevel: (listener) => levels.add(listener),
    },
    levelChanged: (level) => levels.emit(level),
    availabilityMayHaveChanged() {
      const now = lifeCycle.port.enabled()
      if (now === told) return
      told = now
      availability.emit(now)
    },
  }
}
