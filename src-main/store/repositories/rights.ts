import type { Key } from '../../contract/values.ts'
import type { SubjectFacts } from '../../ports/store.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'
import { laneEventSchema } from '../../contract/events.ts'
import { readEntriesAfter, type JournalRow } from './journal.ts'

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

/** Everybody who ever enrolled with this account here, deleted or not, oldest first. Reads journal and archive. */
export function readSubjectsEverOfAccount(db: ReadHandle, accountId: Key): Key[] {
  const subjects: Key[] = []
  for (const { header, payload } of readEntriesAfter(db, 0)) {
    if (header.type !== 'face.enrolled') continue
    const event = laneEventSchema.safeParse(JSON.parse(payload.toString())).data
    if (event?.type === 'face.enrolled' && event.accountId === accountId) subjects.push(event.subjectKey)
  }
  return subjects
}

/** What journal and archive say about a subject and the payments begun with their face, oldest first. */
export function readEntriesAboutSubject(db: ReadHandle, subjectKey: Key): JournalRow[] {
  const found: JournalRow[] = []
  for (const row of readEntriesAfter(db, 0)) if (isAbout(row, subjectKey)) found.push(row)
  return found
}

function isAbout({ header, payload }: JournalRow, subjectKey: Key): boolean {
  if (header.aggregate.kind === 'subject') return header.aggregate.id === subjectKey
  if (header.type !== 'payment.attempted') return false
  const event = laneEventSchema.safeParse(JSON.parse(payload.toString())).data
  if (event?.type !== 'payment.attempted') return false
  return 'evidence' in event.instrument && event.instrument.evidence.subjectKey === subjectKey
}
