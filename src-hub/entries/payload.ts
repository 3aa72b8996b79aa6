import { type LaneEvent, laneEventSchema, type LaneEventType } from '../../src-main/contract/events.ts'

/** What an entry's payload says; `projection` is its jsonb form, null where no question is asked of it. */
export type ReadPayload =
  | { readonly kind: 'event'; readonly event: LaneEvent; readonly projection: string | null }
  /** Genuine and kept, but this hub cannot read it: a newer lane's event, or text PostgreSQL cannot hold. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly projection: string | null }

/** Events that the hub's own questions look into; of all others the payload itself says it, and is read whole. */
const askedFor: ReadonlySet<LaneEventType> = new Set([
  'payment.attempted',
  'payment.resolved',
  'payment.reduced',
  'refund.attempted',
  'refund.resolved',
  'shift.closed',
  'consent.given',
  'face.enrolled',
  'face.deleted',
])

/** NUL and lone surrogates have an escape in JSON but no place in jsonb. */
const unholdable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i

const utf8 = new TextDecoder('utf-8', { fatal: true })

export function readPayload(payload: Uint8Array, type: string): ReadPayload {
  const read = parseJson(payload)
  if (read === null) return { kind: 'unreadable', reason: 'notJson', projection: null }
  // Almost no text has an escape of this kind, and then nothing has to be written out to look for it.
  if (read.text.includes('\\u') && unholdable.test(JSON.stringify(read.value)))
    return { kind: 'unreadable', reason: 'notProjectable', projection: null }
  const event = laneEventSchema.safeParse(read.value)
  if (!event.success) return unreadable('unknownEvent', read.value)
  if (event.data.type !== type) return unreadable('typeMismatch', read.value)
  const projection = askedFor.has(event.data.type) ? JSON.stringify(read.value) : null
  return { kind: 'event', event: event.data, projection }
}

function unreadable(reason: string, value: unknown): ReadPayload {
  return { kind: 'unreadable', reason, projection: JSON.stringify(value) }
}

function parseJson(payload: Uint8Array): { readonly text: string; readonly value: unknown } | null {
  try {
    const text = utf8.decode(payload)
    return { text, value: JSON.parse(text) }
  } catch {
    return null
  }
}
