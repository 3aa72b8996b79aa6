import { type LaneEventOf, laneEventSchema, type LaneEventType } from '../../src-main/contract/events.ts'

/**
 * What `journal_entry.projection` says, as an event of `type`. Null for what this hub cannot read: such an entry is kept
 * and waits parked, and nothing may act on a part of it.
 */
export function projectedEvent<T extends LaneEventType>(projection: unknown, type: T): LaneEventOf<T> | null {
  const event = laneEventSchema.safeParse(projection)
  return event.success && event.data.type === type ? (event.data as LaneEventOf<T>) : null
}
