import type { CameraPort } from '../../drivers/camera/port.ts'
import type { LaneConfig } from '../config/load.ts'
import type { FailureData } from '../contract/failure.ts'
import { createFaceEngine } from '../face/engine/engine.ts'
import { FaceGallery } from '../face/gallery.ts'
import { currentPack, readModelManifest } from '../face/models/manifest.ts'
import { packDir } from '../face/models/models.ts'
import { createFaceCapture } from '../face/session.ts'
import { capturePolicy, readThresholds } from '../face/thresholds.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FaceCapturePort } from '../ports/faceCapture.ts'
import type { LogPort } from '../ports/log.ts'
import type { ProjectPaths } from '../project.ts'
import type { LaneStore } from '../store/lane-store.ts'

export interface FaceDeps {
  readonly config: LaneConfig
  readonly paths: ProjectPaths
  readonly store: LaneStore
  readonly camera: CameraPort
  readonly clock: ClockPort
  readonly log: LogPort
}

export interface Face {
  readonly packId: string
  readonly capture: FaceCapturePort
  readonly gallery: FaceGallery
  state(): { readonly state: 'opening' | 'ready' | 'failed'; readonly failure: FailureData | null }
  ready(): Promise<boolean>
  onChange(listener: () => void): void
  close(): Promise<void>
}

/** The face path. Its models warm up beside the rest of the start: a lane sells before it can recognise anybody. */
export async function startFace({ config, paths, store, camera, clock, log }: FaceDeps): Promise<Face> {
  const pack = currentPack(await readModelManifest(paths.modelManifest))
  const policy = capturePolicy(await readThresholds(paths.thresholds), pack.id, {
    temporalDecides: !config.bench,
    ...config.face,
  })
  const engine = createFaceEngine({ packDir: packDir(paths.modelPacks, pack), pack })
  const gallery = new FaceGallery({ vault: store.vault, packId: pack.id, embeddingLength: 512 })
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
    else log.error({ failure: result.error }, 'face engine cannot start: other tenders go on')
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
