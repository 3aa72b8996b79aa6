import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { FaceGallery } from '../../../src-main/face/gallery/gallery.ts'
import { templateToBytes } from '../../../src-main/face/protection/templateBytes.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import type { LaneStore } from '../../../src-main/store/lane-store.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { percentile } from '../measures/percentile.ts'
import { round } from '../measures/summary.ts'
import { makeDataset } from './dataset.ts'

export interface LoadOptions {
  readonly n: number
  readonly dims: number
  readonly runs: number
  readonly say: (line: string) => void
}

const modelPackId = 'bench'
const rowsACommit = 2000

/** From a lane's real database of sealed references into a gallery, read and decrypted by the product's own loader. */
export async function measureLoad({ n, dims, runs, say }: LoadOptions) {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'facelane-bench-gallery-'))
  const random = createRandom()
  const { store } = openLaneStore({ dataDir, laneId: 'lane-bench', clock: createClock(random.key()), random })
  try {
    say(`load: sealing ${n} references`)
    fill(store, n, dims)
    const times: number[] = []
    const delays: number[] = []
    for (let run = 0; run < runs; run++) {
      const { tookMs, delayP99Ms } = await loadOnce(store, n, dims)
      times.push(tookMs)
      delays.push(delayP99Ms)
      say(`load: run ${run + 1} of ${runs}: ${Math.round(tookMs)} ms`)
    }
    return {
      references: n,
      p50Ms: Math.round(percentile(times, 50)),
      runsMs: times.map(Math.round),
      eventLoopP99Ms: round(percentile(delays, 50), 1),
      from: 'SQLite file in the page cache, AES-256-GCM a row, in a worker',
    }
  } finally {
    store.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Any unit vector is some template's protected one, so that the transform has not to be run for each here. */
function fill(store: LaneStore, n: number, dims: number): void {
  const { matrix } = makeDataset(n, dims, 4)
  const key = () => randomBytes(16).toString('hex')
  for (let first = 0; first < n; first += rowsACommit) {
    store.transact((tx) => {
      for (let row = first; row < Math.min(n, first + rowsACommit); row++) {
        const [subjectKey, referenceKey] = [key(), key()]
        tx.putSubject({
          subjectKey,
          accountId: key(),
          maskedName: '*',
          maskedAccount: '*',
          phoneLast4: '0000',
          enrolledAtMs: 0,
        })
        const plaintext = templateToBytes(matrix.subarray(row * dims, (row + 1) * dims))
        const sealed = store.vault.seal('faceReference', referenceKey, plaintext)
        tx.putReference({ referenceKey, subjectKey, sealed, modelPackId, createdAtMs: row })
      }
    })
  }
}

async function loadOnce(store: LaneStore, n: number, dims: number) {
  const template = { modelPackId, length: dims }
  const gallery = new FaceGallery({
    vault: store.vault,
    transform: store.templateTransform(template),
    length: dims,
  })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  try {
    delay.enable()
    const begun = performance.now()
    const { loaded } = await gallery.load(store.referenceSource(template), new AbortController().signal)
    const tookMs = performance.now() - begun
    delay.disable()
    if (loaded !== n) throw new Error(`${loaded} of ${n} references were loaded`)
    return { tookMs, delayP99Ms: delay.percentile(99) / 1e6 }
  } finally {
    await gallery.close()
  }
}
