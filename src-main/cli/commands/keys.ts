import { parseArgs } from 'node:util'
import { Failure } from '../../contract/failure.ts'
import { createClock } from '../../platform/clock.ts'
import { createRandom } from '../../platform/random.ts'
import { openForReading } from '../../store/database.ts'
import { faceKeysStatus } from '../../store/keys/status.ts'
import { openLaneStore } from '../../store/open-lane-store.ts'
import type { ReissueReport } from '../../store/references/reissue.ts'
import { readLastEntry } from '../../store/repositories/journal.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { defaultDataDir, laneDataDir } from '../paths.ts'

const help = `facelane keys status | rotate   [--data DIR] [--json]

  status   where the face keys lie, and how many references are under them; may run beside a selling lane
  rotate   two new face keys; every reference is issued anew under them and the old keys are destroyed. Nobody has to
           enrol again. The lane must be stopped. Cut short, it goes on at the lane's next start, while it sells.

  When the operating system's key store holds the keys, only the window shell can open them: rotate then leaves a note,
  and the rotation begins at that shell's next start.`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string', default: defaultDataDir },
      json: { type: 'boolean', default: false },
    },
  })
  const dataDir = laneDataDir(values.data)
  switch (positionals[0]) {
    case 'status':
      return status(dataDir, values.json, io)
    case 'rotate':
      return rotate(dataDir, values.json, io)
    default:
      throw new UsageError('Say what to do: status or rotate.')
  }
}

const custodies = {
  files: 'files that only this user may read (0600)',
  osKeyStore: "the operating system's key store",
} as const
const rotations = {
  none: null,
  waiting: "a rotation begins at the window shell's next start",
  underWay: "a rotation was cut short and goes on at the lane's next start",
} as const

function status(dataDir: string, json: boolean, io: CliIo): number {
  const report = faceKeysStatus(dataDir)
  if (json) {
    io.answer({ ok: true, ...report })
    return 0
  }
  const { custody, rotation, references, readableByOthers } = report
  io.out(`face keys: ${custody === null ? 'missing, or not made yet' : `held by ${custodies[custody]}`}`)
  for (const file of readableByOthers) io.out(`${file} can be read by other users: chmod 600, then rotate`)
  const said = rotations[rotation]
  if (said !== null) io.out(said)
  const { current, toReissue, lost } = references
  io.out(`references: ${current} current, ${toReissue} to be re-issued, ${lost} under lost keys`)
  return 0
}

async function rotate(dataDir: string, json: boolean, io: CliIo): Promise<number> {
  const laneId = knownLaneId(dataDir)
  const random = createRandom()
  const clock = createClock(random.key())
  const { store, rotation } = openLaneStore({ dataDir, laneId, clock, random, rotateFaceKeys: true })
  try {
    if (rotation === 'waiting') {
      if (json) io.answer({ ok: true, rotation })
      else
        io.out("The operating system holds the keys: the rotation begins at the window shell's next start.")
      return 0
    }
    const report = await store.reissueReferences({ signal: io.stop, onProgress: progress(io) })
    if (json) io.answer({ ok: true, rotation, ...report })
    else tell(report, io)
    return 0
  } catch (thrown) {
    throw io.stop.aborted ? stopped() : thrown
  } finally {
    store.close()
  }
}

function stopped(): Failure {
  return new Failure({
    code: 'keys.rotationStopped',
    attempted: 'rotate the face keys',
    remedy: 'retry',
    message: "Stopped. Nothing is lost: the rest is re-issued at the lane's next start, or by keys rotate.",
  })
}

function tell({ reissued, unreadable, destroyedKeys }: ReissueReport, io: CliIo): void {
  io.out(`${reissued} references issued under the new keys; ${destroyedKeys} old keys destroyed.`)
  if (unreadable > 0)
    io.out(`${unreadable} could not be opened: their rows were damaged before. Those people enrol again.`)
}

/** A line for every tenth of the work. */
function progress(io: CliIo): (done: number, all: number) => void {
  let told = 0
  return (done, all) => {
    const tenth = Math.floor((done / all) * 10)
    if (tenth > told) io.say(`  ${done} of ${all} references`)
    told = tenth
  }
}

/** Another lane's name would begin a new epoch of its journal. */
function knownLaneId(dataDir: string): string {
  const db = openForReading(dataDir)
  try {
    const last = readLastEntry(db)
    if (last !== null) return last.header.laneId
  } finally {
    db.close()
  }
  throw new Failure({
    code: 'keys.noLane',
    attempted: `rotate the face keys of ${dataDir}`,
    remedy: 'staff',
    message: 'No lane has started in this data folder yet, so there are no face keys. Check the path.',
  })
}

export const command: Command = { help, run }
