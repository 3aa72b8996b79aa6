import { type LaneEvent, laneEventSchema } from '../../src-main/contract/events.ts'

/** What an entry's payload says; `projection` is its jsonb form. */
export type ReadPayload =
  | { readonly kind: 'event'; readonly event: LaneEvent; readonly projection: string }
  /** Genuine and kept, but this hub cannot read it: a newer lane's event, or text PostgreSQL cannot hold. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly projection: string | null }

/** NUL and lone surrogates have an escape in JSON but no place in jsonb. */
const unholdable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i

export function readPayload(payload: Uint8Array, type: string): ReadPayload {
  const value = parseJson(payload)
  if (value === undefined) return { kind: 'unreadable', reason: 'notJson', projection: null }
  const projection = JSON.stringify(value)
  if (unholdable.test(projection)) return { kind: 'unreadable', reason: 'notProjectable', projection: null }
  const event = laneEventSchema.safeParse(value)
  if (!event.success) return { kind: 'unreadable', reason: 'unknownEvent', projection }
  if (event.data.type !== type) return { kind: 'unreadable', reason: 'typeMismatch', projection }
  return { kind: 'event', event: event.data, projection }
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return undefined
  }
}
