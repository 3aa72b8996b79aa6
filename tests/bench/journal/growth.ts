import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import type { ClockPort } from '../../../src-main/ports/clock.ts'
import type { ArchiveFacts } from '../../../src-main/store/archive/lane-archive.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { round } from '../measures/summary.ts'
import { createSaleMaker } from './saleMaker.ts'

export interface GrowthOptions {
  readonly folder: string
  readonly sales: number
  readonly say: (line: string) => void
}

const salesADay = 1_000
const dayMs = 24 * 3_600_000
const mb = (bytes: number): number => round(bytes / 1e6, 1)

/** Sales of many days on a clock of their own; the hub acknowledges and backs up every night. */
export async function measureGrowth({ folder, sales, say }: GrowthOptions) {
  const dataDir = path.join(folder, 'lane')
  const sizes: { atSale: number; mb: number }[] = []
  const startedAtMs = performance.now()
  const { longestStepMs, facts } = await sellOverDays({ dataDir, laneId: 'lane-1', sales }, (sold) => {
    sizes.push({ atSale: sold, mb: mb(sizeOf(dataDir)) })
    if (sold % (10 * salesADay) === 0) say(`${sold} sales: ${sizes.at(-1)?.mb} MB`)
  })
  return {
    sales,
    days: sizes.length,
    largestMb: Math.max(...sizes.map((size) => size.mb)),
    atTheEndMb: sizes.at(-1)?.mb ?? 0,
    /** One point every tenth of the way. */
    sizes: sizes.filter((_, index) => (index + 1) % Math.max(1, Math.floor(sizes.length / 10)) === 0),
    longestUpkeepStepMs: round(longestStepMs, 1),
    ...facts,
    seconds: round((performance.now() - startedAtMs) / 1000, 1),
  }
}

export interface PastSales {
  readonly dataDir: string
  readonly laneId: string
  readonly sales: number
}

/** Fills a data folder with the days before today; `onNight` hears how many sales that were so far. */
export async function sellOverDays(
  { dataDir, laneId, sales }: PastSales,
  onNight: (sold: number) => void,
): Promise<{ longestStepMs: number; facts: ArchiveFacts }> {
  const clock = movedClock(-Math.ceil(sales / salesADay) * dayMs)
  const { store } = openLaneStore({ dataDir, laneId, clock, random: createRandom() })
  const maker = createSaleMaker(store, clock)
  let longestStepMs = 0
  for (let sold = 0; sold < sales;) {
    for (const end = Math.min(sales, sold + salesADay); sold < end; sold += 1) await maker.sell()
    clock.ahead += dayMs
    const head = store.journal.head()
    if (head !== null) {
      store.journal.acknowledge(head)
      store.archive.backedUp(head)
    }
    longestStepMs = Math.max(longestStepMs, tidy(store))
    onNight(sold)
  }
  const facts = store.archive.facts()
  maker.close()
  store.close()
  return { longestStepMs, facts }
}

function movedClock(ahead: number): ClockPort & { ahead: number } {
  const clock = createClock(createRandom().key())
  const moved = { ...clock, ahead }
  const nowMs = () => clock.nowMs() + moved.ahead
  return Object.assign(moved, { nowMs, moment: () => ({ ...clock.moment(), atMs: nowMs() }) })
}

/** Upkeep until there is nothing to do; returns how long its longest step took. */
function tidy(store: ReturnType<typeof openLaneStore>['store']): number {
  let longestMs = 0
  for (;;) {
    const startedAtMs = performance.now()
    const { kind } = store.upkeep()
    longestMs = Math.max(longestMs, performance.now() - startedAtMs)
    if (kind === 'nothing') return longestMs
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0)
}
