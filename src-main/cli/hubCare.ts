import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { backUpHub } from '../../src-hub/maintenance.ts'
import { markRestored } from '../../src-hub/store/hub-epoch.ts'
import { restoreBackup } from '../../src-hub/store/restore.ts'
import { operatorRoutes } from '../contract/hubApi.ts'
import type { CliIo } from './command.ts'
import { UsageError } from './command.ts'
import { callOperator, operatorTarget, type OperatorTarget } from './operatorCall.ts'
import { defaultDataDir, hubDataDir } from './paths.ts'

export const hubCareHelp = `facelane hub backup DIR    [--data HUBFOLDER] [--json]
facelane hub restore DIR   --data NEWFOLDER [--json]
facelane hub restored      [--data HUBFOLDER] [--json]
facelane hub backed-up --up-to TIME   --hub URL --operator-token-file FILE [--json]
facelane hub waiting LANE             --hub URL --operator-token-file FILE [--json]
facelane hub reapply LANE             --hub URL --operator-token-file FILE [--json]
facelane hub fork list                --hub URL --operator-token-file FILE [--json]
facelane hub fork import LANE FORK    --hub URL --operator-token-file FILE [--json]
facelane hub aside LANE ENTRY --reason TEXT   --hub URL --operator-token-file FILE [--json]

  backup     copies a hub with its own PostgreSQL into DIR, running or stopped, and tells the lanes what is safe
  restore    puts such a copy into an empty folder; start the hub on it, and lanes send again what came after it
  restored   says that a database behind --database-url was put back; before the hub starts again
  backed-up  reports a backup made with the database's own tools; TIME is when it began, such as 2026-11-23T02:00:00Z
  waiting    what of a lane's journal waits for a person: parked, forked, damaged, and what was set aside
  reapply    applies parked entries again, in order, after what was in the way is gone
  fork       journals of copied or restored lane disks; "import" takes one in as a branch, and its lane goes on
  aside      leaves a parked (EPOCH/SEQ) or quarantined (hash) entry out for good; it is kept, with the reason`

export const hubCareActions = [
  'backup',
  'restore',
  'restored',
  'backed-up',
  'waiting',
  'reapply',
  'fork',
  'aside',
]

/** The commands around a hub that are not the hub itself. */
export async function runHubCare(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      hub: { type: 'string' },
      'operator-token-file': { type: 'string' },
      'up-to': { type: 'string' },
      reason: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const [action, ...rest] = positionals
  const dataDir = path.resolve(values.data ?? hubDataDir(defaultDataDir))
  const target = () => operatorTarget(values.hub, values['operator-token-file'])
  const tell = (answer: object, words: string) => {
    if (values.json) io.answer({ ok: true, ...answer })
    else io.out(words)
    return 0
  }
  switch (action) {
    case 'backup': {
      const to = need(rest[0], 'Say where to: facelane hub backup DIR')
      const done = await backUpHub({ dataDir, to, nowMs: Date.now })
      const lanes = new Set(done.backedUp.map(({ laneId }) => laneId)).size
      return tell(
        done,
        `${done.files} files, ${Math.ceil(done.bytes / 1e6)} MB, are in ${to}. ${lanes} lanes were told what is safe.`,
      )
    }
    case 'restore': {
      const from = need(rest[0], 'Say from where: facelane hub restore DIR --data NEWFOLDER')
      need(values.data, '--data is the new, empty data folder.')
      const done = await restoreBackup({ from, dataDir, nowMs: Date.now })
      const words = `The hub as of ${new Date(done.beganAtMs).toISOString()} is in ${dataDir}. Start it there: facelane hub --data ${dataDir}`
      return tell({ dataDir, ...done }, words)
    }
    case 'restored':
      await markRestored(dataDir, Date.now())
      return tell(
        { dataDir },
        'The next start of this hub begins a new epoch: lanes send again, payments are asked for first.',
      )
    case 'backed-up':
      return reportBackup(target(), values['up-to'], tell)
    case 'waiting':
      return waiting(target(), need(rest[0], 'Say which lane.'), tell)
    case 'reapply': {
      const route = `${laneRoute(rest[0])}/reapply`
      const answer = reappliedSchema.parse(await callOperator(target(), 'POST', route))
      const { applied, parked } = answer
      return tell(answer, `${applied} applied, ${parked} still parked.`)
    }
    case 'fork':
      return fork(target, rest, tell)
    case 'aside':
      return aside(target(), rest, values.reason, tell)
    default:
      throw new UsageError(`Say what to do: ${hubCareActions.join(', ')}.`)
  }
}

type Tell = (answer: object, words: string) => number

async function reportBackup(target: OperatorTarget, upTo: string | undefined, tell: Tell): Promise<number> {
  const upToMs = Date.parse(need(upTo, '--up-to is when the backup began, such as 2026-11-23T02:00:00Z.'))
  if (Number.isNaN(upToMs)) throw new UsageError('--up-to is a time such as 2026-11-23T02:00:00Z.')
  const answer = backedUpSchema.parse(await callOperator(target, 'POST', operatorRoutes.backups, { upToMs }))
  return tell(answer, `${answer.backedUp.length} journals were told what is safe.`)
}

const backedUpSchema = z.object({ backedUp: z.array(z.unknown()) })
const reappliedSchema = z.object({ applied: z.number(), parked: z.number() })
const placeSchema = z.looseObject({ epoch: z.string(), seq: z.number(), reason: z.string() })
const forkSchema = z.looseObject({
  forkKey: z.string(),
  laneId: z.string(),
  fromSeq: z.number(),
  toSeq: z.number(),
  sales: z.number(),
  firstAtMs: z.number(),
  lastAtMs: z.number(),
})
const forksSchema = z.object({ forks: z.array(forkSchema) })
const importedSchema = z.object({ branch: z.string(), entries: z.number() })
const waitingSchema = z.object({
  parked: z.array(placeSchema),
  forks: z.array(forkSchema),
  quarantined: z.array(placeSchema.extend({ hash: z.string() })),
  setAside: z.array(z.unknown()),
})

async function waiting(target: OperatorTarget, laneId: string, tell: Tell): Promise<number> {
  const found = waitingSchema.parse(await callOperator(target, 'GET', `${laneRoute(laneId)}/waiting`))
  const lines = [
    ...found.parked.map(({ epoch, seq, reason }) => `parked ${epoch}/${seq}: ${reason}`),
    ...found.forks.map(forkLine),
    ...found.quarantined.map(({ hash, reason }) => `damaged ${hash}: ${reason}`),
    `${found.setAside.length} set aside`,
  ]
  return tell(found, lines.join('\n'))
}

async function fork(
  target: () => OperatorTarget,
  [verb, lane, key]: readonly string[],
  tell: Tell,
): Promise<number> {
  if (verb === 'list') {
    const { forks } = forksSchema.parse(await callOperator(target(), 'GET', operatorRoutes.forks))
    return tell({ forks }, forks.length === 0 ? 'No fork waits.' : forks.map(forkLine).join('\n'))
  }
  if (verb !== 'import') throw new UsageError('Say "fork list" or "fork import LANE FORK".')
  const forkKey = need(key, 'Say which: facelane hub fork import LANE FORK')
  const route = `${laneRoute(lane)}/forks/${encodeURIComponent(forkKey)}/import`
  const answer = importedSchema.parse(await callOperator(target(), 'POST', route))
  return tell(answer, `${answer.entries} entries count now; the lane goes on with them.`)
}

async function aside(
  target: OperatorTarget,
  [lane, entry]: readonly string[],
  reason: string | undefined,
  tell: Tell,
): Promise<number> {
  const why = need(reason, '--reason says why, for whoever asks later.')
  const [first = '', seq] = need(
    entry,
    'Say which entry: EPOCH/SEQ of a parked one, or the hash of a damaged one.',
  ).split('/')
  const place =
    seq === undefined
      ? `quarantine/${encodeURIComponent(first)}`
      : `parked/${encodeURIComponent(first)}/${encodeURIComponent(seq)}`
  const route = `${laneRoute(lane)}/${place}/aside`
  const answer = z.looseObject({}).parse(await callOperator(target, 'POST', route, { reason: why }))
  return tell(answer, 'It is set aside, with the reason.')
}

function forkLine({
  forkKey,
  laneId,
  fromSeq,
  toSeq,
  sales,
  firstAtMs,
  lastAtMs,
}: z.infer<typeof forkSchema>): string {
  const [from, to] = [firstAtMs, lastAtMs].map((atMs) => new Date(atMs).toISOString())
  return `fork ${forkKey} of ${laneId}: entries ${fromSeq} to ${toSeq}, ${sales} sales, ${from} to ${to}`
}

function laneRoute(laneId: string | undefined): string {
  return `${operatorRoutes.lanes}/${encodeURIComponent(need(laneId, 'Say which lane.'))}`
}

function need<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new UsageError(otherwise)
  return value
}
