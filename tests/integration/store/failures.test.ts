import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { openForWriting } from '../../../src-main/store/database.ts'
import { newestVersion } from '../../../src-main/store/migrations/index.ts'
import type { LaneStore } from '../../../src-main/store/lane-store.ts'
import {
  appendOne,
  openStore,
  random,
  sampleAttempt,
  sampleItem,
  sampleReceipt,
  temporaryFolder,
} from './fixtures.ts'

const failure = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error

describe('a second instance on the same data folder', () => {
  it('is refused, and the message names the process that has it', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    expect(() => openStore(dataDir)).toThrow(failure('store.inUse', `Process ${process.pid}`))
    appendOne(store)
    store.close()
    expect(openStore(dataDir).store.journal.pendingCount()).toBe(2)
  })

  it('is refused across processes, and the folder is free again once the first was killed', async () => {
    const dataDir = temporaryFolder()
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'committer.ts'), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    await once(child.stdout, 'data')
    expect(() => openStore(dataDir)).toThrow(failure('store.inUse', `Process ${child.pid ?? 0}`))
    child.kill('SIGKILL')
    await ended
    expect(openStore(dataDir).epochBeginning).toBeNull()
  })
})

describe('a data folder that cannot be used', () => {
  it('because a file stands in its place says so', () => {
    const file = path.join(temporaryFolder(), 'data')
    writeFileSync(file, '')
    expect(() => openStore(file)).toThrow(failure('store.readOnly', 'is a folder'))
    expect(() => openStore(path.join(file, 'inside'))).toThrow(failure('store.readOnly'))
  })

  it('is not one whose lock file, marker and keys hold rubbish: the lane starts', () => {
    const dataDir = temporaryFolder()
    openStore(dataDir).store.close()
    for (const name of ['lane.lock', 'lane.pid', 'instance.json', 'keys/face.key', 'keys/subjects.key']) {
      writeFileSync(path.join(dataDir, name), 'rubbish '.repeat(600))
    }
    const { store, epochBeginning, faceKey } = openStore(dataDir)
    expect([epochBeginning, faceKey]).toEqual(['restored', 'recreated'])
    expect(appendOne(store).seq).toBe(1)
    expect(() => openStore(dataDir)).toThrow(failure('store.inUse'))
  })
})

describe('the lane database', () => {
  it('is opened so that a commit is on the disk, keys are checked and erased pages are overwritten', () => {
    const db = openForWriting(temporaryFolder())
    const pragma = (name: string) => db.pragma(name, { simple: true })
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete', 'recursive_triggers']
    expect(settings.map(pragma)).toEqual(['wal', 2, 1, 1, 1])
    db.close()
  })
})

describe('a database that cannot be used', () => {
  it('from a newer version is refused by name and left as it is', () => {
    const dataDir = temporaryFolder()
    openStore(dataDir).store.close()
    const db = new Database(path.join(dataDir, 'lane.sqlite'))
    db.pragma(`user_version = ${newestVersion + 10}`)
    db.close()
    const before = readFileSync(path.join(dataDir, 'lane.sqlite'))
    expect(() => openStore(dataDir)).toThrow(failure('store.fromTheFuture', `${newestVersion + 10}`))
    expect(readFileSync(path.join(dataDir, 'lane.sqlite'))).toEqual(before)
  })

  it('because it is not a database is called corrupt', () => {
    const dataDir = temporaryFolder()
    writeFileSync(path.join(dataDir, 'lane.sqlite'), 'this was a receipt once '.repeat(400))
    expect(() => openStore(dataDir)).toThrow(failure('store.corrupt'))
  })

  it('because its pages were overwritten is called corrupt', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    for (let count = 0; count < 200; count += 1) appendOne(store)
    store.close()
    overwritePages(path.join(dataDir, 'lane.sqlite'), 4096)
    expect(() => openStore(dataDir)).toThrow(failure('store.corrupt'))
  })

  it('because half of it is missing is called corrupt', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    for (let count = 0; count < 200; count += 1) appendOne(store)
    store.close()
    const file = path.join(dataDir, 'lane.sqlite')
    truncateSync(file, statSync(file).size / 2)
    expect(() => openStore(dataDir)).toThrow(failure('store.corrupt'))
  })

  it('because of a damaged page that is met only later says so then, by name, and takes no sale any more', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    const items = Array.from({ length: 3000 }, (_, index) =>
      sampleItem({ sku: `sku-${index}`, barcodes: [String(6_900_000_000_000 + index)] }),
    )
    store.transact((tx) => tx.replaceCatalogue(items, 'ab'.repeat(32)))
    store.close()
    const file = path.join(dataDir, 'lane.sqlite')
    overwritePages(file, statSync(file).size / 2)
    const again = openStore(dataDir).store
    expect(() => again.catalogue.list({ limit: 3000 })).toThrow(failure('store.corrupt'))
    expect(() => again.transact((tx) => tx.replaceCatalogue(items, 'cd'.repeat(32)))).toThrow(
      failure('store.corrupt'),
    )
    expect(() => appendOne(again)).toThrow(failure('store.corrupt'))
  })

  it('frees the folder after every refusal', () => {
    const dataDir = temporaryFolder()
    const file = path.join(dataDir, 'lane.sqlite')
    writeFileSync(file, 'no database '.repeat(1000))
    expect(() => openStore(dataDir)).toThrow(failure('store.corrupt'))
    writeFileSync(file, '')
    expect(openStore(dataDir).epochBeginning).toBe('first')
  })
})

/** A file system of 3 MB, or null where this process may not mount one. */
function tinyFileSystem(): string | null {
  const folder = path.join(temporaryFolder(), 'tiny')
  mkdirSync(folder)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  mounted.push(folder)
  return folder
}
const mounted: string[] = []
afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['-l', folder])
})

/** Commits sales until there is no room; returns how many were committed. */
function fill(store: LaneStore): number {
  for (let sales = 0; ; sales += 1) {
    const saleId = random.key()
    const attempt = sampleAttempt({ saleId })
    const before = store.journal.head()
    try {
      store.transact((tx) => {
        tx.putAttempt(attempt)
        const document = {
          ...sampleReceipt(saleId),
          blocks: [{ kind: 'title' as const, text: 'x'.repeat(20_000) }],
        }
        tx.putPrintJob({
          jobKey: random.key(),
          saleId,
          document,
          copy: null,
          state: 'queued',
          createdAtMs: sales,
        })
        tx.append({ kind: 'sale', id: saleId }, { type: 'consent.withdrawn', subjectKey: saleId })
      })
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'store.diskFull', remedy: 'staff' })
      expect(store.attempt(attempt.attemptKey)).toBeNull()
      expect(store.printJobsOfSale(saleId)).toEqual([])
      expect(store.journal.head()).toEqual(before)
      return sales
    }
  }
}

const canMount = canMountTmpfs()

describe('a full disk', () => {
  it(
    canMount
      ? 'refuses the commit, loses nothing of what was acknowledged, and goes on when there is room (a tmpfs of 3 MB)'
      : 'is not tried on a real file system here, because this user may not mount one',
    async () => {
      const folder = tinyFileSystem()
      expect(folder !== null).toBe(canMount)
      if (folder === null) return
      const ballast = path.join(folder, 'ballast')
      writeFileSync(ballast, Buffer.alloc(600_000))
      const { store } = openStore(path.join(folder, 'data'))
      const sales = fill(store)
      expect(sales).toBeGreaterThan(3)
      expect(store.journal.head()?.seq).toBe(sales)
      truncateSync(ballast, 400_000)
      expect(appendOne(store).seq).toBe(sales + 1)
      expect(await store.verify({ from: 'genesis' })).toMatchObject({ ok: true, entries: sales + 2 })
      store.close()
      truncateSync(ballast, 0)
      expect(openStore(path.join(folder, 'data')).store.journal.head()?.seq).toBe(sales + 1)
    },
  )
})

function canMountTmpfs(): boolean {
  const folder = path.join(temporaryFolder(), 'probe')
  mkdirSync(folder)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  }
}

/** Fills the file with rubbish from `offset` on; the first page stays, so that it still looks like a database. */
function overwritePages(file: string, offset: number): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(statSync(file).size - offset, 0x5a), 0, undefined, offset)
  closeSync(descriptor)
}
