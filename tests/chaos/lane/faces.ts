import { FaceGallery } from '../../../src-main/face/gallery/gallery.ts'
import type {
  CaptureOptions,
  EnrolmentOutcome,
  FaceCapturePort,
} from '../../../src-main/ports/faceCapture.ts'
import type { Face, FaceDeps } from '../../../src-main/runtime/face.ts'
import { loadGallery } from '../../../src-main/runtime/galleryLoading.ts'
import { personIn, templateOf } from './picture.ts'

const packId = 'campaign-1'
const template = { modelPackId: packId, length: 512 }
/** Of the comparison score; persons of the campaign are the same or strangers. */
const threshold = 0.5

/**
 * Takes the place of `src-main/runtime/face.ts` in a lane of the campaign: the real vault, gallery and exact search
 * behind pictures that name their person. What is attacked here is money, and models would take half of the machine.
 */
export async function startFace({ store, camera, clock, log }: FaceDeps): Promise<Face> {
  const transform = store.templateTransform(template)
  const gallery = new FaceGallery({ vault: store.vault, transform, length: template.length })
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const stopLoading = loadGallery({ gallery, source: store.referenceSource(template), clock, log, changed })

  async function look<T>(options: CaptureOptions, found: (person: number) => Promise<T>) {
    await camera.open()
    try {
      options.onProgress({ camera: 'on', guidance: 'lookHere', faceBox: null, progress: 0 })
      for await (const frame of camera.frames(options.signal)) {
        const person = personIn(new Uint8Array(frame.data))
        if (person !== null) return await found(person)
      }
    } catch (thrown) {
      if (!options.signal.aborted) throw thrown
    } finally {
      await camera.close()
    }
    return { kind: 'aborted' } as const
  }

  const measures = {
    threshold,
    padScore: 1,
    padThreshold: 0.5,
    modelPackId: packId,
    challengePassed: false,
    frameToDecisionMs: 1,
  }
  const capture: FaceCapturePort = {
    identify: (options) =>
      look(options, async (person) => {
        const [best] = await gallery.search(templateOf(person), 1, options.signal)
        if (best !== undefined && best.comparisonScore >= threshold)
          return { kind: 'match', candidate: best, measures } as const
        return { kind: 'noMatch', bestScore: best?.comparisonScore ?? null, measures } as const
      }),
    enrol: (options) =>
      look(options, async (person): Promise<EnrolmentOutcome> => {
        const [best] = await gallery.search(templateOf(person), 1, options.signal)
        return {
          kind: 'reference',
          reference: templateOf(person),
          frames: 6,
          padScore: 1,
          modelPackId: packId,
          alreadyKnown: best !== undefined && best.comparisonScore >= threshold ? best : null,
        }
      }),
  }
  return {
    packId,
    capture,
    gallery,
    state: () => ({ state: 'ready', failure: null }),
    ready: () => Promise.resolve(true),
    onChange: (listener) => listeners.add(listener),
    async close() {
      stopLoading()
      await gallery.close()
    },
  }
}
