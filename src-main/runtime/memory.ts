import { readFileSync } from 'node:fs'
import type { LaneConfig } from '../config/load.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStore } from '../store/lane-store.ts'
import { openLaneStore, type OpenedLaneStore } from '../store/open-lane-store.ts'

export interface MemoryDeps {
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly log: LogPort
}

/** The start verifies from the last checkpoint; the rest is looked at when the first shoppers have been served. */
const fullVerificationAfterMs = 120_000

/** The lane's store, and in the log what its opening found. */
export function openMemory(config: LaneConfig, { clock, random, log }: MemoryDeps): OpenedLaneStore {
  const { dataDir, laneId, recoveryKeyFile } = config
  const opened = openLaneStore({
    dataDir,
    laneId,
    clock,
    random,
    ...(recoveryKeyFile === undefined ? {} : { recoveryPublicKey: readRecoveryKey(recoveryKeyFile) }),
  })
  const { epochBeginning, faceKey, subjectWrappingKey, verified } = opened
  log.info({ epochBeginning, faceKey, subjectWrappingKey, entries: verified.entries }, 'store is open')
  if (faceKey === 'recreated')
    log.warn({}, 'the face key was lost: the gallery is empty until people enrol again')
  return opened
}

/** The returned function calls it off. */
export function verifyInBackground(store: LaneStore, clock: ClockPort, log: LogPort): () => void {
  const verify = async (): Promise<void> => {
    const { entries, problem } = await store.verify({ from: 'genesis' })
    if (problem)
      log.error({ problem }, 'the journal was changed from outside: keep the data folder and call support')
    else log.info({ entries }, 'the whole journal verifies')
  }
  return clock.after(fullVerificationAfterMs, () => {
    void verify().catch((thrown: unknown) => {
      log.warn({ failure: failureData(thrown) }, 'the journal could not be verified')
    })
  })
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
