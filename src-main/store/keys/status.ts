import { statSync } from 'node:fs'
import path from 'node:path'
import { openForReading } from '../database.ts'
import type { ReadHandle } from '../handles.ts'
import { schemaVersion } from '../migrations/index.ts'
import { referenceKeysMigration } from '../migrations/50-reference-keys.ts'
import { readMeta } from '../repositories/meta.ts'
import { countByKeys, countReferences } from '../repositories/references.ts'
import type { CustodyKind } from './custody.ts'
import { activeKeyFile, keysDir, retiringKeyFile } from './face-keys.ts'
import { inspectSecret, type SecretFileFacts } from './secret-file.ts'

export interface KeyFilesStatus {
  /** Null before the lane's first start, or when a key file is lost or damaged. */
  readonly custody: CustodyKind | null
  /** Names of key files that another user of this machine could read; empty when all is well. */
  readonly readableByOthers: readonly string[]
}

/** What can be said about the face keys without opening one; beside a selling lane too. */
export interface FaceKeysStatus extends KeyFilesStatus {
  /** `waiting`: begins at the next start of the shell that holds the keys. `underWay`: goes on at the next start. */
  readonly rotation: 'none' | 'waiting' | 'underWay'
  readonly references: ReferenceCounts
}

export interface ReferenceCounts {
  /** Under the active keys. */
  readonly current: number
  /** Of the release before transforms, or under keys that retire: re-issued at the next start. */
  readonly toReissue: number
  /** Under keys that are not here: nobody can compare them until the key files come back. */
  readonly lost: number
}

export function keyFilesStatus(dataDir: string): KeyFilesStatus {
  const files = allKeyFiles(keysDir(dataDir))
  const active = [files.sealing, files.transform].map(inspectSecret)
  const custody = active.some((facts) => facts === null)
    ? null
    : active.every((facts) => facts?.wrapped)
      ? 'osKeyStore'
      : 'files'
  const readableByOthers = Object.values(files)
    .filter((file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0)
    .map((file) => path.basename(file))
  return { custody, readableByOthers }
}

/** Throws `store.notFound` and the other failures of `openForReading`. */
export function faceKeysStatus(dataDir: string): FaceKeysStatus {
  const db = openForReading(dataDir)
  try {
    const files = allKeyFiles(keysDir(dataDir))
    const retiring = [files.retiringSealing, files.retiringTransform].map(inspectSecret)
    const asked = readMeta(db, 'faceKeyRotation') !== null
    const rotation = retiring.some((facts) => facts !== null) ? 'underWay' : asked ? 'waiting' : 'none'
    return { ...keyFilesStatus(dataDir), rotation, references: referenceCounts(db, files) }
  } finally {
    db.close()
  }
}

function referenceCounts(db: ReadHandle, files: ReturnType<typeof allKeyFiles>): ReferenceCounts {
  const counts = { current: 0, toReissue: 0, lost: 0 }
  if (schemaVersion(db) < referenceKeysMigration.version) return { ...counts, toReissue: countReferences(db) }
  const idOf = (file: string): SecretFileFacts['id'] | undefined => inspectSecret(file)?.id
  const sealing = idOf(files.sealing)
  const transform = idOf(files.transform)
  const sealings = new Set([sealing, idOf(files.retiringSealing)])
  const transforms = new Set([null, transform, idOf(files.retiringTransform)])
  for (const { sealingKeyId, transformKeyId, references } of countByKeys(db)) {
    if (sealingKeyId === sealing && transformKeyId === transform) counts.current += references
    else if (sealings.has(sealingKeyId) && transforms.has(transformKeyId)) counts.toReissue += references
    else counts.lost += references
  }
  return counts
}

function allKeyFiles(dir: string) {
  return {
    sealing: activeKeyFile(dir, 'sealing'),
    transform: activeKeyFile(dir, 'transform'),
    retiringSealing: retiringKeyFile(dir, 'sealing'),
    retiringTransform: retiringKeyFile(dir, 'transform'),
  }
}
