import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { splitMjpeg } from '../../../drivers/camera/mjpegSplitter.ts'
import { Failure } from '../../../src-main/contract/failure.ts'
import { readPeopleManifest } from '../../../src-main/face/samples/peopleManifest.ts'
import { preparePeople } from '../../../src-main/face/samples/preparePeople.ts'
import { renderStill } from '../../../src-main/face/samples/still.ts'
import { renderStream } from '../../../src-main/face/samples/stream.ts'

export const frameWidth = 1280
export const frameHeight = 720
const framesPerSecond = 30
/** One face each, good enough for the quality gate. */
const sceneIds = ['anna-a', 'anna-b', 'carla']
const framesOfScene = 6

export interface BenchFrames {
  /** JPEG, 1280x720, one face. */
  readonly pictures: readonly Uint8Array[]
  /** The same as a recording that the replay camera plays at 30 frames a second. */
  readonly recording: string
}

/** Camera frames made of the sample photographs, fetched and rendered once into ignored folders. */
export async function benchFrames(projectDir: string): Promise<BenchFrames> {
  const cache = path.join(projectDir, 'tests/.cache')
  const manifest = await readPeopleManifest(path.join(projectDir, 'fixtures/people/manifest.json'))
  const people = path.join(cache, 'people')
  const prepared = await preparePeople({ manifest, dir: people, projectDir })
  if (!prepared.ok) throw new Failure(prepared.error)
  const scenes = manifest.scenes.filter(({ id }) => sceneIds.includes(id))
  const recipe = JSON.stringify({ scenes, framesOfScene, frameWidth, frameHeight })
  const name = createHash('sha256').update(recipe).digest('hex').slice(0, 16)
  const recording = path.join(cache, 'bench-face', `${name}.mjpeg`)
  const known = await readFile(recording).catch(() => undefined)
  if (known !== undefined) return { pictures: splitMjpeg(known), recording }
  const pictures: Buffer[] = []
  for (const [index, scene] of scenes.entries()) {
    process.stderr.write(`making frames of ${scene.id}\n`)
    const photo = manifest.photos.find(({ id }) => id === scene.photo)?.file ?? ''
    const still = await renderStill(scene, path.join(people, 'photos', photo), frameWidth, frameHeight)
    const shape = { width: frameWidth, height: frameHeight, framesPerSecond, frames: framesOfScene }
    pictures.push(...(await renderStream(still, shape, index + 1)))
  }
  await mkdir(path.dirname(recording), { recursive: true })
  await writeFile(`${recording}.json`, JSON.stringify({ framesPerSecond }))
  await writeFile(`${recording}.part`, Buffer.concat(pictures))
  await rename(`${recording}.part`, recording)
  return { pictures, recording }
}
