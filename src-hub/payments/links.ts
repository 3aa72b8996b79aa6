import type { LaneEventOf } from '../../src-main/contract/events.ts'
import { projectedEvent } from '../entries/projected.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import { type Attempt, findAttempt, lockAttempt } from './attempts.ts'
import { askCancel } from './attempt-writes.ts'
import type { PaymentScope } from './policy.ts'
import { cancelAttempt, carryOn, inTransaction, isUploaded, providerOf } from './running.ts'

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
 * When the first payment turns out approved, the shopper has paid twice, and one of the two goes back, once: the second
 * one, where it is the only one, was charged by the hub and is worth exactly as much, so that the first can stand for
 * it; else the first one, and the sale keeps what it was paid with in the end. The lane goes by the same rule. When the first turns out not to be charged, the second is kept. The decision is
 * committed under the first one's lock before anything goes back, and from then on the one that stays cannot be
 * cancelled on account of it.
 */
export async function resolveLink(scope: PaymentScope, link: Link): Promise<void> {
  const { database, nowMs } = scope.context
  const decision = link.state === 'open' ? await decide(scope, link) : link.state
  if (decision === 'firstBack') {
    const first = await findAttempt(database, link.linkedTo)
    // Looked at again until its end is certain: then this link is kept.
    if (first !== null) await carryOn(scope, first)
  }
  if (decision !== 'refunding') return
  const second = await cancelAttempt(scope, link.attemptKey, link.laneId)
  if (second.outcome.kind === 'pending')
    return mark(database, link, 'refunding', nowMs() + scope.policy.slowEveryMs)
  await mark(database, link, 'refunded', null)
}

type Decision = 'open' | 'refunding' | 'kept' | 'firstBack'

async function decide(scope: PaymentScope, link: Link): Promise<Decision> {
  const { database, nowMs } = scope.context
  const provider = providerOf(scope, await findAttempt(database, link.linkedTo))
  const uploaded = await isUploaded(scope, link.linkedTo)
  const second = await secondMinor(database, link)
  return inTransaction(scope, provider, async (tx) => {
    const first = await lockAttempt(tx, link.linkedTo)
    const decision = decisionOn(first, uploaded, second, await othersOf(tx, link), isLocal(link))
    if (decision === 'firstBack') await askCancel(tx, link.linkedTo, nowMs())
    const waits = decision === 'open' || decision === 'firstBack'
    const dueAtMs = decision === 'kept' ? null : nowMs() + (waits ? openEveryMs : 0)
    await mark(tx, link, decision === 'firstBack' ? 'open' : decision, dueAtMs)
    return decision
  })
}

const openEveryMs = 5_000

/** `second`: what the second payment is worth, 0 when it came to nothing, null while nobody knows. */
function decisionOn(
  first: Attempt | null,
  uploaded: boolean,
  second: number | null,
  others: Others,
  local: boolean,
): Decision {
  switch (first?.outcome.kind) {
    case 'approved':
      if (second === null) return 'open'
      if (second === 0 || others.standAside) return 'kept'
      return !local && others.count === 0 && second === first.approvedMinor ? 'refunding' : 'firstBack'
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

/** The other payments linked to the same first one. */
interface Others {
  readonly count: number
  /** One of them is, or was, given back for the first one: that is done once. */
  readonly standAside: boolean
}

async function othersOf(tx: Transaction, { linkedTo, attemptKey }: Link): Promise<Others> {
  const rows = await tx.query<{ state: string }>(
    'SELECT state FROM payment_link WHERE linked_to = $1 AND attempt_key <> $2',
    [linkedTo, attemptKey],
  )
  const standAside = rows.some(({ state }) => state === 'refunding' || state === 'refunded')
  return { count: rows.length, standAside }
}

async function secondMinor(database: Queryable, link: Link): Promise<number | null> {
  if (isLocal(link)) return localMinor(database, link)
  const attempt = await findAttempt(database, link.attemptKey)
  if (attempt === null || attempt.outcome.kind === 'pending') return null
  return attempt.outcome.kind === 'approved' ? attempt.approvedMinor : 0
}

function isLocal({ tender }: Link): boolean {
  return tender === 'cash' || tender === 'card'
}

/** What was settled at the lane only its journal says. */
async function localMinor(database: Queryable, link: Link): Promise<number | null> {
  const rows = await database.query<{ resolved: unknown }>(
    `SELECT r.projection AS resolved FROM journal_entry i
     JOIN journal_entry r ON r.lane_id = i.lane_id AND r.aggregate_kind = i.aggregate_kind
       AND r.aggregate_id = i.aggregate_id AND r.type = 'payment.resolved'
     WHERE i.type = 'payment.attempted' AND i.projection->>'attemptKey' = $1 AND i.lane_id = $2
       AND r.projection->>'attemptKey' = $1 ORDER BY r.arrival DESC LIMIT 1`,
    [link.attemptKey, link.laneId],
  )
  const resolved = projectedEvent(rows[0]?.resolved, 'payment.resolved')
  if (resolved === null) return null
  return resolved.outcome === 'approved' ? (resolved.approvedMinor ?? link.amountMinor) : 0
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
