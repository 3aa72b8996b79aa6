import type { Key } from '../../contract/values.ts'
import type { SubjectFacts } from '../../ports/store.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'
import { readEntry, type JournalRow } from './journal.ts'

/** Never moves backwards: a payment that is found out late does not shorten what an earlier one earned. */
export function noteUse(db: WriteHandle, subjectKey: Key, atMs: number): void {
  const sql = `UPDATE subject SET last_used_at_ms = max(ifnull(last_used_at_ms, 0), ?) WHERE subject_key = ?`
  statement<[number, string]>(db, sql).run(atMs, subjectKey)
}

/** Whoever neither enrolled nor paid since `borderMs`, the longest unused first; readable or not. */
export function readSubjectsUnusedSince(db: ReadHandle, borderMs: number): Key[] {
  const sql = `
    SELECT subject_key AS subjectKey FROM subject
    WHERE max(enrolled_at_ms, ifnull(last_used_at_ms, 0)) < ? ORDER BY enrolled_at_ms, subject_key`
  return statement<[number], { subjectKey: Key }>(db, sql)
    .all(borderMs)
    .map(({ subjectKey }) => subjectKey)
}

/** Every subject of the account, also those whose fields nothing can open any more. */
export function readSubjectKeysOfAccount(db: ReadHandle, accountId: Key): Key[] {
  const sql = 'SELECT subject_key AS subjectKey FROM subject WHERE account_id = ? ORDER BY enrolled_at_ms'
  return statement<[string], { subjectKey: Key }>(db, sql)
    .all(accountId)
    .map(({ subjectKey }) => subjectKey)
}

export function readSubjectFacts(db: ReadHandle, subjectKey: Key): SubjectFacts | null {
  const sql = `
    SELECT subject_key AS subjectKey, account_id AS accountId, enrolled_at_ms AS enrolledAtMs,
      last_used_at_ms AS lastUsedAtMs FROM subject WHERE subject_key = ?`
  const row = statement<[string], Omit<SubjectFacts, 'references'>>(db, sql).get(subjectKey)
  if (row === undefined) return null
  const references = statement<[string], SubjectFacts['references'][number]>(
    db,
    `SELECT reference_key AS referenceKey, model_pack_id AS modelPackId, created_at_ms AS createdAtMs
     FROM reference WHERE subject_key = ? ORDER BY created_at_ms, reference_key`,
  ).all(subjectKey)
  return { ...row, references }
}

/** Everybody who ever enrolled with this account here, deleted or not, oldest first. Reads the whole journal. */
export function readSubjectsEverOfAccount(db: ReadHandle, accountId: Key): Key[] {
  const sql = `
    SELECT aggregate_id AS subjectKey FROM journal
    WHERE type = 'face.enrolled' AND json_extract(CAST(payload AS TEXT), '$.accountId') = ? ORDER BY ord`
  return statement<[string], { subjectKey: Key }>(db, sql)
    .all(accountId)
    .map(({ subjectKey }) => subjectKey)
}

/** What the journal says about a subject and the payments begun with their face, oldest first. */
export function readEntriesAboutSubject(db: ReadHandle, subjectKey: Key): JournalRow[] {
  const sql = `
    SELECT ord FROM journal
    WHERE (aggregate_kind = 'subject' AND aggregate_id = @subjectKey)
      OR (type = 'payment.attempted'
        AND json_extract(CAST(payload AS TEXT), '$.instrument.evidence.subjectKey') = @subjectKey)
    ORDER BY ord`
  return statement<[{ subjectKey: string }], { ord: number }>(db, sql)
    .all({ subjectKey })
    .flatMap(({ ord }) => readEntry(db, ord) ?? [])
}

/** The first entry of an epoch, which names the key that signs it. */
export function readGenesis(db: ReadHandle, epoch: Key): JournalRow | null {
  const sql = 'SELECT ord FROM journal WHERE epoch = ? AND seq = 0'
  const row = statement<[string], { ord: number }>(db, sql).get(epoch)
  return row === undefined ? null : readEntry(db, row.ord)
}
