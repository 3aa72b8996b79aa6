import { writeSync } from 'node:fs'
import { Failure } from '../../../src-main/contract/failure.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { createSaleMaker } from '../../bench/journal/saleMaker.ts'

/**
 * One purchase after another on a disk that fails now and then, told line by line: `ready` when the folder is open,
 * `sold ATTEMPTS` after each purchase that was committed to its end, `failed CODE` where a commit was refused.
 */
const [dataDir, sales] = process.argv.slice(2)
if (dataDir === undefined || sales === undefined) throw new Error('Usage: seller.ts DATA_FOLDER SALES')
const say = (line: string) => void writeSync(1, `${line}\n`)
const random = createRandom()
const clock = createClock(random.key())

try {
  const { store } = openLaneStore({ dataDir, laneId: 'lane-1', clock, random })
  say('ready')
  const maker = createSaleMaker(store, clock)
  for (let count = 0; count < Number(sales); count += 1) {
    try {
      await maker.sell()
      say(`sold ${store.journal.head()?.seq ?? -1}`)
    } catch (thrown) {
      say(`failed ${thrown instanceof Failure ? thrown.code : String(thrown)}`)
    }
  }
  maker.close()
  store.close()
} catch (thrown) {
  say(`failed ${thrown instanceof Failure ? thrown.code : String(thrown)}`)
}
