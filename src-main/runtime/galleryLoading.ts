import { failureData } from '../contract/failure.ts'
import type { FaceGallery } from '../face/gallery/gallery.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { ReferenceSourcePort } from '../ports/gallery.ts'
import type { LogPort } from '../ports/log.ts'

export interface GalleryLoadingDeps {
  readonly gallery: FaceGallery
  readonly source: ReferenceSourcePort
  readonly clock: ClockPort
  readonly log: LogPort
  /** More faces are known than before. */
  readonly changed: () => void
}

/** Pauses before a loading that failed is tried again; the last one repeats. */
const retryAfterMs = [1000, 10_000, 60_000]

/** Reads the enrolled faces beside the start; the lane sells meanwhile. The returned function calls it off. */
export function loadGallery({ gallery, source, clock, log, changed }: GalleryLoadingDeps): () => void {
  const stopping = new AbortController()
  let cancelRetry: () => void = () => undefined

  async function load(failures: number): Promise<void> {
    const begunAtMs = clock.monotonicMs()
    try {
      const { loaded, notComparable, unreadable } = await gallery.load(source, stopping.signal)
      const tookMs = Math.round(clock.monotonicMs() - begunAtMs)
      log.info({ loaded, notComparable, unreadable: unreadable.length, tookMs }, 'gallery')
      if (unreadable.length > 0) {
        const parked = unreadable.map(({ referenceKey, failure }) => ({ referenceKey, code: failure.code }))
        log.warn({ parked }, 'some references cannot be compared: whoever they belong to has to enrol again')
      }
    } catch (thrown) {
      if (stopping.signal.aborted) return
      log.error({ failure: failureData(thrown) }, 'the gallery could not be loaded: other tenders go on')
      const pauseMs = retryAfterMs[Math.min(failures, retryAfterMs.length - 1)] ?? 60_000
      cancelRetry = clock.after(pauseMs, () => void load(failures + 1))
    }
    changed()
  }

  void load(0)
  return () => {
    stopping.abort()
    cancelRetry()
  }
}
