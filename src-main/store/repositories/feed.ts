import type { Allowance, FaceTender } from '../../contract/deferred.ts'
import type { Key } from '../../contract/values.ts'
import type { FaceBlock, FeedPlace } from '../../ports/store.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'

interface PlaceRow {
  readonly hub_epoch: string
  readonly cursor: string | null
  readonly known_kinds: string
  readonly snapshot: number
  readonly complete: 0 | 1
  readonly heard_at_ms: number
}

export function readFeedPlace(db: ReadHandle): FeedPlace | null {
  const row = statement<[], PlaceRow>(db, 'SELECT * FROM feed_place').get()
  if (row === undefined) return null
  return {
    hubEpoch: row.hub_epoch,
    cursor: row.cursor,
    knownKinds: row.known_kinds,
    snapshot: row.snapshot,
    complete: row.complete === 1,
    heardAtMs: row.heard_at_ms,
  }
}

/** Once a snapshot is complete, what it did not name is forgotten in the same transaction. */
export function putFeedPlace(db: WriteHandle, place: FeedPlace): void {
  const sql = `
    INSERT OR REPLACE INTO feed_place (id, hub_epoch, cursor, known_kinds, snapshot, complete, heard_at_ms)
    VALUES (1, @hub_epoch, @cursor, @known_kinds, @snapshot, @complete, @heard_at_ms)`
  statement<[PlaceRow]>(db, sql).run({
    hub_epoch: place.hubEpoch,
    cursor: place.cursor,
    known_kinds: place.knownKinds,
    snapshot: place.snapshot,
    complete: place.complete ? 1 : 0,
    heard_at_ms: place.heardAtMs,
  })
  if (!place.complete) return
  for (const table of ['allowance', 'face_block']) {
    statement<[number]>(db, `DELETE FROM ${table} WHERE snapshot < ?`).run(place.snapshot)
  }
}

interface AllowanceRow {
  readonly account_id: string
  readonly currency: string
  readonly lease_key: string
  readonly amount_minor: number
  readonly expires_at_ms: number
}

export function putAllowance(db: WriteHandle, allowance: Allowance, snapshot: number): void {
  const sql = `
    INSERT OR REPLACE INTO allowance (account_id, currency, lease_key, amount_minor, expires_at_ms, snapshot)
    VALUES (?, ?, ?, ?, ?, ?)`
  const { accountId, currency, leaseKey, amountMinor, expiresAtMs } = allowance
  statement<[string, string, string, number, number, number]>(db, sql).run(
    accountId,
    currency,
    leaseKey,
    amountMinor,
    expiresAtMs,
    snapshot,
  )
}

export function readAllowance(db: ReadHandle, accountId: Key, currency: string): Allowance | null {
  const sql = 'SELECT * FROM allowance WHERE account_id = ? AND currency = ?'
  const row = statement<[string, string], AllowanceRow>(db, sql).get(accountId, currency)
  if (row === undefined) return null
  return {
    accountId: row.account_id,
    currency: row.currency,
    leaseKey: row.lease_key,
    amountMinor: row.amount_minor,
    expiresAtMs: row.expires_at_ms,
  }
}

interface BlockRow {
  readonly account_id: string
  readonly recovery_key: string | null
  readonly owed_minor: number | null
  readonly owed_currency: string | null
  readonly sold_at_ms: number | null
}

/** Blocks the identity's face tender, or lets it go. */
export function putFaceTender(db: WriteHandle, tender: FaceTender, snapshot: number): void {
  if (!tender.blocked) {
    statement<[string]>(db, 'DELETE FROM face_block WHERE account_id = ?').run(tender.accountId)
    return
  }
  const { accountId, recoveryKey, owed } = tender
  const sql = `
    INSERT OR REPLACE INTO face_block (account_id, recovery_key, owed_minor, owed_currency, sold_at_ms, snapshot)
    VALUES (@account_id, @recovery_key, @owed_minor, @owed_currency, @sold_at_ms, @snapshot)`
  statement<[BlockRow & { snapshot: number }]>(db, sql).run({
    account_id: accountId,
    recovery_key: recoveryKey ?? null,
    owed_minor: owed?.amountMinor ?? null,
    owed_currency: owed?.currency ?? null,
    sold_at_ms: owed?.atMs ?? null,
    snapshot,
  })
}

export function readFaceBlock(db: ReadHandle, accountId: Key): FaceBlock | null {
  const sql = 'SELECT * FROM face_block WHERE account_id = ?'
  const row = statement<[string], BlockRow>(db, sql).get(accountId)
  if (row === undefined) return null
  return {
    recoveryKey: row.recovery_key,
    amountMinor: row.owed_minor,
    currency: row.owed_currency,
    atMs: row.sold_at_ms,
  }
}
