import { parentPort, workerData } from 'node:worker_threads'
import { exactSearch, MetricKind } from 'usearch'

export interface ReaderSetup {
  /** This thread's rows, int8 [rows][dims]. */
  readonly part: Int8Array<SharedArrayBuffer>
  readonly dims: number
  readonly k: number
}

export type ReadMethod = 'memcpy' | 'dot'

/** When it began and ended, on the clock that all threads share, ms. */
export interface ReadSpan {
  readonly beganMs: number
  readonly endedMs: number
}

/** Copies the bytes, or has usearch multiply every row with a probe. */
export function makeReader({ part, dims, k }: ReaderSetup): (method: ReadMethod) => ReadSpan {
  // What is copied is not what is multiplied: neither reading warms the caches for the other.
  const original = Int8Array.from(part)
  const copy = new Int8Array(part.length)
  const probe = Int8Array.from(part.subarray(0, dims))
  const now = () => Number(process.hrtime.bigint()) / 1e6
  return (method) => {
    const beganMs = now()
    if (method === 'memcpy') copy.set(original)
    else exactSearch(part, probe, dims, k, MetricKind.IP, 1)
    return { beganMs, endedMs: now() }
  }
}

if (parentPort !== null) {
  const port = parentPort
  const read = makeReader(workerData as ReaderSetup)
  port.on('message', (method: ReadMethod) => port.postMessage(read(method)))
  port.postMessage('ready')
}
