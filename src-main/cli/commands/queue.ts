import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { queueExport, queueStatus, queueVerify } from '../../journal/queue.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { defaultDataDir, laneDataDir } from '../paths.ts'

const help = `facelane queue status | verify [--from checkpoint|genesis] | export FILE   [--data DIR] [--json]

  status   what the hub has acknowledged and what waits
  verify   recomputes hashes and signatures, by default of the whole journal
  export   writes every entry as NDJSON; "-" is standard output

  All of them may run beside a selling lane.`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string', default: defaultDataDir },
      from: { type: 'string', default: 'genesis' },
      json: { type: 'boolean', default: false },
    },
  })
  const [action, file] = positionals
  const dataDir = laneDataDir(values.data)
  switch (action) {
    case 'status':
      return status(dataDir, values.json, io)
    case 'verify':
      return verify(dataDir, values.from, values.json, io)
    case 'export':
      return exportTo(dataDir, file, values.json, io)
    default:
      throw new UsageError('Say what to do: status, verify or export.')
  }
}

async function status(dataDir: string, json: boolean, io: CliIo): Promise<number> {
  const report = await queueStatus(dataDir)
  if (json) io.answer({ ok: true, ...report })
  else {
    const { laneId, head, acked, pendingCount, oldestPendingAtMs } = report
    io.out(
      `${laneId ?? 'no lane'}: entry ${head?.seq ?? '-'}, acknowledged ${acked?.seq ?? '-'}, ${pendingCount} waiting`,
    )
    if (oldestPendingAtMs !== null)
      io.out(`oldest waiting since ${new Date(oldestPendingAtMs).toISOString()}`)
  }
  return 0
}

async function verify(dataDir: string, from: string, json: boolean, io: CliIo): Promise<number> {
  if (from !== 'checkpoint' && from !== 'genesis') throw new UsageError('--from is checkpoint or genesis.')
  const report = await queueVerify(dataDir, {
    from,
    onProgress: (entries) => {
      io.say(`  ${entries} entries`)
    },
  })
  if (json) io.answer(report)
  else if (report.problem)
    io.out(`BROKEN: ${report.problem.kind} at ${report.problem.epoch}/${report.problem.seq}`)
  else io.out(`${report.entries} entries verified: hashes, signatures and order hold`)
  return report.problem ? 1 : 0
}

async function exportTo(
  dataDir: string,
  file: string | undefined,
  json: boolean,
  io: CliIo,
): Promise<number> {
  if (file === undefined) throw new UsageError('Name a file to export to, or "-".')
  if (file === '-') {
    await queueExport(dataDir, { to: process.stdout })
    return 0
  }
  const to = createWriteStream(file, { mode: 0o600 })
  await once(to, 'open')
  const { entries } = await queueExport(dataDir, { to })
  to.end()
  await once(to, 'close')
  if (json) io.answer({ ok: true, entries, file })
  else io.out(`${entries} entries written to ${file}`)
  return 0
}

export const command: Command = { help, run }
