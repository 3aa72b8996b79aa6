import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Dataset } from './dataset.ts'
import { makeReader, type ReaderSetup, type ReadMethod, type ReadSpan } from './readerThread.ts'

/** Reads as many bytes as a search scans, once, with as many threads. */
export interface Readers {
  /** From the first thread's begin to the last one's end, ms: waking the threads up costs the reading nothing. */
  readMs(method: ReadMethod): Promise<number>
  close(): Promise<void>
}

/** `threads`: 1 reads on the caller's thread, as a small gallery is searched. */
export async function startReaders(data: Dataset, threads: number, k: number): Promise<Readers> {
  const parts = partsOf(data, threads)
  if (threads === 1) {
    const read = makeReader({ part: parts[0]!, dims: data.dims, k })
    const readMs = (method: ReadMethod) => Promise.resolve(lengthOf([read(method)]))
    return { readMs, close: () => Promise.resolve() }
  }
  const workers = parts.map((part) => {
    const workerData: ReaderSetup = { part, dims: data.dims, k }
    return new Worker(new URL('./readerThread.ts', import.meta.url), { workerData })
  })
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  return {
    async readMs(method) {
      const spans = workers.map(async (worker) => {
        worker.postMessage(method)
        const [span] = (await once(worker, 'message')) as [ReadSpan]
        return span
      })
      return lengthOf(await Promise.all(spans))
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

function lengthOf(spans: readonly ReadSpan[]): number {
  return Math.max(...spans.map(({ endedMs }) => endedMs)) - Math.min(...spans.map(({ beganMs }) => beganMs))
}

/** One byte a value; usearch takes an array from its buffer's beginning, so each thread has a buffer of its own. */
function partsOf({ n, dims, matrix }: Dataset, threads: number): Int8Array<SharedArrayBuffer>[] {
  const rows = Math.ceil(n / threads)
  return Array.from({ length: threads }, (_, thread) => {
    const first = thread * rows * dims
    const end = Math.min(n, (thread + 1) * rows) * dims
    const part = new Int8Array(new SharedArrayBuffer(end - first))
    for (let i = 0; i < part.length; i++) part[i] = Math.round(matrix[first + i]! * 1000)
    return part
  })
}
