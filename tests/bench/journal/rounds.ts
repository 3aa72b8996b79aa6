import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { percentile } from '../measures/percentile.ts'
import { round } from '../measures/summary.ts'
import { createSaleMaker } from './saleMaker.ts'

/** What a page takes in the log; beside its overflow pages a commit of one blob writes the row's and the file's first. */
const PAGE_IN_LOG = 4_120

export interface RoundsOptions {
  /** Both databases lie here, on the same disk. */
  readonly folder: string
  readonly rounds: number
  readonly salesARound: number
  readonly say: (line: string) => void
}

/**
 * Turns of the product's own sales and of bare `better-sqlite3` commits, one after the other in every round, so that
 * both meet the same disk. Both are WAL with `synchronous = FULL`: one fsync a commit. A bare commit is one INSERT of
 * one blob, so large that it makes the disk take as many bytes as a commit of ours, pages and indexes included.
 * `ratioToContent` is stricter: there the blob holds only what the sale's own values come to.
 * `processorUsPerCommit` is what this thread computes, the system calls of the commit included; the rest is the disk.
 */
export async function measureRounds({ folder, rounds, salesARound, say }: RoundsOptions) {
  const random = createRandom()
  const clock = createClock(random.key())
  const dataDir = path.join(folder, 'lane')
  const { store } = openLaneStore({ dataDir, laneId: 'lane-1', clock, random })
  const maker = createSaleMaker(store, clock)
  // Nothing has brought the log into the database yet: it holds all that the sales wrote.
  const openedBytes = sizeOf(logOf(dataDir, 'lane'))
  await sell(maker, salesARound)
  const commitsPerSale = maker.commits() / salesARound
  const bytesPerSale = (sizeOf(logOf(dataDir, 'lane')) - openedBytes) / salesARound
  const contentBytesPerSale = contentBytes(dataDir) / salesARound
  const commits = Math.round(commitsPerSale * salesARound)
  const bare = openBare(
    path.join(folder, 'bare'),
    Math.round(bytesPerSale / commitsPerSale) - 2 * PAGE_IN_LOG,
  )
  const bareContent = openBare(path.join(folder, 'content'), Math.round(contentBytesPerSale / commitsPerSale))
  const bareBytes = bare.commit(commits)
  bareContent.commit(commits)

  const ours: number[] = []
  const bares: number[] = []
  const contents: number[] = []
  const processor = { ours: [] as number[], bare: [] as number[] }
  for (let count = 0; count < rounds; count += 1) {
    const turns = [
      async () => {
        const turn = await timed(commits, () => sell(maker, salesARound))
        ours.push(turn.perSecond)
        processor.ours.push(turn.processorUs)
      },
      async () => {
        const turn = await timed(commits, () => void bare.commit(commits))
        bares.push(turn.perSecond)
        processor.bare.push(turn.processorUs)
      },
      async () => {
        const turn = await timed(commits, () => void bareContent.commit(commits))
        contents.push(turn.perSecond)
      },
    ]
    for (const turn of [...turns.slice(count % 3), ...turns.slice(0, count % 3)]) await turn()
    // As in a shop: when nobody buys, acknowledged entries are put away and the log begins anew.
    tidy(store)
    bare.tidy()
    bareContent.tidy()
    const told = [ours, bares, contents].map((rates) => (rates.at(-1) ?? 0).toFixed(0))
    say(`round ${count + 1} of ${rounds}: ${told[0]} commits/s, bare ${told[1]}, bare content ${told[2]}`)
  }
  maker.close()
  store.close()
  bare.close()
  bareContent.close()
  const ratios = ours.map((rate, index) => rate / (bares[index] ?? Number.NaN))
  const contentRatios = ours.map((rate, index) => rate / (contents[index] ?? Number.NaN))
  const commitsPerSecond = percentile(ours, 50)
  return {
    salesPerSecond: round(commitsPerSecond / commitsPerSale, 1),
    commitsPerSale: round(commitsPerSale, 2),
    commitsPerSecond: round(commitsPerSecond, 1),
    bareCommitsPerSecond: round(percentile(bares, 50), 1),
    ratio: round(percentile(ratios, 50), 3),
    ratioSpread: { p25: round(percentile(ratios, 25), 3), p75: round(percentile(ratios, 75), 3) },
    processorUsPerCommit: round(percentile(processor.ours, 50), 1),
    bareProcessorUsPerCommit: round(percentile(processor.bare, 50), 1),
    bytesPerSale: Math.round(bytesPerSale),
    bareBytesPerSale: Math.round((bareBytes / commits) * commitsPerSale),
    contentBytesPerSale: Math.round(contentBytesPerSale),
    bareContentCommitsPerSecond: round(percentile(contents, 50), 1),
    ratioToContent: round(percentile(contentRatios, 50), 3),
    rounds,
    salesARound,
  }
}

async function sell(maker: ReturnType<typeof createSaleMaker>, sales: number): Promise<void> {
  for (let count = 0; count < sales; count += 1) await maker.sell()
}

function tidy(store: ReturnType<typeof openLaneStore>['store']): void {
  const head = store.journal.head()
  if (head !== null) store.journal.acknowledge(head)
  while (store.upkeep().kind !== 'nothing');
}

interface Turn {
  readonly perSecond: number
  /** Of this thread, a commit. */
  readonly processorUs: number
}

async function timed(commits: number, work: () => Promise<void> | void): Promise<Turn> {
  const startedAtMs = performance.now()
  const before = process.threadCpuUsage()
  await work()
  const { user, system } = process.threadCpuUsage(before)
  const seconds = (performance.now() - startedAtMs) / 1000
  return { perSecond: commits / seconds, processorUs: (user + system) / commits }
}

/** Bytes of all values that the sales left in the database: what a bare table must hold to hold as much. */
function contentBytes(dataDir: string): number {
  const db = new Database(path.join(dataDir, 'lane.sqlite'), { readonly: true })
  const tables = ['journal', 'attempt', 'print_job'].map((table) => {
    const columns = db.pragma(`table_info(${table})`) as { name: string }[]
    const sum = columns.map(({ name }) => `coalesce(sum(length(CAST(${name} AS BLOB))), 0)`).join(' + ')
    return db.prepare(`SELECT ${sum} FROM ${table}`).pluck().get() as number
  })
  db.close()
  return tables.reduce((all, bytes) => all + bytes, 0)
}

function logOf(folder: string, name: string): string {
  return path.join(folder, `${name}.sqlite-wal`)
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function openBare(folder: string, bytesACommit: number) {
  mkdirSync(folder)
  const db = new Database(path.join(folder, 'bare.sqlite'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  // As the lane: nothing empties the log in the middle of a turn.
  db.pragma('wal_autocheckpoint = 4000')
  db.exec('CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)')
  const insert = db.prepare('INSERT INTO bare (bytes) VALUES (?)')
  const log = logOf(folder, 'bare')
  const bytes = createRandom().bytes(bytesACommit)
  return {
    /** Bytes that the log grew by, which is all of them until the first `tidy`. */
    commit(count: number): number {
      const before = sizeOf(log)
      for (let each = 0; each < count; each += 1) insert.run(bytes)
      return sizeOf(log) - before
    },
    tidy() {
      db.pragma('wal_checkpoint(RESTART)')
    },
    close() {
      db.close()
    },
  }
}
