import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { createSaleMaker } from './saleMaker.ts'

/** `seller.ts DATA_FOLDER SALES`: sells and ends by itself, for whoever counts its system calls from outside. */
const [dataDir, sales] = process.argv.slice(2)
if (dataDir === undefined || sales === undefined) throw new Error('Usage: seller.ts DATA_FOLDER SALES')
const random = createRandom()
const clock = createClock(random.key())
const { store } = openLaneStore({ dataDir, laneId: 'lane-1', clock, random })
const maker = createSaleMaker(store, clock)
for (let count = 0; count < Number(sales); count += 1) await maker.sell()
maker.close()
store.close()
