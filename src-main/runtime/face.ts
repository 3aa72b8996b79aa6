import type { CameraPort } from '../../drivers/camera/port.ts'
import type { LaneConfig } from '../config/load.ts'
import { Failure, type FailureData } from '../contract/failure.ts'
import { createFaceEngine } from '../face/engine/engine.ts'
import { FaceGallery } from '../face/gallery/gallery.ts'
import { currentPack, readModelManifest } from '../face/models/manifest.ts'
import { packDir } from '../face/models/models.ts'
import { createFaceCapture } from '../face/session.ts'
import { capturePolicy, readThresholds } from '../face/thresholds.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FaceCapturePort, GalleryPort } from '../ports/faceCapture.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { ProjectPaths } from '../project.ts'
import type { LaneStore } from '../store/lane-store.ts'
import { loadGallery } from './galleryLoading.ts'

export interface FaceDeps {
  readonly config: LaneConfig
  readonly paths: ProjectPaths
  readonly store: LaneStore
  readonly camera: CameraPort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly log: LogPort
}

/** Values of one reference; the models' embedding layer. */
const embeddingLength = 512

export interface Face {
  /** Null when it is not known which models belong to this lane. */
  readonly packId: string | null
  readonly capture: FaceCapturePort
  readonly gallery: GalleryPort
  state(): { readonly state: 'opening' | 'ready' | 'failed'; readonly failure: FailureData | null }
  ready(): Promise<boolean>
  onChange(listener: () => void): void
  close(): Promise<void>
}

/** The face path. Its models warm up beside the rest of the start: a lane sells before, and without, recognising anybody. */
export async function startFace(deps: FaceDeps): Promise<Face> {
  try {
    return await startEngine(deps)
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    deps.log.error({ failure: thrown.toJSON() }, noFaceMessage)
    return withoutFace(thrown)
  }
}

const noFaceMessage = 'face engine cannot start: other tenders go on'

async function startEngine({ config, paths, store, camera, clock, random, log }: FaceDeps): Promise<Face> {
  const pack = currentPack(await readModelManifest(paths.modelManifest))
  const policy = capturePolicy(await readThresholds(paths.thresholds), pack.id, {
    temporalDecides: !config.bench,
    ...config.face,
  })
  const template = { modelPackId: pack.id, length: embeddingLength }
  const transform = store.templateTransform(template)
  const gallery = new FaceGallery({ vault: store.vault, transform, length: embeddingLength })
  const engine = createFaceEngine({ packDir: packDir(paths.modelPacks, pack), pack })
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const stopLoading = loadGallery({
    gallery,
    source: store.referenceSource(template),
    clock,
    log,
    changed,
  })
  let state: ReturnType<Face['state']> = { state: 'opening', failure: null }
  const started = engine.ready().then((result) => {
    state = result.ok ? { state: 'ready', failure: null } : { state: 'failed', failure: result.error }
    if (result.ok) log.info({ ...result.value }, 'face engine is ready')
    else if (result.error.code !== 'face.closed') log.error({ failure: result.error }, noFaceMessage)
    changed()
    return result.ok
  })
  return {
    packId: pack.id,
    capture: createFaceCapture({
      camera,
      engine,
      clock,
      policy,
      random,
      gallery,
      modelPackId: pack.id,
      onTemporal: (signals) => {
        log.info({ ...signals, decides: policy.temporalDecides }, 'temporal signals')
      },
    }),
    gallery,
    state: () => state,
    ready: () => started,
    onChange: (listener) => listeners.add(listener),
    async close() {
      stopLoading()
      await gallery.close()
      await engine.close()
    },
  }
}

/** A lane whose manifest or thresholds cannot be used: no look is ever begun, nobody can be enrolled. */
function withoutFace(failure: Failure): Face {
  const noGallery = () => {
    throw failure
  }
  const refuse = () => Promise.resolve({ kind: 'engineUnavailable', code: failure.code } as const)
  return {
    packId: null,
    capture: { identify: refuse, enrol: refuse },
    gallery: { size: () => 0, seal: noGallery, admit: noGallery, forget: () => undefined },
    state: () => ({ state: 'failed', failure: failure.toJSON() }),
    ready: () => Promise.resolve(false),
    onChange: () => undefined,
    close: () => Promise.resolve(),
  }
}
