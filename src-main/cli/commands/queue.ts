import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { queueExport, type ExportReport } from '../../journal/exporting.ts'
import { queueImport } from '../../journal/importing.ts'
import { queueStatus, queueVerify } from '../../journal/queue.ts'
import { databaseFile } from '../../store/database.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { operatorTarget } from '../operatorCall.ts'
import { defaultDataDir, laneDataDir } from '../paths.ts'
import { writeWhole } from '../writeWhole.ts'

const help = `facelane queue status | verify [--from checkpoint|genesis]   [--data DIR] [--json]
facelane queue export FILE   [--data DIR] [--recovery-key FILE] [--json]
facelane queue import FILE --hub URL --operator-token-file FILE   [--json]

  status   what the hub has acknowledged, what waits, what is archived
  verify   recomputes hashes and signatures, by default of the whole journal and its archive
  export   writes every entry as NDJSON; "-" is standard output. FILE appears, or is replaced, when all of it is on the disk.
           The first three may run beside a selling lane.
  import   brings an exported journal straight into the hub, as if its lane had sent it; any number of times

  A dead lane's disk: mount it, export with --data FOLDER and the private half of the merchant's recovery key, import
  at the hub. FOLDER is the lane's data folder, or the folder that holds it as "lane". A damaged database is read byte
  by byte: what verifies is exported, what is missing is named.`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string', default: defaultDataDir },
      from: { type: 'string', default: 'genesis' },
      'recovery-key': { type: 'string' },
      hub: { type: 'string' },
      'operator-token-file': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const [action, file] = positionals
  const dataDir = folderOf(values.data)
  switch (action) {
    case 'status':
      return status(dataDir, values.json, io)
    case 'verify':
      return verify(dataDir, values.from, values.json, io)
    case 'export':
      return exportTo(dataDir, file, { recoveryKeyFile: values['recovery-key'], json: values.json }, io)
    case 'import':
      return importFrom(
        file,
        { hub: values.hub, tokenFile: values['operator-token-file'], json: values.json },
        io,
      )
    default:
      throw new UsageError('Say what to do: status, verify, export or import.')
  }
}

/** A disk that was taken out may hold only the lane's own folder. */
function folderOf(data: string): string {
  return existsSync(databaseFile(data)) ? data : laneDataDir(data)
}

async function status(dataDir: string, json: boolean, io: CliIo): Promise<number> {
  const report = await queueStatus(dataDir)
  if (json) io.answer({ ok: true, ...report })
  else {
    const { laneId, head, acked, pendingCount, oldestPendingAtMs, archived, dropped } = report
    io.out(
      `${laneId ?? 'no lane'}: entry ${head?.seq ?? '-'}, acknowledged ${acked?.seq ?? '-'}, ${pendingCount} waiting`,
    )
    io.out(`${archived} archived, ${dropped} dropped after their backup`)
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
  { recoveryKeyFile, json }: { recoveryKeyFile: string | undefined; json: boolean },
  io: CliIo,
): Promise<number> {
  if (file === undefined) throw new UsageError('Name a file to export to, or "-".')
  const key = recoveryKeyFile === undefined ? {} : { recoveryKeyFile }
  if (file === '-') {
    tellLosses(await queueExport(dataDir, { to: process.stdout, ...key }), io)
    return 0
  }
  const report = await writeWhole(file, (to) => queueExport(dataDir, { to, ...key }))
  if (json) io.answer({ ok: true, file, ...report })
  else {
    io.out(`${report.entries} entries written to ${file}`)
    if (report.proven === true) io.out("the merchant's recovery key proves whose they are")
    tellLosses(report, io)
  }
  return 0
}

function tellLosses({ salvaged, gaps }: ExportReport, io: CliIo): void {
  if (salvaged) io.say('The database is damaged: what verifies was read out of its bytes.')
  for (const { epoch, fromSeq, toSeq } of gaps)
    io.say(`  missing: ${epoch}/${fromSeq} to ${toSeq ?? 'an unknown end'}`)
}

async function importFrom(
  file: string | undefined,
  { hub, tokenFile, json }: { hub: string | undefined; tokenFile: string | undefined; json: boolean },
  io: CliIo,
): Promise<number> {
  if (file === undefined) throw new UsageError('Name the exported file.')
  const { hubUrl, token } = operatorTarget(hub, tokenFile)
  const report = await queueImport(file, { hubUrl, operatorToken: token }, (entries) => {
    io.say(`  ${entries} entries`)
  })
  const ok = report.refused === 0
  if (json) io.answer({ ok, file, ...report })
  else {
    io.out(
      `${report.lanes.join(', ')}: ${report.taken} entries taken, ${report.known} known before, ${report.refused} refused`,
    )
    for (const { epoch, fromSeq, toSeq } of report.gaps) io.out(`missing: ${epoch}/${fromSeq} to ${toSeq}`)
    if (!ok)
      io.say(
        'Nothing proves what was refused: forked or changed, it waits at the hub (facelane hub waiting LANE).',
      )
  }
  return ok ? 0 : 1
}

export const command: Command = { help, run }
