import type { CameraPort } from '../../drivers/camera/port.ts'
import type { LaneConfig } from '../config/load.ts'
import { Failure, type FailureData } from '../contract/failure.ts'
import { createFaceEngine } from '../face/engine/engine.ts'
import { FaceGallery } from '../face/gallery.ts'
import { currentPack, readModelManifest } from '../face/models/manifest.ts'
import { packDir } from '../face/models/models.ts'
import { createFaceCapture } from '../face/session.ts'
import { capturePolicy, readThresholds } from '../face/thresholds.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FaceCapturePort } from '../ports/faceCapture.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { ProjectPaths } from '../project.ts'
import type { LaneStore } from '../store/lane-store.ts'

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
  readonly gallery: FaceGallery
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
    return withoutFace(deps, thrown)
  }
}

const noFaceMessage = 'face engine cannot start: other tenders go on'

async function startEngine({ config, paths, store, camera, clock, random, log }: FaceDeps): Promise<Face> {
  const pack = currentPack(await readModelManifest(paths.modelManifest))
  const policy = capturePolicy(await readThresholds(paths.thresholds), pack.id, {
    temporalDecides: !config.bench,
    ...config.face,
  })
  const engine = createFaceEngine({ packDir: packDir(paths.modelPacks, pack), pack })
  const gallery = new FaceGallery({ vault: store.vault, packId: pack.id, embeddingLength })
  const report = gallery.load({
    *loadAll() {
      for (const { modelPackId, ...row } of store.references()) yield { ...row, packId: modelPackId }
    },
  })
  log.info(
    { loaded: report.loaded, otherPack: report.otherPack, unreadable: report.unreadable.length },
    'gallery',
  )
  const listeners = new Set<() => void>()
  let state: ReturnType<Face['state']> = { state: 'opening', failure: null }
  const started = engine.ready().then((result) => {
    state = result.ok ? { state: 'ready', failure: null } : { state: 'failed', failure: result.error }
    if (result.ok) log.info({ ...result.value }, 'face engine is ready')
    else if (result.error.code !== 'face.closed') log.error({ failure: result.error }, noFaceMessage)
    for (const listener of listeners) listener()
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
      gallery.close()
      await engine.close()
    },
  }
}

/** A lane whose manifest or thresholds cannot be used: no look is ever begun, nobody can be enrolled. */
function withoutFace({ store }: FaceDeps, failure: Failure): Face {
  const gallery = new FaceGallery({ vault: store.vault, packId: 'none', embeddingLength })
  const refuse = () => Promise.resolve({ kind: 'engineUnavailable', code: failure.code } as const)
  return {
    packId: null,
    capture: { identify: refuse, enrol: refuse },
    gallery,
    state: () => ({ state: 'failed', failure: failure.toJSON() }),
    ready: () => Promise.resolve(false),
    onChange: () => undefined,
    close: () => Promise.resolve(),
  }
}
