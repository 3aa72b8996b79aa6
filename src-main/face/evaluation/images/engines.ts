import { availableParallelism } from 'node:os'
import { Failure } from '../../../contract/failure.ts'
import type { FaceEnginePort } from '../../../ports/faceEngine.ts'
import { createFaceEngine } from '../../engine/engine.ts'
import type { ModelPack } from '../../models/manifest.ts'

/** Several engines of one thread each get more images through a machine than one engine of several threads. */
export const defaultEngines = Math.min(16, availableParallelism())

export interface EngineRoom {
  readonly engines: readonly FaceEnginePort[]
  close(): Promise<void>
}

/** Loads the pack `count` times. Throws `Failure` as `FaceEnginePort.ready` answers. */
export async function openEngines(packDir: string, pack: ModelPack, count: number): Promise<EngineRoom> {
  const engines = Array.from({ length: count }, () => createFaceEngine({ packDir, pack, threads: 1 }))
  const close = async () => {
    await Promise.all(engines.map((engine) => engine.close()))
  }
  const ready = await Promise.all(engines.map((engine) => engine.ready()))
  const failed = ready.find((result) => !result.ok)
  if (failed === undefined) return { engines, close }
  await close()
  throw new Failure(failed.error)
}
