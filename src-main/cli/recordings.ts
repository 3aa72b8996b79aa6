import { Failure } from '../contract/failure.ts'
import { createFaceEngine } from '../face/engine/engine.ts'
import { currentPack, readModelManifest } from '../face/models/manifest.ts'
import { packDir } from '../face/models/models.ts'
import { readPeopleManifest } from '../face/samples/peopleManifest.ts'
import { preparePeople, recordingsAreReady } from '../face/samples/preparePeople.ts'
import { paths } from './paths.ts'

/** Recordings for the bench camera, in the manifest's order: id and what it shows. */
export async function recordingSources(): Promise<
  readonly { readonly id: string; readonly label: string }[]
> {
  const manifest = await readPeopleManifest(paths.peopleManifest)
  return manifest.scenes.map(({ id, about }) => ({ id, label: about }))
}

/**
 * Makes the recordings where they are missing; each new one is looked at by the engine, so that a lane is never tried
 * out on a picture it cannot use. Throws `Failure` as `preparePeople` answers.
 */
export async function prepareRecordings(say: (line: string) => void): Promise<{ readonly made: boolean }> {
  const manifest = await readPeopleManifest(paths.peopleManifest)
  const where = { manifest, dir: paths.people, projectDir: paths.root }
  if (await recordingsAreReady(where)) return { made: false }
  const pack = currentPack(await readModelManifest(paths.modelManifest))
  const engine = createFaceEngine({ packDir: packDir(paths.modelPacks, pack), pack })
  try {
    const prepared = await preparePeople({
      ...where,
      engine,
      onProgress: ({ step, done, total }) => {
        say(`  recording ${done} of ${total}: ${step}`)
      },
    })
    if (!prepared.ok) throw new Failure(prepared.error)
    return { made: prepared.value.made }
  } finally {
    await engine.close()
  }
}
