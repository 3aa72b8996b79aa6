import { mkdirSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { percentile } from '../measures/percentile.ts'
import { round } from '../measures/summary.ts'
import { createSaleMaker } from './saleMaker.ts'

export interface RoundsOptions {
  /** Both databases lie here, on the same disk. */
  readonly folder: string
  readonly rounds: number
  readonly salesARound: number
  readonly say: (line: string) => void
}

/**
 * Turns of the product's own sales and of bare `better-sqlite3` commits with as many bytes, one after the other in
 * every round, so that both meet the same disk. Both are WAL with `synchronous = FULL`: one fsync a commit.
 */
export async function measureRounds({ folder, rounds, salesARound, say }: RoundsOptions) {
  const random = createRandom()
  const clock = createClock(random.key())
  const dataDir = path.join(folder, 'lane')
  const { store } = openLaneStore({ dataDir, laneId: 'lane-1', clock, random })
  const maker = createSaleMaker(store, clock)
  await sell(maker, salesARound)
  const commitsPerSale = maker.commits() / salesARound
  const bytesPerSale = contentBytes(dataDir) / salesARound
  const commitsARound = Math.round(commitsPerSale * salesARound)
  const bare = openBare(path.join(folder, 'bare'), Math.round(bytesPerSale / commitsPerSale))
  bare.commit(commitsARound)

  const ours: number[] = []
  const theirs: number[] = []
  for (let count = 0; count < rounds; count += 1) {
    const turns = [
      async () => void ours.push(await perSecond(commitsARound, () => sell(maker, salesARound))),
      async () => void theirs.push(await perSecond(commitsARound, () => bare.commit(commitsARound))),
    ]
    for (const turn of count % 2 === 0 ? turns : turns.reverse()) await turn()
    // As in a shop: when nobody buys, acknowledged entries are put away and the log is emptied.
    tidy(store)
    bare.tidy()
    say(
      `round ${count + 1} of ${rounds}: ${ours.at(-1)?.toFixed(0)} commits/s, bare ${theirs.at(-1)?.toFixed(0)}`,
    )
  }
  maker.close()
  store.close()
  bare.close()
  const ratios = ours.map((rate, index) => rate / (theirs[index] ?? Number.NaN))
  const commitsPerSecond = percentile(ours, 50)
  return {
    salesPerSecond: round(commitsPerSecond / commitsPerSale, 1),
    commitsPerSale: round(commitsPerSale, 2),
    commitsPerSecond: round(commitsPerSecond, 1),
    bareCommitsPerSecond: round(percentile(theirs, 50), 1),
    ratio: round(percentile(ratios, 50), 3),
    ratioSpread: { p25: round(percentile(ratios, 25), 3), p75: round(percentile(ratios, 75), 3) },
    bytesPerSale: Math.round(bytesPerSale),
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

async function perSecond(commits: number, work: () => Promise<void> | void): Promise<number> {
  const startedAtMs = performance.now()
  await work()
  return commits / ((performance.now() - startedAtMs) / 1000)
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

function openBare(folder: string, bytesACommit: number) {
  mkdirSync(folder)
  const db = new Database(path.join(folder, 'bare.sqlite'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)')
  const insert = db.prepare('INSERT INTO bare (bytes) VALUES (?)')
  const random = createRandom()
  return {
    commit(count: number) {
      for (let each = 0; each < count; each += 1) insert.run(random.bytes(bytesACommit))
    },
    tidy() {
      db.pragma('wal_checkpoint(TRUNCATE)')
    },
    close() {
      db.close()
    },
  }
}
