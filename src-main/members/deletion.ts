import type { DeletionReason, DeletionRecord } from '../contract/rights.ts'
import type { Key } from '../contract/values.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { GalleryPort } from '../ports/faceCapture.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort, LaneTransaction } from '../ports/store.ts'

export interface DeletionOrder {
  readonly subjectKey: Key
  readonly reason: DeletionReason
  /** The request at the hub that this answers. */
  readonly requestKey?: Key
}

export interface DeletionDeps {
  readonly store: LaneStorePort
  readonly gallery: Pick<GalleryPort, 'forget'>
  readonly clock: Pick<ClockPort, 'nowMs'>
  readonly random: Pick<RandomPort, 'key'>
}

/** The only way a person's references leave a lane. */
export interface Deletions {
  /**
   * References, personal fields and the subject's key go, and the journal says so, in one commit; the gallery forgets
   * afterwards. A subject that is not here gives a record of no references. Throws `Failure` `store.diskFull`: nothing
   * was deleted.
   */
  delete(order: DeletionOrder): DeletionRecord
}

export function createDeletions({ store, gallery, clock, random }: DeletionDeps): Deletions {
  return {
    delete(order) {
      const stamp = { receiptToken: random.key(), atMs: clock.nowMs() }
      const record = store.transact((tx) => deleteIn(tx, order, stamp))
      gallery.forget(order.subjectKey)
      return record
    },
  }
}

/**
 * Deletes inside a transaction of the caller. Call it last: only the last entry of a commit is signed, and that
 * signature is the person's receipt.
 */
export function deleteIn(
  tx: LaneTransaction,
  { subjectKey, reason, requestKey }: DeletionOrder,
  { receiptToken, atMs }: { readonly receiptToken: Key; readonly atMs: number },
): DeletionRecord {
  const aggregate = { kind: 'subject', id: subjectKey } as const
  const references = tx.deleteSubject(subjectKey)
  if (endsConsent(reason)) tx.append(aggregate, { type: 'consent.withdrawn', subjectKey })
  const position = tx.append(aggregate, {
    type: 'face.deleted',
    subjectKey,
    references,
    reason,
    receiptToken,
    ...(requestKey === undefined ? {} : { requestKey }),
  })
  return { subjectKey, receiptToken, references, reason, atMs, position }
}

/** Somebody said so; a timer and a second enrolment withdraw nothing. */
function endsConsent(reason: DeletionReason): boolean {
  return reason !== 'retention' && reason !== 'replaced'
}
