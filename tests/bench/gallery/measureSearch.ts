import { setTimeout as sleep } from 'node:timers/promises'
import { exactSearch, MetricKind } from 'usearch'
import { FaceGallery } from '../../../src-main/face/gallery/gallery.ts'
import type { VaultPort } from '../../../src-main/ports/vault.ts'
import { round, summary } from '../measures/summary.ts'
import { bruteForce, makeDataset, makeProbes, sourceOf, type Dataset } from './dataset.ts'
import { startReaders } from './readers.ts'

export interface SearchOptions {
  readonly n: number
  readonly dims: number
  readonly k: number
  readonly runs: number
  readonly threads: number
  readonly say: (line: string) => void
}

const contestants = ['ours', 'memcpy', 'dot', 'peer'] as const
type Contestant = (typeof contestants)[number]

const warmUps = 10
/** Between two of them, so that threads which wait for more work no longer hold a core when the next one begins. */
const restMs = 40
/** Rows up to which the product searches on the caller's thread; the reading is measured with as many threads. */
const rowsSearchedHere = 16_384
const noVault: VaultPort = {
  seal: () => {
    throw new Error('Nothing is sealed here')
  },
  open: () => {
    throw new Error('Nothing is opened here')
  },
}

/** One size: the product, one reading of the bytes it scans, and the peer, by turns in the same rounds. */
export async function measureSearch({ n, dims, k, runs, threads, say }: SearchOptions) {
  say(`${n} references: drawing them`)
  const data = makeDataset(n, dims, 1)
  const gallery = new FaceGallery({
    vault: noVault,
    transform: { keyId: 'none', protect: (template) => template.slice() },
    length: dims,
    threads,
    rowsSearchedHere,
  })
  await gallery.load(sourceOf(data), new AbortController().signal)
  const threadsUsed = n <= rowsSearchedHere ? 1 : threads
  const readers = await startReaders(data, threadsUsed, k)
  try {
    const times: Record<Contestant, number[]> = { ours: [], memcpy: [], dot: [], peer: [] }
    for (const [index, probe] of makeProbes(data, runs + warmUps, 2).entries()) {
      const run: Record<Contestant, () => Promise<number>> = {
        ours: () => timed(() => gallery.search(probe, k)),
        memcpy: () => readers.readMs('memcpy'),
        dot: () => readers.readMs('dot'),
        peer: () => timed(() => exactSearch(data.matrix, probe, dims, k, MetricKind.IP, threadsUsed)),
      }
      const round = { ours: 0, memcpy: 0, dot: 0, peer: 0 }
      for (const name of contestants) {
        round[name] = await run[name]()
        await sleep(restMs)
      }
      if (index < warmUps) continue
      for (const name of contestants) times[name].push(round[name])
      say(`${n} references: round ${index - warmUps + 1} of ${runs}: ${round.ours.toFixed(2)} ms`)
    }
    say(`${n} references: comparing with every one`)
    const exactness = await compareWithBruteForce(gallery, data, k)
    return rowOf({ n, dims, k, threadsUsed, bytes: gallery.bytes(), times, ...exactness })
  } finally {
    await readers.close()
    await gallery.close()
  }
}

async function timed(run: () => unknown): Promise<number> {
  const begun = performance.now()
  await run()
  return performance.now() - begun
}

/** Enough that a miss shows, few enough that a million rows do not take minutes. */
function probesCompared(n: number): number {
  return Math.max(6, Math.min(50, Math.floor(5_000_000 / n)))
}

async function compareWithBruteForce(gallery: FaceGallery, data: Dataset, k: number) {
  const probes = makeProbes(data, probesCompared(data.n), 3)
  let found = 0
  let sameOrder = true
  let worstScoreError = 0
  for (const probe of probes) {
    const expected = bruteForce(data, probe, k)
    const answered = await gallery.search(probe, k)
    const wanted = new Set(expected.map(({ subjectKey }) => subjectKey))
    found += answered.filter(({ subjectKey }) => wanted.has(subjectKey)).length
    for (const [rank, { subjectKey, comparisonScore }] of expected.entries()) {
      sameOrder &&= answered[rank]?.subjectKey === subjectKey
      const error = Math.abs((answered[rank]?.comparisonScore ?? Infinity) - comparisonScore)
      worstScoreError = Math.max(worstScoreError, error)
    }
  }
  return { recall: found / (k * probes.length), sameOrder, worstScoreError, probesCompared: probes.length }
}

interface Measured {
  readonly n: number
  readonly dims: number
  readonly k: number
  readonly threadsUsed: number
  readonly bytes: number
  readonly times: Readonly<Record<Contestant, readonly number[]>>
  readonly recall: number
  readonly sameOrder: boolean
  readonly worstScoreError: number
  readonly probesCompared: number
}

function rowOf({ n, dims, k, threadsUsed, bytes, times, ...exactness }: Measured) {
  const ours = summary(times.ours)
  const memcpy = summary(times.memcpy)
  const dot = summary(times.dot)
  const peer = summary(times.peer)
  const method = memcpy.p50 <= dot.p50 ? 'memcpy' : 'native dot product (usearch, int8)'
  const readOnceMs = Math.min(memcpy.p50, dot.p50)
  const scannedBytes = n * dims
  const matrixBytes = n * dims * 4
  const gbPerSecond = (ms: number) => round(scannedBytes / ms / 1e6, 2)
  return {
    n,
    dims,
    k,
    threads: threadsUsed,
    p50Ms: ours.p50,
    readOnceMs,
    ratio: round(ours.p50 / readOnceMs),
    ...exactness,
    bytes,
    bytesCover: 'packed rows, keys of references and subjects, working space of the threads',
    matrixBytes,
    matrixIs: 'n * dims float32',
    memoryRatio: round(bytes / matrixBytes),
    scannedBytes,
    method,
    gbPerSecond: { ours: gbPerSecond(ours.p50), memcpy: gbPerSecond(memcpy.p50), dot: gbPerSecond(dot.p50) },
    peer: { name: 'usearch exactSearch, float32', p50Ms: peer.p50, peerOverOurs: round(peer.p50 / ours.p50) },
    spread: { ours, memcpy, dot, peer },
  }
}
