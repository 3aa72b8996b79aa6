import type { LaneEventOf } from '../../src-main/contract/events.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import { type Attempt, findAttempt, lockAttempt } from './attempts.ts'
import { openCase } from './cases.ts'
import { isUploaded } from './running.ts'
import type { PaymentScope } from './policy.ts'
import { cancelAttempt, inTransaction, providerOf } from './running.ts'

/** A payment that was taken while another one of the same sale, `linkedTo`, was unknown. */
export interface Link {
  readonly attemptKey: string
  readonly linkedTo: string
  readonly laneId: string
  readonly amountMinor: number
  readonly tender: string
  readonly state: 'open' | 'refunding'
  readonly atMs: number
}

export async function noteLink(
  database: Queryable,
  laneId: string,
  event: Pick<LaneEventOf<'payment.attempted'>, 'attemptKey' | 'amountMinor'> & {
    readonly linkedTo: string
    readonly instrument: { readonly kind: string }
  },
  atMs: number,
): Promise<void> {
  await database.query(
    `INSERT INTO payment_link (attempt_key, linked_to, lane_id, state, amount_minor, tender, at_ms, due_at_ms)
     VALUES ($1, $2, $3, 'open', $4, $5, $6, $6) ON CONFLICT DO NOTHING`,
    [event.attemptKey, event.linkedTo, laneId, event.amountMinor, event.instrument.kind, atMs],
  )
}

export async function dueLinks(database: Queryable, atMs: number, limit: number): Promise<Link[]> {
  const rows = await database.query<{
    attempt_key: string
    linked_to: string
    lane_id: string
    amount_minor: string
    tender: string
    state: Link['state']
    at_ms: string
  }>('SELECT * FROM payment_link WHERE due_at_ms <= $1 ORDER BY due_at_ms LIMIT $2', [atMs, limit])
  return rows.map((row) => ({
    attemptKey: row.attempt_key,
    linkedTo: row.linked_to,
    laneId: row.lane_id,
    amountMinor: toSafeInteger(row.amount_minor),
    tender: row.tender,
    state: row.state,
    atMs: toSafeInteger(row.at_ms),
  }))
}

/**
 * When the first payment turns out approved, the second one is given back, once; when it turns out not to be, the
 * second one is kept. The decision is committed under the first one's lock before anything goes back, and from then on
 * the first one cannot be cancelled: the shopper always pays exactly one of them.
 */
export async function resolveLink(scope: PaymentScope, link: Link): Promise<void> {
  const state = link.state === 'open' ? await decide(scope, link) : link.state
  if (state !== 'refunding') return
  const { database, nowMs } = scope.context
  if (link.tender === 'cash' || link.tender === 'card') {
    const detail = `Another payment of this sale was approved after all: hand back what was taken at the lane (${link.tender}).`
    await openCase(database, 'handBack', link.attemptKey, detail, nowMs())
    return mark(database, link, 'refunded', null)
  }
  const second = await cancelAttempt(scope, link.attemptKey, link.laneId)
  if (second.outcome.kind === 'pending')
    return mark(database, link, 'refunding', nowMs() + scope.policy.slowEveryMs)
  await mark(database, link, 'refunded', null)
}

async function decide(scope: PaymentScope, link: Link): Promise<'open' | 'refunding' | 'kept'> {
  const { database, nowMs } = scope.context
  const provider = providerOf(scope, await findAttempt(database, link.linkedTo))
  const uploaded = await isUploaded(scope, link.linkedTo)
  return inTransaction(scope, provider, async (tx) => {
    const decision = decisionOn(await lockAttempt(tx, link.linkedTo), uploaded)
    const dueAtMs = decision === 'kept' ? null : nowMs() + (decision === 'open' ? openEveryMs : 0)
    await mark(tx, link, decision, dueAtMs)
    return decision
  })
}

const openEveryMs = 5_000

function decisionOn(first: Attempt | null, uploaded: boolean): 'open' | 'refunding' | 'kept' {
  switch (first?.outcome.kind) {
    case 'approved':
      return 'refunding'
    case 'declined':
    case 'cancelled':
    case 'refunded':
      return uploaded ? 'open' : 'kept'
    case 'pending':
    case 'notFound':
    case undefined:
      return 'open'
  }
}

async function mark(
  database: Queryable | Transaction,
  { attemptKey }: Link,
  state: 'open' | 'refunding' | 'refunded' | 'kept',
  dueAtMs: number | null,
): Promise<void> {
  await database.query('UPDATE payment_link SET state = $2, due_at_ms = $3 WHERE attempt_key = $1', [
    attemptKey,
    state,
    dueAtMs,
  ])
}
