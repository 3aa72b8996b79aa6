import type { Key } from '../contract/values.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { RandomPort } from '../ports/random.ts'
import { endAfter, endOfEmptyEpoch, linkEntries, type ChainEnd, type Signer } from './chain/append.ts'
import { countOpening, whyNewEpoch, writeMarker, type EpochBeginning } from './chain/epoch.ts'
import { verifyJournalNow, type VerifyReport } from './chain/verify.ts'
import { openForWriting } from './database.ts'
import { makePrivateFolder } from './durable-file.ts'
import { brokenJournal, storeFailure } from './errors.ts'
import { lockFolder } from './folder-lock.ts'
import type { WriteHandle } from './handles.ts'
import type { KeyCustody } from './keys/custody.ts'
import { keysDir } from './keys/face-keys.ts'
import type { KeyState } from './keys/key-file.ts'
import { openLaneKey, type LaneKey } from './keys/lane-key.ts'
import { writeRecovery } from './keys/recovery.ts'
import { openVault, type OpenedVault, type Rotation } from './keys/vault.ts'
import { LaneStore } from './lane-store.ts'
import { assertNothingStranded } from './stranding.ts'
import { insertEntry, readLastEntry, type JournalRow } from './repositories/journal.ts'
import { clearMeta, putMeta, readMeta } from './repositories/meta.ts'

export interface OpenLaneStoreOptions {
  /** Created with mode 0700 when missing. */
  readonly dataDir: string
  readonly laneId: string
  readonly clock: ClockPort
  readonly random: RandomPort
  /** PEM of the merchant's X25519 or RSA public key; the journal's keys are wrapped to it in `recovery.json`. */
  readonly recoveryPublicKey?: string
  /** Who may open the face keys; 0600 files unless a shell has more to offer. */
  readonly keyCustody?: KeyCustody
  /** Two new face keys, unless a rotation is under way; `LaneStore.reissueReferences` does the rest. */
  readonly rotateFaceKeys?: boolean
  readonly onVerifyProgress?: (entries: number) => void
}

export interface OpenedLaneStore {
  readonly store: LaneStore
  readonly laneKey: LaneKey
  /** Null when the epoch of the last run goes on. */
  readonly epochBeginning: EpochBeginning | null
  readonly faceKey: KeyState
  readonly subjectWrappingKey: KeyState
  readonly rotation: Rotation
  /** What the start verified, from the last checkpoint. */
  readonly verified: VerifyReport
}

/**
 * Opens the lane's memory for its one writer. Throws `Failure`: `store.inUse`, `store.fromTheFuture`, `store.corrupt`,
 * `store.diskFull`, `store.readOnly`, `store.ioError`, `journal.broken`, `queue.upgradeWouldStrand`.
 */
export function openLaneStore(options: OpenLaneStoreOptions): OpenedLaneStore {
  const { dataDir } = options
  try {
    makePrivateFolder(dataDir)
    const lock = lockFolder(dataDir)
    try {
      const db = openForWriting(dataDir)
      try {
        return openChecked(options, db, lock)
      } catch (thrown) {
        db.close()
        throw thrown
      }
    } catch (thrown) {
      lock.release()
      throw thrown
    }
  } catch (thrown) {
    throw storeFailure(thrown, `open the data folder ${dataDir}`)
  }
}

function openChecked(
  options: OpenLaneStoreOptions,
  db: WriteHandle,
  lock: ReturnType<typeof lockFolder>,
): OpenedLaneStore {
  const { dataDir, laneId, clock, onVerifyProgress } = options
  const laneKey = openLaneKey(keysDir(dataDir))
  const opened = openVault(keysDir(dataDir), {
    known: {
      faceReference: readMeta(db, 'faceKeyId'),
      transform: readMeta(db, 'transformKeyId'),
      subjectKey: readMeta(db, 'subjectKeyId'),
    },
    rotate: options.rotateFaceKeys === true || readMeta(db, 'faceKeyRotation') !== null,
    ...(options.keyCustody === undefined ? {} : { custody: options.keyCustody }),
  })
  const verified = verifyJournalNow(db, {
    from: 'checkpoint',
    ...(onVerifyProgress === undefined ? {} : { onProgress: onVerifyProgress }),
  })
  if (verified.problem !== undefined) throw brokenJournal(verified.problem)
  const signer: Signer = { laneId, key: laneKey }
  if (readLastEntry(db)?.header.laneId !== laneId) assertNothingStranded(db, laneId)
  const beginning = whyNewEpoch(db, dataDir, { laneId, publicKey: laneKey.publicKey })
  const end = settle(options, db, { signer, laneKey, opened, beginning })
  if (options.recoveryPublicKey !== undefined) {
    writeRecovery(dataDir, options.recoveryPublicKey, { laneKey, opened })
  }
  return {
    store: new LaneStore({ dataDir, db, lock, vault: opened.vault, signer, clock, end }),
    laneKey,
    epochBeginning: beginning,
    faceKey: opened.faceKey,
    subjectWrappingKey: opened.subjectWrappingKey,
    rotation: opened.rotation,
    verified,
  }
}

interface Settling {
  readonly signer: Signer
  readonly laneKey: LaneKey
  readonly opened: OpenedVault
  readonly beginning: EpochBeginning | null
}

/** Records this start and begins an epoch where one is due, in one transaction; then notes it beside the database. */
function settle(options: OpenLaneStoreOptions, db: WriteHandle, settling: Settling): ChainEnd {
  const { clock, random, dataDir } = options
  const { opened } = settling
  const run = db.transaction(() => {
    const last = readLastEntry(db)
    const marker = countOpening(db, settling.beginning === null ? null : random.key())
    noteKeys(db, opened)
    if (last !== null && settling.beginning === null) return { marker, end: endAfter(last) }
    const genesis = genesisEntry(settling, random.key(), last, clock)
    insertEntry(db, genesis)
    return { marker, end: endAfter(genesis) }
  })
  const { marker, end } = run.immediate()
  writeMarker(dataDir, marker)
  return end
}

/** Closed face keys stay known as they were: they are not lost. */
function noteKeys(db: WriteHandle, { vault, rotation }: OpenedVault): void {
  const keys = vault.faceKeysIfOpen()
  if (keys !== null) {
    putMeta(db, 'faceKeyId', keys.sealing.id)
    putMeta(db, 'transformKeyId', keys.transform.id)
  }
  putMeta(db, 'subjectKeyId', vault.subjectKeyId)
  if (rotation === 'waiting') putMeta(db, 'faceKeyRotation', 'asked for')
  else clearMeta(db, 'faceKeyRotation')
}

function genesisEntry(
  { signer, laneKey }: Settling,
  epoch: Key,
  last: JournalRow | null,
  clock: ClockPort,
): JournalRow {
  const parent =
    last === null ? null : { epoch: last.header.epoch, seq: last.header.seq, hash: last.hash.toString('hex') }
  const [row] = linkEntries(signer, endOfEmptyEpoch(epoch, last?.ord ?? 0), [
    {
      aggregate: { kind: 'journal', id: epoch },
      event: { type: 'journal.genesis', parent, publicKey: laneKey.publicKey },
      at: clock.moment(),
    },
  ])
  if (row === undefined) throw new Error('A genesis is one entry')
  return row
}
