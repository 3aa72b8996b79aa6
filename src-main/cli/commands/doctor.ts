import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../../config/load.ts'
import { failureData } from '../../contract/failure.ts'
import { unreachable } from '../../contract/result.ts'
import { readModelManifest } from '../../face/models/manifest.ts'
import { modelsLookReady } from '../../face/models/models.ts'
import { databaseFile, openForReading } from '../../store/database.ts'
import { storeFailure } from '../../store/errors.ts'
import { keyFilesStatus } from '../../store/keys/status.ts'
import { countEntriesAfter, readAckedOrd } from '../../store/repositories/journal.ts'
import { strandingMessage, strandingOf } from '../../store/stranding.ts'
import { electronProgram } from '../box/electron-box.ts'
import type { CliIo, Command } from '../command.ts'
import { configuredDevices } from '../devices/configured.ts'
import { laneReport } from '../devices/lane-report.ts'
import { defaultDataDir, laneDataDir, paths } from '../paths.ts'

const help = `facelane doctor   [--data DIR] [--json]

  What this machine has and lacks for a lane, and what each lack means.`

interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly says: string
}

const neededDiskBytes = 500e6

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: defaultDataDir },
      json: { type: 'boolean', default: false },
    },
  })
  const findings = [
    node(),
    disk(),
    await models(),
    page(),
    program('socat', 'emulated devices get virtual serial ports', 'emulated devices use python3, else TCP'),
    program(
      'chromium',
      'the screen can be opened in a window',
      'open the printed address in a browser by hand',
    ),
    electron(),
    faceKeys(laneDataDir(values.data)),
    journalQueue(laneDataDir(values.data), io.env),
    ...devices(laneDataDir(values.data), io.env),
  ]
  const ok = findings.every((finding) => finding.ok || !required.has(finding.name))
  if (values.json) io.answer({ ok, findings })
  else for (const { name, ok: good, says } of findings) io.out(`${good ? 'ok  ' : 'lacks'} ${name}: ${says}`)
  return ok ? 0 : 1
}

const required = new Set(['node', 'disk', 'models', 'screens', 'journal queue'])

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  return { name: 'node', ok: major >= 24, says: `${process.versions.node} on ${os.platform()} ${os.arch()}` }
}

function disk(): Finding {
  const { bavail, bsize } = statfsSync(paths.root)
  const free = bavail * bsize
  return { name: 'disk', ok: free > neededDiskBytes, says: `${(free / 1e9).toFixed(1)} GB free` }
}

async function models(): Promise<Finding> {
  const ok = await modelsLookReady({
    manifest: await readModelManifest(paths.modelManifest),
    dir: paths.modelPacks,
  })
  return { name: 'models', ok, says: ok ? 'fetched and verified' : 'run: npm run facelane -- models fetch' }
}

function page(): Finding {
  const ok = existsSync(path.join(paths.renderer, 'index.html'))
  return { name: 'screens', ok, says: ok ? 'built' : 'run: npm run setup' }
}

function program(name: string, withIt: string, without: string): Finding {
  const ok = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .some((folder) => isProgram(path.join(folder, name)))
  return { name, ok, says: ok ? withIt : without }
}

function electron(): Finding {
  const ok = electronProgram() !== null
  return {
    name: 'electron',
    ok,
    says: ok ? 'the lane opens in its own window' : 'the lane runs in the browser shell',
  }
}

/** Where the keys of the enrolled faces lie, and who could read them. */
function faceKeys(dataDir: string): Finding {
  const name = 'face keys'
  const { custody, readableByOthers } = keyFilesStatus(dataDir)
  if (readableByOthers.length > 0) {
    const says = `${readableByOthers.join(', ')} can be read by other users: run chmod 600 on them, then: facelane keys rotate`
    return { name, ok: false, says }
  }
  switch (custody) {
    case 'osKeyStore':
      return { name, ok: true, says: "wrapped by the operating system's key store" }
    case 'files':
      return {
        name,
        ok: true,
        says: 'in files that only this user may read (0600), no OS key store: encrypt the disk, or run the Electron shell under a desktop with a keyring',
      }
    case null:
      return { name, ok: true, says: 'none yet: made at the first start of the lane' }
    default:
      return unreachable(custody)
  }
}

/** Would a start of this version, as the lane that is configured, leave entries behind that the hub does not have? */
function journalQueue(dataDir: string, env: NodeJS.ProcessEnv): Finding {
  const name = 'journal queue'
  if (!existsSync(databaseFile(dataDir)))
    return { name, ok: true, says: 'nothing waits: no lane has started here yet' }
  const config = loadConfig({ env, dataDir, preset: { mode: 'development' } })
  try {
    const db = openForReading(dataDir)
    try {
      const stranding = strandingOf(db, config.ok ? config.value.laneId : null)
      if (stranding !== null) return { name, ok: false, says: strandingMessage(stranding) }
      const waiting = countEntriesAfter(db, readAckedOrd(db))
      return { name, ok: true, says: `${waiting} entries wait for the hub; a start leaves none behind` }
    } finally {
      db.close()
    }
  } catch (thrown) {
    return { name, ok: false, says: failureData(storeFailure(thrown, 'read the journal')).message }
  }
}

/** Each configured device as the running lane sees it; without a lane nobody has looked. */
function devices(dataDir: string, env: NodeJS.ProcessEnv): Finding[] {
  const config = loadConfig({ env, dataDir, preset: { mode: 'development' } })
  if (!config.ok) {
    const says = `the configuration has ${config.error.length} mistakes: facelane config`
    return [{ name: 'devices', ok: false, says }]
  }
  const report = laneReport(dataDir)
  return configuredDevices(config.value, report).map(({ key, address, lane }) => {
    const name = `device ${key}`
    if (lane === null) {
      const looked =
        report === null ? 'no lane runs here that would have looked' : 'looked at when it is needed'
      return { name, ok: true, says: `${address}; ${looked}` }
    }
    const { state, detailCode, breaker, statistics } = lane
    const flaps = breaker === 'closed' ? '' : `, lost ${statistics?.lost ?? 0} times: check its cable`
    return {
      name,
      ok: state === 'ready',
      says: `${address}; ${[state, detailCode ?? []].flat().join(', ')}${flaps}`,
    }
  })
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export const command: Command = { help, run }
