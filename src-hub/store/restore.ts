import { chown, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { Failure } from '../../src-main/contract/failure.ts'
import { copyDurably, exists, keptSecrets, readManifest } from './backup.ts'
import { adoptPlace, placeFile } from './embedded-cluster.ts'
import { markRestored } from './hub-epoch.ts'

const manifestSchema = z.object({
  kind: z.literal('facelane.hubBackup'),
  formatVersion: z.literal(1),
  beganAtMs: z.number().int(),
  postgresMajor: z.number().int(),
})

export interface RestoreOptions {
  readonly from: string
  /** The hub's data folder to be; without a hub in it. */
  readonly dataDir: string
  readonly nowMs: () => number
}

/**
 * Puts a backup into an empty data folder. The hub that starts on it has a new epoch: its lanes send again what came
 * after the backup. Throws `Failure` `hub.notABackup` or `hub.restoreOver`.
 */
export async function restoreBackup({
  from,
  dataDir,
  nowMs,
}: RestoreOptions): Promise<{ beganAtMs: number }> {
  const manifest = manifestSchema.safeParse(await readManifest(from).catch(() => null))
  if (!manifest.success) throw notABackup(from)
  await mkdir(dataDir, { recursive: true, mode: 0o711 })
  if (await exists(path.join(dataDir, placeFile))) throw restoreOver(dataDir)
  // First of all: a restore that was broken off must not come up as the hub that it was.
  await markRestored(dataDir, nowMs())
  for (const name of keptSecrets.filter((file) => file !== placeFile))
    await copyDurably(path.join(from, name), path.join(dataDir, name))
  const { password } = z
    .object({ password: z.string() })
    .parse(JSON.parse(await readFile(path.join(from, placeFile), 'utf8')))
  const { data, uid, commit } = await adoptPlace(dataDir, password)
  await rm(data, { recursive: true, force: true })
  await putTree(path.join(from, 'data'), data, uid)
  await commit()
  return { beganAtMs: manifest.data.beganAtMs }
}

async function putTree(from: string, to: string, uid: number | null): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  if (uid !== null) await chown(to, uid, uid)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) await putTree(source, target, uid)
    else {
      await copyDurably(source, target)
      if (uid !== null) await chown(target, uid, uid)
    }
  }
}

function notABackup(from: string): Failure {
  return new Failure({
    code: 'hub.notABackup',
    attempted: `restore ${from}`,
    remedy: 'staff',
    message: `${from} is not a finished backup of a hub. Choose a folder that "facelane hub backup" made.`,
  })
}

function restoreOver(dataDir: string): Failure {
  return new Failure({
    code: 'hub.restoreOver',
    attempted: `restore into ${dataDir}`,
    remedy: 'staff',
    message: `There is a hub in ${dataDir}. Restore into an empty folder; keep the old one until the new hub runs.`,
  })
}
