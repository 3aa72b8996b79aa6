import type { PaymentProvider } from '../providers/port.ts'
import { Busy, type Transaction } from '../store/database.ts'
import { type Attempt, findAttempt, lockAttempt, lockKnown } from './attempts.ts'
import { askCancel, layTombstone, noteCancelAsked } from './attempt-writes.ts'
import { findDeferred } from './deferred-rows.ts'
import { type FirstCall, pursue } from './execution.ts'
import type { PaymentScope } from './policy.ts'

/** Whose connections the work on this attempt may take: a provider outside is never waited for on everybody's. */
export function inTransaction<T>(
  { context: { database } }: PaymentScope,
  provider: PaymentProvider | null,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return provider?.ledger === 'outside' ? database.patientTransaction(work) : database.transaction(work)
}

export function providerOf(scope: PaymentScope, attempt: Attempt | null): PaymentProvider | null {
  return attempt?.provider == null ? null : scope.registry.named(attempt.provider)
}

/** Carries the attempt as far as it goes now, under its lock. When others keep the lock it stays as it is. */
export async function carryOn(scope: PaymentScope, attempt: Attempt, first?: FirstCall): Promise<Attempt> {
  try {
    return await inTransaction(scope, providerOf(scope, attempt), async (tx) =>
      pursue(scope, tx, await lockKnown(tx, attempt.attemptKey), first),
    )
  } catch (error) {
    if (!(error instanceof Busy)) throw error
    return attempt
  }
}

/** The same for the hub's own look at it: what somebody is at work on already is left to them. */
export async function carryOnIfFree(scope: PaymentScope, attemptKey: string): Promise<void> {
  const known = await findAttempt(scope.context.database, attemptKey)
  await inTransaction(scope, providerOf(scope, known), async (tx) => {
    const attempt = await lockAttempt(tx, attemptKey, 'skip')
    if (attempt !== null) await pursue(scope, tx, attempt)
  })
}

/**
 * Makes the key one that is not and will never be charged, whatever became of it so far. The wish is committed before
 * anybody is called; what cannot be had at once is pursued.
 */
export async function cancelAttempt(
  scope: PaymentScope,
  attemptKey: string,
  laneId: string,
  sale: 'goesOn' | 'cancelled' = 'goesOn',
): Promise<Attempt> {
  const { database, nowMs } = scope.context
  await layTombstone(database, attemptKey, laneId, nowMs())
  await noteCancelAsked(database, attemptKey, nowMs())
  const known = await findAttempt(database, attemptKey)
  if (known === null) throw new Error(`Attempt ${attemptKey} is not there`)
  if (!isOpen(known)) return known
  const provider = providerOf(scope, known)
  const asked = await inTransaction(scope, provider, async (tx) => {
    const attempt = await lockKnown(tx, attemptKey)
    if (attempt.state === 'cancelled') await noteCancelAsked(tx, attemptKey, nowMs())
    if (!isOpen(attempt)) return attempt
    if (sale === 'goesOn' && (await countsForLink(tx, attemptKey))) return attempt
    const wished = await askCancel(tx, attemptKey, nowMs())
    return provider?.ledger === 'hub' ? pursue(scope, tx, wished) : wished
  })
  return asked.outcome.kind === 'pending' && asked.cancelAskedAtMs !== null ? carryOn(scope, asked) : asked
}

/** A declined attempt stays declined, a refunded one refunded: those were never, or are no longer, charged. */
function isOpen({ state, outcome }: Attempt): boolean {
  return (state === 'started' || state === 'approved') && outcome.kind !== 'refunded'
}

/** The payment taken beside it stands aside for this one: while the sale goes on it cannot be taken back any more. */
async function countsForLink(tx: Transaction, attemptKey: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM payment_link WHERE linked_to = $1 AND state IN ('refunding', 'refunded')`,
    [attemptKey],
  )
  return rows.length > 0
}

/** Is the hub still to charge it, from a lane's journal? */
export async function isUploaded(scope: PaymentScope, attemptKey: string): Promise<boolean> {
  return (await findDeferred(scope.context.database, attemptKey))?.state === 'UPLOADED'
}
