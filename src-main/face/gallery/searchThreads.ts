import { Worker } from 'node:worker_threads'
import { BlockDealer } from './dealer.ts'
import { rowsPerBlock, threadAddress, type Layout } from './layout.ts'
import type { SearchRequest, WorkerMessage, WorkerSetup } from './protocol.ts'
import type { ScanRequest, ScanResult } from './scanner.ts'
import type { Hit } from './topList.ts'

export interface SearchThreadsOptions {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Thread 0 is the caller's; the others are started here. */
  readonly layout: Layout
  /** A search that takes longer means a hung thread. Default 5000 ms. */
  readonly hangMs?: number
  /** Where a bundler has put the worker; default the source file beside this one. */
  readonly workerUrl?: URL
}

interface Search {
  readonly id: number
  readonly hits: Hit[]
  blocksMissing: number
  readonly settle: (hits: readonly Hit[] | 'lost') => void
  readonly watchdog: NodeJS.Timeout
}

/** The threads of one life: when one dies or hangs, all are ended, and the next search starts new ones. */
export class SearchThreads {
  readonly #options: SearchThreadsOptions
  readonly #dealer: BlockDealer
  #workers: Worker[] = []
  #state: 'down' | 'starting' | 'ready' | 'ending' | 'closed' = 'down'
  #ended: Promise<unknown> = Promise.resolve()
  #ready: Promise<void> = Promise.resolve()
  #search: Search | null = null
  #nextId = 1

  constructor(options: SearchThreadsOptions) {
    this.#options = options
    this.#dealer = new BlockDealer(options.memory)
  }

  /** Starts the threads when there are none; false until they are up. */
  isReady(): boolean {
    if (this.#state === 'down') this.#begin()
    return this.#state === 'ready'
  }

  /** Settles when the threads are up, or cannot come up. */
  async ready(): Promise<void> {
    this.isReady()
    await this.#ready
  }

  /**
   * What the threads found in all the blocks, or that a thread was lost. One search at a time, when ready. A thread that
   * gets no time while the others do the work is not waited for.
   */
  search(request: ScanRequest): Promise<readonly Hit[] | 'lost'> {
    if (this.#state !== 'ready' || this.#search !== null)
      throw new Error('The threads are not free to search')
    const id = this.#nextId++
    this.#dealer.begin(id)
    return new Promise((settle) => {
      const watchdog = setTimeout(() => this.#lose(), this.#options.hangMs ?? 5000)
      const blocksMissing = Math.ceil(request.rows / rowsPerBlock)
      this.#search = { id, hits: [], blocksMissing, settle, watchdog }
      const message: SearchRequest = { id, ...request }
      for (const worker of this.#workers) {
        // Threads alone do not keep a finished program alive, but a search must come to its end.
        worker.ref()
        worker.postMessage(message)
      }
    })
  }

  /** Ends the threads; a running search is lost. */
  async close(): Promise<void> {
    if (this.#state !== 'closed') this.#end('closed')
    await this.#ended
  }

  #begin(): void {
    this.#state = 'starting'
    const { module, memory, layout, workerUrl = new URL('./worker.ts', import.meta.url) } = this.#options
    const workers = Array.from({ length: layout.threads - 1 }, (_, index) => {
      const workerData: WorkerSetup = { module, memory, layout, thread: index + 1 }
      return new Worker(workerUrl, { workerData })
    })
    this.#workers = workers
    this.#ready = new Promise((resolve) => {
      let missing = workers.length
      for (const worker of workers) {
        worker.on('message', (message: WorkerMessage) => {
          if (message.kind === 'found') return this.#take(message.id, message)
          worker.unref()
          missing -= 1
          if (missing > 0 || this.#workers !== workers) return
          this.#state = 'ready'
          resolve()
        })
        const lost = () => {
          if (this.#workers === workers) this.#lose()
          resolve()
        }
        worker.once('error', lost)
        worker.once('exit', lost)
      }
    })
  }

  #take(id: number, { hits, blocks }: ScanResult): void {
    const search = this.#search
    if (search?.id !== id) return
    search.hits.push(...hits)
    search.blocksMissing -= blocks
    if (search.blocksMissing > 0) return
    for (const worker of this.#workers) worker.unref()
    this.#finish(search.hits)
  }

  #lose(): void {
    if (this.#state === 'starting' || this.#state === 'ready') this.#end('ending')
  }

  /** Blocks are dealt out through the shared memory, so the old threads must be gone before new ones may begin. */
  #end(state: 'ending' | 'closed'): void {
    this.#state = state
    const workers = this.#workers
    this.#workers = []
    const ended = Promise.all([this.#ended, ...workers.map((worker) => worker.terminate())])
    this.#ended = ended.then(() => {
      this.#eraseSpaces()
      if (this.#state === 'ending') this.#state = 'down'
    })
    this.#finish('lost')
  }

  /** A thread that was ended in the middle of a search has left the probe behind. */
  #eraseSpaces(): void {
    const { memory, layout } = this.#options
    for (let thread = 1; thread < layout.threads; thread++)
      new Uint8Array(memory.buffer, threadAddress(layout, thread), layout.threadBytes).fill(0)
  }

  #finish(outcome: readonly Hit[] | 'lost'): void {
    const search = this.#search
    this.#search = null
    clearTimeout(search?.watchdog)
    search?.settle(outcome)
  }
}
