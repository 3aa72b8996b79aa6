import { join } from 'node:path'
import { Failure } from '../../../src-main/contract/failure.ts'
import { createFaceEngine } from '../../../src-main/face/engine/engine.ts'
import type { ModelPack } from '../../../src-main/face/models/manifest.ts'
import { currentPack, readModelManifest } from '../../../src-main/face/models/manifest.ts'
import { fetchModels, packDir } from '../../../src-main/face/models/models.ts'
import { readPeopleManifest } from '../../../src-main/face/samples/peopleManifest.ts'
import { preparePeople } from '../../../src-main/face/samples/preparePeople.ts'
import type { FaceEnginePort } from '../../../src-main/ports/faceEngine.ts'

export const projectDir = join(import.meta.dirname, '../../..')
export const modelsDir = join(projectDir, 'models/packs')
export const peopleDir = join(projectDir, 'tests/.cache/people')

export async function readyPack(): Promise<{ pack: ModelPack; packDir: string }> {
  const manifest = await readModelManifest(join(projectDir, 'models/manifest.json'))
  const fetched = await fetchModels({ manifest, dir: modelsDir, projectDir })
  if (!fetched.ok) throw new Failure(fetched.error)
  const pack = currentPack(manifest)
  return { pack, packDir: packDir(modelsDir, pack) }
}

export async function readyEngine(): Promise<FaceEnginePort> {
  const engine = createFaceEngine(await readyPack())
  const ready = await engine.ready()
  if (!ready.ok) throw new Failure(ready.error)
  return engine
}

/** Scene id to the path of its recording. */
export async function readyPeople(engine: FaceEnginePort): Promise<Readonly<Record<string, string>>> {
  const manifest = await readPeopleManifest(join(projectDir, 'fixtures/people/manifest.json'))
  const prepared = await preparePeople({ manifest, dir: peopleDir, projectDir, engine })
  if (!prepared.ok) throw new Failure(prepared.error)
  return prepared.value.streams
}
