import type { Key } from '../../contract/values.ts'
import type { ReferenceRow } from '../../ports/store.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'
import type { FaceKeys } from '../keys/face-keys.ts'

/** Names of the two keys a row is under. A null transform: the release before sealed the template itself. */
export interface RowKeys {
  readonly sealingKeyId: string
  readonly transformKeyId: string | null
}

/** A reference as it lies in the file. `ord` is SQLite's rowid: pages go by it. */
export interface StoredReference extends ReferenceRow, RowKeys {
  readonly ord: number
}

const storedColumns = `
  rowid AS ord, reference_key AS referenceKey, subject_key AS subjectKey, sealed, model_pack_id AS modelPackId,
  created_at_ms AS createdAtMs, vault_key_id AS sealingKeyId, transform_key_id AS transformKeyId`

/** `row.sealed` was sealed and protected under the active `keys`. */
export function putReference(db: WriteHandle, keys: FaceKeys, row: ReferenceRow): void {
  const sql = `
    INSERT INTO reference (reference_key, subject_key, sealed, vault_key_id, transform_key_id, model_pack_id,
      created_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (reference_key) DO UPDATE SET sealed = excluded.sealed, vault_key_id = excluded.vault_key_id,
      transform_key_id = excluded.transform_key_id, model_pack_id = excluded.model_pack_id`
  statement<[string, string, Uint8Array, string, string, string, number]>(db, sql).run(
    row.referenceKey,
    row.subjectKey,
    row.sealed,
    keys.sealing.id,
    keys.transform.id,
    row.modelPackId,
    row.createdAtMs,
  )
}

/** References whose seal these keys open, oldest first; none while the keys are closed. */
export function readReferences(db: ReadHandle, keys: FaceKeys | null): ReferenceRow[] {
  if (keys === null) return []
  const sql = `
    SELECT reference_key AS referenceKey, subject_key AS subjectKey, sealed, model_pack_id AS modelPackId,
      created_at_ms AS createdAtMs
    FROM reference WHERE vault_key_id IN (SELECT value FROM json_each(?)) ORDER BY created_at_ms, reference_key`
  return statement<[string], ReferenceRow>(db, sql).all(JSON.stringify(sealingKeyIds(keys)))
}

/** Every reference after `afterOrd`, whatever it is under, at most `limit`. */
export function readReferencePage(db: ReadHandle, afterOrd: number, limit: number): StoredReference[] {
  const sql = `SELECT ${storedColumns} FROM reference WHERE rowid > ? ORDER BY rowid LIMIT ?`
  return statement<[number, number], StoredReference>(db, sql).all(afterOrd, limit)
}

/** The same of the references under one pair of keys only. */
export function readPageUnder(
  db: ReadHandle,
  { sealingKeyId, transformKeyId }: RowKeys,
  afterOrd: number,
  limit: number,
): StoredReference[] {
  const sql = `
    SELECT ${storedColumns} FROM reference
    WHERE vault_key_id = ? AND transform_key_id IS ? AND rowid > ? ORDER BY rowid LIMIT ?`
  return statement<[string, string | null, number, number], StoredReference>(db, sql).all(
    sealingKeyId,
    transformKeyId,
    afterOrd,
    limit,
  )
}

export function countReferences(db: ReadHandle): number {
  const sql = 'SELECT count(*) AS counted FROM reference'
  return statement<[], { counted: number }>(db, sql).get()?.counted ?? 0
}

/** How many references lie under each pair of keys; an index answers it. */
export function countByKeys(db: ReadHandle): (RowKeys & { readonly references: number })[] {
  const sql = `
    SELECT vault_key_id AS sealingKeyId, transform_key_id AS transformKeyId, count(*) AS "references"
    FROM reference GROUP BY vault_key_id, transform_key_id`
  return statement<[], RowKeys & { references: number }>(db, sql).all()
}

/** References that a re-issue has not reached. */
export function countToReissue(db: ReadHandle, keys: FaceKeys): number {
  const sql = 'SELECT count(*) AS waiting FROM reference WHERE vault_key_id = ? AND transform_key_id IS ?'
  const count = statement<[string, string | null], { waiting: number }>(db, sql)
  return pairsToReissue(keys).reduce(
    (sum, pair) => sum + (count.get(pair.sealingKeyId, pair.transformKeyId)?.waiting ?? 0),
    0,
  )
}

export interface ReissuedReference {
  readonly referenceKey: Key
  readonly from: RowKeys
  readonly sealed: Uint8Array
}

/** A row that was deleted or replaced since it was read is left alone; returns how many were changed. */
export function reissue(db: WriteHandle, keys: FaceKeys, rows: readonly ReissuedReference[]): number {
  const sql = `
    UPDATE reference SET sealed = ?, vault_key_id = ?, transform_key_id = ?
    WHERE reference_key = ? AND vault_key_id = ? AND transform_key_id IS ?`
  const update = statement<[Uint8Array, string, string, string, string, string | null]>(db, sql)
  return rows.reduce((changed, { referenceKey, from, sealed }) => {
    const { sealingKeyId, transformKeyId } = from
    const run = update.run(
      sealed,
      keys.sealing.id,
      keys.transform.id,
      referenceKey,
      sealingKeyId,
      transformKeyId,
    )
    return changed + run.changes
  }, 0)
}

/** Every pair of keys a row may be under and be re-issued from. */
export function pairsToReissue(keys: FaceKeys): RowKeys[] {
  const transforms = [null, keys.transform.id, ...retiringIds(keys, 'transform')]
  return sealingKeyIds(keys)
    .flatMap((sealingKeyId) => transforms.map((transformKeyId) => ({ sealingKeyId, transformKeyId })))
    .filter((pair) => pair.sealingKeyId !== keys.sealing.id || pair.transformKeyId !== keys.transform.id)
}

function sealingKeyIds(keys: FaceKeys): string[] {
  return [keys.sealing.id, ...retiringIds(keys, 'sealing')]
}

function retiringIds({ retiring }: FaceKeys, purpose: 'sealing' | 'transform'): string[] {
  return retiring.filter((key) => key.purpose === purpose).map(({ key }) => key.id)
}
