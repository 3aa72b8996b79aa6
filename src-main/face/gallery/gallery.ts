import { setImmediate as nextTurn } from 'node:timers/promises'
import { failureData, type FailureData } from '../../contract/failure.ts'
import type { Key } from '../../contract/values.ts'
import type { Candidate, GalleryPort } from '../../ports/faceCapture.ts'
import type { ReferenceChunk, ReferenceSourcePort } from '../../ports/gallery.ts'
import type { TemplateTransform } from '../../ports/templates.ts'
import type { VaultPort } from '../../ports/vault.ts'
import { templateToBytes } from '../protection/templateBytes.ts'
import { galleryFailure, type GalleryFailureCode } from './failures.ts'
import { Loading, type GalleryLoadReport } from './loading.ts'
import { isNormalised } from './packing.ts'
import { Search, type SearchOptions } from './search.ts'

export interface GalleryOptions extends SearchOptions {
  readonly vault: VaultPort
  /** Of the same key and model pack as the references that `load` reads. */
  readonly transform: TemplateTransform
}

export type GalleryState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: FailureData }
  | { readonly kind: 'closed' }

/** V8 has optimised the search after some tens of them; they need not look at everybody for that. */
const warmUpSearches = 50
const warmUpRows = 4096

/** Packed between two turns of the event loop, about 2 ms. */
const rowsAtOnce = 500

/**
 * The enrolled faces in memory. Everything in it is under the gallery's transform; what comes in by `admit`, `seal` and
 * `search` is a plain template and is put under it here. Exact: no reference is left out of a search, and a search sees
 * the gallery as it was at one moment. Nothing in it outlives `close`.
 */
export class FaceGallery implements GalleryPort {
  readonly #options: GalleryOptions
  readonly #search: Search
  #state: GalleryState = { kind: 'ready' }
  #loading: Loading | null = null
  #loadingEnded = Promise.withResolvers<undefined>()

  constructor(options: GalleryOptions) {
    this.#options = options
    this.#search = new Search(options)
  }

  /** References held; counts up while they are loaded. */
  size(): number {
    return this.#search.rows.count
  }

  /** All memory that the references take: packed rows, keys and working space, bytes. */
  bytes(): number {
    return this.#search.rows.bytes
  }

  state(): GalleryState {
    return this.#state
  }

  /**
   * Reads every reference in place of those held; may be called again when it failed. The event loop stays free.
   * Rejects with why it failed: the source's failure as the cause of `face.galleryUnavailable`, `face.aborted`,
   * `face.closed`, `face.galleryFull`.
   */
  async load(source: ReferenceSourcePort, signal: AbortSignal): Promise<GalleryLoadReport> {
    if (this.#loading !== null) throw new Error('The gallery is being loaded already')
    this.#refuseClosed()
    const loading = new Loading(this.#search.rows, this.#options.length)
    this.#loading = loading
    this.#loadingEnded = Promise.withResolvers()
    this.#state = { kind: 'loading' }
    this.#search.rows.clear()
    try {
      for await (const chunk of source.load(signal)) {
        await this.#take(chunk, loading)
      }
      if (signal.aborted) throw galleryFailure('face.aborted')
      await this.#warmUp()
      this.#refuseClosed()
      this.#state = { kind: 'ready' }
      return loading.report()
    } catch (thrown) {
      if (this.#isClosed()) throw galleryFailure('face.closed')
      const failure = failureData(thrown)
      this.#state = { kind: 'failed', failure }
      throw galleryFailure('face.galleryUnavailable', failure)
    } finally {
      this.#loading = null
      this.#loadingEnded.resolve(undefined)
    }
  }

  /** Ciphertext of the reference under the transform, float32 little-endian. Throws `face.badReference`. */
  seal(referenceKey: Key, reference: Float32Array): Uint8Array {
    const { vault } = this.#options
    return this.#protected(reference, 'face.badReference', (template) => {
      const plaintext = templateToBytes(template)
      const sealed = vault.seal('faceReference', referenceKey, plaintext)
      plaintext.fill(0)
      return sealed
    })
  }

  /** Copies the reference in; one of the same key is replaced. Throws `face.badReference`, `face.galleryFull`. */
  admit(referenceKey: Key, subjectKey: Key, reference: Float32Array): void {
    this.#refuseClosed()
    this.#protected(reference, 'face.badReference', (template) => {
      this.#search.rows.put({ referenceKey, subjectKey }, template)
    })
    this.#loading?.noteAdmitted(referenceKey)
  }

  /** Overwrites every reference of the subject. */
  forget(subjectKey: Key): void {
    this.#search.rows.removeSubject(subjectKey)
    this.#loading?.noteForgotten(subjectKey)
  }

  /**
   * The `k` subjects most like the probe, rank 1 first, each with the best of their references. `probe`: Float32Array,
   * L2-normalised, left as it is. While references are loaded it waits for them, because "not found" would be a guess.
   * Rejects with `face.badProbe`, `face.galleryUnavailable`, `face.aborted`, `face.closed`.
   */
  async search(probe: Float32Array, k: number, signal?: AbortSignal): Promise<Candidate[]> {
    if (k < 1) return []
    return this.#protected(probe, 'face.badProbe', async (template) => {
      await this.#complete(signal)
      return this.#search.best(template, k)
    })
  }

  /** Overwrites and forgets everything at once; settles when the threads have ended. Idempotent. */
  async close(): Promise<void> {
    this.#state = { kind: 'closed' }
    this.#loadingEnded.resolve(undefined)
    await this.#search.close()
  }

  async #take(chunk: ReferenceChunk, loading: Loading): Promise<void> {
    loading.noteLeftOut(chunk)
    try {
      for (let first = 0; first < chunk.owners.length; first += rowsAtOnce) {
        this.#refuseClosed()
        loading.take(chunk, first, first + rowsAtOnce)
        await nextTurn()
      }
    } finally {
      chunk.rows.fill(0)
    }
  }

  /** So that the first search is as quick as the tenth: threads are up, and the code has been optimised. */
  async #warmUp(): Promise<void> {
    await this.#search.ready()
    const { length } = this.#options
    const probe = new Float32Array(length).fill(1 / Math.sqrt(length))
    for (let time = 0; time < warmUpSearches && !this.#isClosed(); time++) {
      await this.#protected(probe, 'face.badProbe', (template) => this.#search.best(template, 5, warmUpRows))
      await nextTurn()
    }
  }

  /** Puts a plain template under the transform, for as long as `use` takes. */
  #protected<T>(plain: Float32Array, code: GalleryFailureCode, use: (template: Float32Array) => T): T {
    const { transform, length } = this.#options
    if (plain.length !== length || !isNormalised(plain)) throw galleryFailure(code)
    const template = transform.protect(plain)
    const erase = () => template.fill(0)
    let used: T
    try {
      used = use(template)
    } catch (thrown) {
      erase()
      throw thrown
    }
    if (used instanceof Promise) void used.then(erase, erase)
    else erase()
    return used
  }

  async #complete(signal: AbortSignal | undefined): Promise<void> {
    const { promise: calledOff, resolve } = Promise.withResolvers<undefined>()
    const callOff = () => resolve(undefined)
    signal?.addEventListener('abort', callOff, { once: true })
    try {
      while (this.#state.kind === 'loading' && signal?.aborted !== true)
        await Promise.race([this.#loadingEnded.promise, calledOff])
    } finally {
      signal?.removeEventListener('abort', callOff)
    }
    this.#refuseClosed()
    if (signal?.aborted === true) throw galleryFailure('face.aborted')
    if (this.#state.kind === 'failed') throw galleryFailure('face.galleryUnavailable', this.#state.failure)
  }

  #isClosed(): boolean {
    return this.#state.kind === 'closed'
  }

  #refuseClosed(): void {
    if (this.#isClosed()) throw galleryFailure('face.closed')
  }
}
