import { readFileSync } from 'node:fs'
import type { LaneConfig } from '../config/load.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { OsKeyStorePort } from '../ports/osKeyStore.ts'
import type { RandomPort } from '../ports/random.ts'
import { openCustody } from '../store/keys/custody.ts'
import type { LaneStore } from '../store/lane-store.ts'
import { keysDir } from '../store/keys/face-keys.ts'
import { openLaneStore, type OpenedLaneStore } from '../store/open-lane-store.ts'

export interface MemoryDeps {
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly log: LogPort
  /** Of a shell that has one. */
  readonly osKeyStore?: OsKeyStorePort | undefined
}

/** The start verifies from the last checkpoint; the rest is looked at when the first shoppers have been served. */
const fullVerificationAfterMs = 120_000
/** Models and gallery come first. */
const reissueAfterMs = 10_000
/** Between two steps of background work, so that a scan never waits behind more than one. */
const restMs = 20
const upkeepEveryMs = 60_000
const heldBackWorthTellingBytes = 64 * 1024 * 1024

/** The lane's store, and in the log what its opening found. */
export async function openMemory(
  config: LaneConfig,
  { clock, random, log, osKeyStore }: MemoryDeps,
): Promise<OpenedLaneStore> {
  const { dataDir, laneId, recoveryKeyFile } = config
  const { custody, notice } = await openCustody(keysDir(dataDir), osKeyStore ?? null)
  if (notice !== null) log.warn({ failure: notice.toJSON() }, 'the face keys lie in files of mode 0600')
  const opened = openLaneStore({
    keyCustody: custody,
    dataDir,
    laneId,
    clock,
    random,
    ...(recoveryKeyFile === undefined ? {} : { recoveryPublicKey: readRecoveryKey(recoveryKeyFile) }),
  })
  const { epochBeginning, faceKey, subjectWrappingKey, rotation, verified } = opened
  const facts = { epochBeginning, faceKey, subjectWrappingKey, custody: custody.kind, rotation }
  log.info({ ...facts, entries: verified.entries }, 'store is open')
  if (faceKey === 'recreated')
    log.warn({}, 'the face key was lost: the gallery is empty until people enrol again')
  if (faceKey === 'closed')
    log.warn({}, 'the face keys are held by the OS key store of another shell: no faces until that one runs')
  return opened
}

/**
 * Brings references of the release before, or of a rotation that was cut short, under the active keys; the lane sells
 * meanwhile, and the gallery is complete. What a stop leaves undone is done after the next start. The returned function
 * calls it off and settles when the store is not used any more.
 */
export function reissueInBackground(store: LaneStore, clock: ClockPort, log: LogPort): () => Promise<void> {
  const stopping = new AbortController()
  let running = Promise.resolve()
  const reissue = async (): Promise<void> => {
    try {
      const report = await store.reissueReferences({ signal: stopping.signal })
      if (report.reissued > 0 || report.destroyedKeys > 0)
        log.info({ ...report }, 'references were re-issued')
    } catch (thrown) {
      if (stopping.signal.aborted) return
      log.warn({ failure: failureData(thrown) }, 'references wait to be re-issued at the next start')
    }
  }
  const callOff = clock.after(reissueAfterMs, () => {
    running = reissue()
  })
  return async () => {
    callOff()
    stopping.abort()
    await running
  }
}

/**
 * Looks at the whole journal, a little at a time. What it finds ends selling: the store refuses every further commit.
 * The returned function calls it off.
 */
export function verifyInBackground(store: LaneStore, clock: ClockPort, log: LogPort): () => void {
  let callOffRest = () => {}
  const rest = () => new Promise<void>((resolve) => (callOffRest = clock.after(restMs, resolve)))
  const verify = async (): Promise<void> => {
    const { entries, problem } = await store.verify({ from: 'genesis', rest })
    if (problem)
      log.error({ problem }, 'the journal was changed from outside: keep the data folder and call support')
    else log.info({ entries }, 'the whole journal verifies')
  }
  const callOff = clock.after(fullVerificationAfterMs, () => {
    void verify().catch((thrown: unknown) => {
      log.error({ failure: failureData(thrown) }, 'the journal could not be verified')
    })
  })
  return () => {
    callOff()
    callOffRest()
  }
}

/**
 * Keeps the lane's files small while nobody buys: one short step at a time, and a look every minute whether there is
 * something to do. The returned function calls it off.
 */
export function keepFilesSmall(store: LaneStore, clock: ClockPort, log: LogPort): () => void {
  const done = new Map<string, number>()
  let toldHeldBack = false
  const step = (): void => {
    callOff = clock.after(store.openSale() === null && goOn() ? restMs : upkeepEveryMs, step)
  }
  const goOn = (): boolean => {
    try {
      const { kind, ...facts } = store.upkeep()
      if (kind !== 'nothing') {
        done.set(kind, (done.get(kind) ?? 0) + 1)
        return true
      }
      if (done.size > 0)
        log.info({ steps: Object.fromEntries(done), ...store.archive.facts() }, 'files were tidied up')
      done.clear()
      const heldBack =
        'logHeldBackBytes' in facts && (facts.logHeldBackBytes ?? 0) > heldBackWorthTellingBytes
      if (heldBack && !toldHeldBack)
        log.warn({ ...facts }, 'another program reads the lane database and keeps its log growing: end it')
      toldHeldBack = heldBack
    } catch (thrown) {
      log.error({ failure: failureData(thrown) }, 'files could not be tidied up')
    }
    return false
  }
  let callOff = clock.after(upkeepEveryMs, step)
  return () => {
    callOff()
  }
}

function readRecoveryKey(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw new Failure({
      code: 'config.recoveryKeyFile',
      attempted: `read ${file}`,
      remedy: 'staff',
      cause: failureData(thrown),
      message: `The merchant's recovery key ${file} cannot be read. Check recoveryKeyFile and who may read it.`,
    })
  }
}
