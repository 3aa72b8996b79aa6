import type { LaneEvent } from '../../../../src-main/contract/events.ts'

/** By attempt: the coins that stayed in the drawer, minor units, as the journal tells it. */
export function drawerOf(events: readonly LaneEvent[]): Map<string, number> {
  const drawer = new Map<string, number>()
  for (const event of events) {
    if (event.type === 'payment.attempted' && event.instrument.kind === 'cash') {
      const { tenderedMinor, changeMinor } = event.instrument
      drawer.set(event.attemptKey, tenderedMinor - changeMinor)
    }
    if (event.type === 'payment.resolved' && event.outcome === 'cancelled') drawer.delete(event.attemptKey)
  }
  return drawer
}
