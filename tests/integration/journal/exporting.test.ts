import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import type { WireEntry } from '../../../src-main/contract/journal.ts'
import { queueExport, type ExportOptions } from '../../../src-main/journal/exporting.ts'
import type { LaneStore } from '../../../src-main/store/lane-store.ts'
import { appendOne, openStore, quickFolder, random, sampleAttempt, tamper } from '../store/fixtures.ts'

const PAGE = 4096

async function exported(dataDir: string, options: Omit<ExportOptions, 'to'> = {}) {
  const to = new PassThrough()
  const read = text(to)
  const report = await queueExport(dataDir, { to, ...options })
  to.end()
  const lines = (await read).split('\n').slice(0, -1)
  return { ...report, seqs: lines.map((line) => (JSON.parse(line) as WireEntry).header.seq) }
}

/** The merchant's key pair: the public half for the lane, the private half in a file. */
function recoveryKeys(folder: string) {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const recoveryKeyFile = path.join(folder, 'merchant.pem')
  writeFileSync(recoveryKeyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }))
  return { recoveryPublicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(), recoveryKeyFile }
}

function fill(store: LaneStore, entries: number): void {
  for (let count = 0; count < entries; count += 1) appendOne(store)
}

/** A copy of the folder as it is while the lane runs: what a disk holds when the power goes. */
function deadCopy(dataDir: string): string {
  const copy = path.join(quickFolder(), 'disk')
  cpSync(dataDir, copy, { recursive: true })
  return copy
}

function overwrite(file: string, offset: number, length: number): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(length, 0x5a), 0, undefined, offset)
  closeSync(descriptor)
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('an export of a dead lane', () => {
  it('needs only the database and the merchant’s recovery key, and says whose journal it is', async () => {
    const folder = quickFolder()
    const { recoveryPublicKey, recoveryKeyFile } = recoveryKeys(folder)
    const dataDir = path.join(folder, 'lane')
    const { store } = openStore(dataDir, { recoveryPublicKey })
    fill(store, 20)
    const disk = deadCopy(dataDir)
    for (const name of ['keys', 'instance.json', 'lane.lock', 'lane.pid', 'lane.sqlite-shm'])
      rmSync(path.join(disk, name), { recursive: true, force: true })
    expect(await exported(disk, { recoveryKeyFile })).toMatchObject({
      entries: 21,
      salvaged: false,
      gaps: [],
      proven: true,
      seqs: upTo(21),
    })
  })

  it('refuses a recovery key that does not open the file, and a journal that another lane wrote', async () => {
    const folder = quickFolder()
    const { recoveryPublicKey, recoveryKeyFile } = recoveryKeys(folder)
    const [dataDir, foreign] = [path.join(folder, 'lane'), path.join(folder, 'foreign')]
    openStore(dataDir, { recoveryPublicKey }).store.close()
    openStore(foreign, { recoveryPublicKey }).store.close()
    const other = path.join(folder, 'other.pem')
    writeFileSync(other, generateKeyPairSync('x25519').privateKey.export({ format: 'pem', type: 'pkcs8' }))
    await expect(exported(dataDir, { recoveryKeyFile: other })).rejects.toMatchObject({
      code: 'vault.cannotOpen',
    })
    cpSync(path.join(foreign, 'recovery.json'), path.join(dataDir, 'recovery.json'))
    await expect(exported(dataDir, { recoveryKeyFile })).rejects.toMatchObject({
      code: 'queue.foreignJournal',
    })
    await expect(exported(dataDir, { recoveryKeyFile: dataDir })).rejects.toMatchObject({
      code: 'queue.recoveryKeyFile',
    })
  })

  it('holds what is archived too', async () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    fill(store, 900)
    const head = store.journal.head()
    if (head !== null) store.journal.acknowledge(head)
    while (store.upkeep().kind !== 'nothing');
    expect(store.archive.facts().archived).toBe(512)
    expect((await exported(dataDir)).seqs).toEqual(upTo(901))
  })
})

describe('a damaged database', () => {
  it('whose last commits are torn in the log gives back every commit before, and the commits behind the tear', async () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    fill(store, 40)
    const disk = deadCopy(dataDir)
    const log = path.join(disk, 'lane.sqlite-wal')
    truncateSync(log, statSync(log).size - 3 * (PAGE + 24) - 100)
    const torn = await exported(disk)
    expect(torn.seqs).toEqual(upTo(torn.entries))
    expect(torn.entries).toBeGreaterThan(38)
    expect(torn.gaps).toEqual([])
  })

  it('with a page of its journal overwritten is exported but for the entries of that page, which are named', async () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    fill(store, 300)
    store.close()
    const file = path.join(dataDir, 'lane.sqlite')
    overwrite(file, pageWith(file, '"type":"consent.withdrawn"') * PAGE, PAGE)
    const report = await exported(dataDir)
    expect(report.salvaged).toBe(true)
    expect(report.gaps).toHaveLength(1)
    const [gap] = report.gaps
    const missing = upTo(301).filter((seq) => !report.seqs.includes(seq))
    expect(missing.length).toBeGreaterThan(2)
    expect(missing.length).toBeLessThan(20)
    expect(gap).toEqual({ epoch: store.journal.epoch, fromSeq: missing[0], toSeq: missing.at(-1) })
    expect(missing).toHaveLength((missing.at(-1) ?? 0) - (missing[0] ?? 0) + 1)
  })

  it('without a readable first page, schema or tree is read all the same, out of its other pages', async () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    fill(store, 300)
    store.close()
    overwrite(path.join(dataDir, 'lane.sqlite'), 0, 2 * PAGE)
    const report = await exported(dataDir)
    expect(report).toMatchObject({ salvaged: true, gaps: [] })
    expect(report.seqs).toEqual(upTo(301))
  })

  it('of which half is missing gives back what lies in the other half, archive included', async () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    fill(store, 900)
    const head = store.journal.head()
    if (head !== null) store.journal.acknowledge(head)
    while (store.upkeep().kind !== 'nothing');
    store.close()
    const file = path.join(dataDir, 'lane.sqlite')
    truncateSync(file, Math.floor(statSync(file).size / 2 / PAGE) * PAGE)
    const report = await exported(dataDir)
    expect(report.salvaged).toBe(true)
    expect(report.entries).toBeGreaterThan(0)
    expect(report.gaps.length).toBeGreaterThan(0)
  })

  it('gives back no entry that was changed, and names it', async () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    fill(store, 30)
    store.close()
    tamper(dataDir, 'UPDATE journal SET at_ms = at_ms + 1 WHERE seq = 7')
    const report = await exported(dataDir)
    expect(report).toMatchObject({ salvaged: true, entries: 30 })
    expect(report.gaps).toEqual([{ epoch: store.journal.epoch, fromSeq: 7, toSeq: 7 }])
  })

  it('gives back no commit whose signature is lost, because nothing proves it', async () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    fill(store, 3)
    store.transact((tx) => {
      for (let each = 0; each < 3; each += 1)
        tx.append({ kind: 'subject', id: 'x' }, { type: 'consent.withdrawn', subjectKey: random.key() })
    })
    store.close()
    tamper(dataDir, 'DELETE FROM journal WHERE seq = 6')
    const report = await exported(dataDir)
    expect(report.seqs).toEqual([0, 1, 2, 3])
    expect(report.gaps).toEqual([{ epoch: store.journal.epoch, fromSeq: 4, toSeq: 6 }])
  })

  it('is proven by the merchant’s recovery key alone when genesis and keys are lost', async () => {
    const folder = quickFolder()
    const { recoveryPublicKey, recoveryKeyFile } = recoveryKeys(folder)
    const dataDir = path.join(folder, 'lane')
    const { store } = openStore(dataDir, { recoveryPublicKey })
    fill(store, 30)
    store.close()
    tamper(dataDir, 'DELETE FROM journal WHERE seq = 0; DELETE FROM journal_epoch')
    rmSync(path.join(dataDir, 'keys'), { recursive: true })
    await expect(exported(dataDir)).rejects.toMatchObject({ code: 'queue.nothingToExport' })
    const report = await exported(dataDir, { recoveryKeyFile })
    expect(report).toMatchObject({ entries: 30, proven: true })
    expect(report.gaps).toEqual([{ epoch: store.journal.epoch, fromSeq: 0, toSeq: 0 }])
  })

  it('that holds nothing of a journal says so', async () => {
    const dataDir = quickFolder()
    writeFileSync(path.join(dataDir, 'lane.sqlite'), 'this was a receipt once '.repeat(4000))
    await expect(exported(dataDir)).rejects.toMatchObject({ code: 'queue.nothingToExport' })
  })

  it('stops the sale when it is met, and the journal is saved as it stood', async () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    fill(store, 300)
    store.close()
    const file = path.join(dataDir, 'lane.sqlite')
    const victim = pageWith(file, '"type":"consent.withdrawn"')
    overwrite(file, victim * PAGE, PAGE)
    const again = openStore(dataDir).store
    await expect(again.verify({ from: 'genesis' })).rejects.toMatchObject({ code: 'store.corrupt' })
    expect(() =>
      again.transact((tx) => {
        tx.putAttempt(sampleAttempt())
      }),
    ).toThrow(expect.objectContaining({ code: 'store.corrupt', remedy: 'staff' }))
    expect((await exported(dataDir)).entries).toBeGreaterThan(250)
  })
})

/** The number of the first page behind the second that holds these bytes. */
function pageWith(file: string, wanted: string): number {
  const at = readFileSync(file).indexOf(wanted, 2 * PAGE)
  if (at === -1) throw new Error(`No page holds ${wanted}`)
  return Math.floor(at / PAGE)
}

const mounted: string[] = []
afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['-l', folder])
})

/** The lane's folder on a disk that cannot be written; null where this user may not mount one. */
function readOnlyDisk(dataDir: string): string | null {
  const place = path.join(quickFolder(), 'disk')
  mkdirSync(place)
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', place], { stdio: 'ignore' })
    mounted.push(place)
    cpSync(dataDir, path.join(place, 'lane'), { recursive: true })
    chmodSync(path.join(place, 'lane'), 0o700)
    execFileSync('mount', ['-o', 'remount,ro', place], { stdio: 'ignore' })
    return path.join(place, 'lane')
  } catch {
    return null
  }
}

const canMount = (() => {
  const folder = quickFolder()
  const place = path.join(folder, 'probe')
  mkdirSync(place)
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', place], { stdio: 'ignore' })
    execFileSync('umount', [place])
    return true
  } catch {
    return false
  }
})()

describe('a disk that cannot be written', () => {
  it(
    canMount
      ? 'is no lane any more, and its journal is exported with what its log holds'
      : 'is not tried here, because this user may not mount one',
    async () => {
      const dataDir = quickFolder()
      const { store } = openStore(dataDir)
      fill(store, 20)
      const disk = readOnlyDisk(dataDir)
      expect(disk !== null).toBe(canMount)
      if (disk === null) return
      expect(() => openStore(disk)).toThrow(expect.objectContaining({ code: 'store.readOnly' }))
      expect((await exported(disk)).seqs).toEqual(upTo(21))
    },
  )
})
