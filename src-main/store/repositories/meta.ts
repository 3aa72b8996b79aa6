import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'

/** Facts about the data folder itself. `faceKeyRotation` is there while one is asked for and could not begin. */
export type MetaName =
  | 'instanceKey'
  | 'openings'
  | 'laneId'
  | 'faceKeyId'
  | 'transformKeyId'
  | 'subjectKeyId'
  | 'faceKeyRotation'
  | 'forked'
  | 'lockOut'

export function readMeta(db: ReadHandle, name: MetaName): string | null {
  const sql = 'SELECT value FROM meta WHERE name = ?'
  return statement<[string], { value: string }>(db, sql).get(name)?.value ?? null
}

export function putMeta(db: WriteHandle, name: MetaName, value: string): void {
  statement<[string, string]>(db, 'INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)').run(name, value)
}

export function clearMeta(db: WriteHandle, name: MetaName): void {
  statement<[string]>(db, 'DELETE FROM meta WHERE name = ?').run(name)
}
