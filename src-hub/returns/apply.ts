import type { LaneEventOf } from '../../src-main/contract/events.ts'
import { valueOfReturn } from '../../src-main/domain/returns/value.ts'
import { takeBackPoints } from '../membership/earning.ts'
import type { Transaction } from '../store/database.ts'
import { findReturn, insertReturn, keepCreditNote, settleRefund } from './rows.ts'
import { lockSale } from './sales.ts'

export interface ReturnEntry {
  readonly tx: Transaction
  readonly laneId: string
  readonly receivedAtMs: number
  /** Throws what parks the entry for a person. */
  readonly refuse: (reason: string) => never
}

/**
 * A lane reports a return. One that this hub decided gets its credit note; one that the lane decided about its own sale,
 * or that this hub has forgotten since a restore, is taken over if it still fits what came back of the sale.
 */
export async function noteReturned(entry: ReturnEntry, event: LaneEventOf<'sale.returned'>): Promise<void> {
  const { tx, laneId, receivedAtMs } = entry
  const found = await lockSale(tx, event.saleId)
  const known = await findReturn(tx, event.returnKey)
  if (known === null) {
    if (found.kind === 'refused') return entry.refuse(`return.${found.code}`)
    const lines = event.lines.map(({ lineId, quantity }) => ({ lineId, quantity }))
    const value = valueOfReturn(found.sale, lines)
    if (!value.ok) return entry.refuse(`return.${value.error}`)
    const { returnKey, saleId, reason, staffId, decidedBy, amountMinor, currency, refunds } = event
    if (currency !== found.sale.currency || amountMinor !== value.value.amountMinor)
      return entry.refuse('return.amountDiffers')
    const atMs = receivedAtMs
    await insertReturn(tx, {
      returnKey,
      saleId,
      laneId,
      reason,
      staffId,
      decidedBy,
      amountMinor,
      currency,
      lines,
      refunds,
      atMs,
    })
    await takeBackPoints(tx, { saleId, returnKey }, atMs)
    // The reduction of a deferred payment is an entry of its own, and its money is settled there.
    for (const { refundKey, mode } of decidedBy === 'lane' ? refunds : []) {
      if (mode === 'deferred') await settleRefund(tx, refundKey, { state: 'done' }, receivedAtMs)
    }
  }
  await keepCreditNote(tx, event.returnKey, event.receipt)
}

/** Money that the lane itself handed back, or could not. What the hub pays back it knows better. */
export async function noteRefund(
  tx: Transaction,
  event: LaneEventOf<'refund.resolved'>,
  receivedAtMs: number,
): Promise<void> {
  const { refundKey, outcome, providerReference, nativeCode } = event
  await tx.query(
    `UPDATE sale_refund SET state = $2, provider_reference = $3, native_code = $4, resolved_at_ms = $5
     WHERE refund_key = $1 AND state = 'local'`,
    [refundKey, outcome, providerReference, nativeCode, receivedAtMs],
  )
}
