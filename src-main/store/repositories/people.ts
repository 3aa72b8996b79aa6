import { randomBytes } from 'node:crypto'
import type { Key } from '../../contract/values.ts'
import type { SubjectRecord } from '../../ports/store.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'
import { KEY_LENGTH, openWith, sealWith } from '../keys/sealing.ts'
import type { Vault } from '../keys/vault.ts'

interface SubjectRow {
  readonly subject_key: string
  readonly account_id: string
  readonly sealed: Buffer
  readonly enrolled_at_ms: number
}

type Personal = Pick<SubjectRecord, 'maskedName' | 'maskedAccount' | 'phoneLast4'>

/** The subject's own key; null when there is none, or the vault key that wrapped it is lost. */
function readSubjectSecret(db: ReadHandle, vault: Vault, subjectKey: Key): Uint8Array | null {
  const sql = 'SELECT wrapped FROM subject_secret WHERE subject_key = ? AND vault_key_id = ?'
  const row = statement<[string, string], { wrapped: Buffer }>(db, sql).get(subjectKey, vault.subjectKeyId)
  return row === undefined ? null : vault.open('subjectKey', subjectKey, row.wrapped)
}

function createSubjectSecret(db: WriteHandle, vault: Vault, subjectKey: Key): Uint8Array {
  const secret = randomBytes(KEY_LENGTH)
  // A conflict is a secret that nothing can open any more: the vault key around it was lost.
  const sql = `
    INSERT INTO subject_secret (subject_key, wrapped, vault_key_id) VALUES (?, ?, ?)
    ON CONFLICT (subject_key) DO UPDATE SET wrapped = excluded.wrapped, vault_key_id = excluded.vault_key_id`
  const wrapped = vault.seal('subjectKey', subjectKey, secret)
  statement<[string, Uint8Array, string]>(db, sql).run(subjectKey, wrapped, vault.subjectKeyId)
  return secret
}

/** Creates the subject's key with the first record. */
export function putSubject(db: WriteHandle, vault: Vault, record: SubjectRecord): void {
  const { subjectKey } = record
  const secret = readSubjectSecret(db, vault, subjectKey) ?? createSubjectSecret(db, vault, subjectKey)
  const personal: Personal = {
    maskedName: record.maskedName,
    maskedAccount: record.maskedAccount,
    phoneLast4: record.phoneLast4,
  }
  const sql = `
    INSERT INTO subject (subject_key, account_id, sealed, enrolled_at_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (subject_key) DO UPDATE SET account_id = excluded.account_id, sealed = excluded.sealed`
  statement<[string, string, Uint8Array, number]>(db, sql).run(
    subjectKey,
    record.accountId,
    sealWith(secret, `subject\n${subjectKey}`, Buffer.from(JSON.stringify(personal))),
    record.enrolledAtMs,
  )
}

export function readSubject(db: ReadHandle, vault: Vault, subjectKey: Key): SubjectRecord | null {
  const sql = 'SELECT * FROM subject WHERE subject_key = ?'
  return subjectFrom(db, vault, statement<[string], SubjectRow>(db, sql).get(subjectKey))
}

/** The newest subject of the account whose fields can be read. */
export function readSubjectByAccount(db: ReadHandle, vault: Vault, accountId: Key): SubjectRecord | null {
  const sql = `
    SELECT subject.* FROM subject JOIN subject_secret USING (subject_key)
    WHERE account_id = ? AND vault_key_id = ? ORDER BY enrolled_at_ms DESC LIMIT 1`
  const row = statement<[string, string], SubjectRow>(db, sql).get(accountId, vault.subjectKeyId)
  return subjectFrom(db, vault, row)
}

function subjectFrom(db: ReadHandle, vault: Vault, row: SubjectRow | undefined): SubjectRecord | null {
  if (row === undefined) return null
  const secret = readSubjectSecret(db, vault, row.subject_key)
  if (secret === null) return null
  const opened = openWith(secret, `subject\n${row.subject_key}`, row.sealed)
  const personal = JSON.parse(Buffer.from(opened).toString()) as Personal
  return {
    subjectKey: row.subject_key,
    accountId: row.account_id,
    ...personal,
    enrolledAtMs: row.enrolled_at_ms,
  }
}

/** Ciphertext for an event, base64. Throws when the subject has no readable key: that would be a bug of the caller. */
export function sealPersonal(db: ReadHandle, vault: Vault, subjectKey: Key, personal: unknown): string {
  const secret = readSubjectSecret(db, vault, subjectKey)
  if (secret === null) throw new Error(`Subject ${subjectKey} has no key to seal under`)
  const sealed = sealWith(secret, `personal\n${subjectKey}`, Buffer.from(JSON.stringify(personal)))
  return Buffer.from(sealed).toString('base64')
}

/** The opposite of `sealPersonal`; null once the subject was deleted. */
export function openPersonal(db: ReadHandle, vault: Vault, subjectKey: Key, box: string): unknown {
  const secret = readSubjectSecret(db, vault, subjectKey)
  if (secret === null) return null
  const opened = openWith(secret, `personal\n${subjectKey}`, Buffer.from(box, 'base64'))
  return JSON.parse(Buffer.from(opened).toString()) as unknown
}

/** Destroys the subject's key with everything that hangs on it; returns how many references went. */
export function deleteSubject(db: WriteHandle, subjectKey: Key): number {
  const references = statement<[string]>(db, 'DELETE FROM reference WHERE subject_key = ?').run(subjectKey)
  statement<[string]>(db, 'DELETE FROM subject WHERE subject_key = ?').run(subjectKey)
  statement<[string]>(db, 'DELETE FROM subject_secret WHERE subject_key = ?').run(subjectKey)
  return references.changes
}
