import type { DrawerChannel } from '../port/drawer-channel.ts'
import { deviceFailure } from '../port/failures.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

const taken = new WeakMap<DrawerChannel, Set<2 | 5>>()

/** Takes one pin of a printer's connector for one drawer; the returned function gives it back. */
export function claimConnector(channel: DrawerChannel, pin: 2 | 5): Unsubscribe {
  const pins = taken.get(channel) ?? new Set()
  taken.set(channel, pins)
  if (pins.has(pin)) {
    throw deviceFailure(
      'claimed',
      `take pin ${pin} of the drawer connector on ${channel.address}`,
      'Another drawer is configured on the same pin: give it the other one.',
    )
  }
  pins.add(pin)
  return () => void pins.delete(pin)
}
