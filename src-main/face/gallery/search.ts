import { availableParallelism } from 'node:os'
import type { Key } from '../../contract/values.ts'
import type { Candidate } from '../../ports/faceCapture.ts'
import { galleryFailure } from './failures.ts'
import { compileKernel } from './kernel/kernel.ts'
import { layOut } from './layout.ts'
import { ReferenceRows } from './referenceRows.ts'
import { Scanner } from './scanner.ts'
import { SearchThreads, type SearchThreadsOptions } from './searchThreads.ts'
import type { Hit } from './topList.ts'

export interface SearchOptions extends Pick<SearchThreadsOptions, 'hangMs' | 'workerUrl'> {
  /** Values of a template. */
  readonly length: number
  /** Default: one for each core, at most four; they rest unless a large gallery is searched. */
  readonly threads?: number
  /** Rows up to which the caller's own thread is quicker than handing the work over. Default 16 384. */
  readonly rowsSearchedHere?: number
}

/** A search that was overtaken by changes is begun again this often; then it is done where nothing can overtake it. */
const overtakenTimes = 3

/** Finds the best candidates: a small gallery on the caller's thread, a large one on threads of its own. */
export class Search {
  readonly rows: ReferenceRows
  readonly #here: Scanner
  readonly #threads: SearchThreads
  readonly #rowsSearchedHere: number
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor({ length, threads, rowsSearchedHere = 16_384, ...options }: SearchOptions) {
    const layout = layOut(length, 1 + (threads ?? Math.min(4, availableParallelism())))
    const module = compileKernel()
    this.rows = new ReferenceRows(layout)
    const { memory } = this.rows
    this.#here = new Scanner(module, memory, layout, 0)
    this.#threads = new SearchThreads({ module, memory, layout, ...options })
    this.#rowsSearchedHere = rowsSearchedHere
  }

  /** `probe`: under the same transform as the rows. `mostRows`: look at no more than the first so many. */
  async best(probe: Float32Array, k: number, mostRows = Infinity): Promise<Candidate[]> {
    if (this.rows.count <= this.#rowsSearchedHere) return this.#bestHere(probe, k, mostRows)
    const search = this.#turn.then(() => this.#bestOnThreads(probe, k, mostRows))
    this.#turn = search.catch(() => undefined)
    return search
  }

  /** Settles when the threads are up, if there is work for them. */
  async ready(): Promise<void> {
    if (this.rows.count > this.#rowsSearchedHere) await this.#threads.ready()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.rows.clear()
    await this.#threads.close()
    this.rows.clear()
  }

  async #bestOnThreads(probe: Float32Array, k: number, mostRows: number): Promise<Candidate[]> {
    for (let time = 0; time < overtakenTimes && !this.#closed && this.#threads.isReady(); time++) {
      const { revision, count } = this.rows
      const hits = await this.#threads.search({ probe, rows: Math.min(count, mostRows), k })
      if (hits === 'lost') break
      if (revision === this.rows.revision) return this.#candidates(hits, k)
    }
    return this.#bestHere(probe, k, mostRows)
  }

  #bestHere(probe: Float32Array, k: number, mostRows: number): Candidate[] {
    if (this.#closed) throw galleryFailure('face.closed')
    let block = 0
    const request = { probe, rows: Math.min(this.rows.count, mostRows), k }
    return this.#candidates(this.#here.search(request, () => block++).hits, k)
  }

  /** The lists of the threads made one. */
  #candidates(hits: readonly Hit[], k: number): Candidate[] {
    const best = new Map<Key, number>()
    for (const { row, score } of hits) {
      const subjectKey = this.rows.subjectKeyOf(row)
      best.set(subjectKey, Math.max(score, best.get(subjectKey) ?? -1))
    }
    return [...best]
      .map(([subjectKey, comparisonScore]) => ({ subjectKey, comparisonScore }))
      .sort((a, b) => b.comparisonScore - a.comparisonScore || (a.subjectKey < b.subjectKey ? -1 : 1))
      .slice(0, k)
  }
}
