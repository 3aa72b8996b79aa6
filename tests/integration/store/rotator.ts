import { writeSync } from 'node:fs'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'

/** Rotates the face keys of a folder, with a line on stdout for each step, until it is killed or done. */
const dataDir = process.argv[2]
if (dataDir === undefined) throw new Error('Usage: rotator.ts DATA_FOLDER')
// Straight to the descriptor: a buffered line could be lost with the process.
const say = (line: string) => void writeSync(1, `${line}\n`)
const random = createRandom()
say('opening')
const { store } = openLaneStore({
  dataDir,
  laneId: 'lane-1',
  clock: createClock(random.key()),
  random,
  rotateFaceKeys: true,
})
say('keys')
await store.reissueReferences({ onProgress: (done) => say(`re-issued ${done}`) })
say('done')
store.close()
