import sharp from 'sharp'
import type { QualityLimits } from '../../../src-main/domain/face/quality.ts'
import { defaultQualityLimits } from '../../../src-main/domain/face/quality.ts'
import { Pipeline } from '../../../src-main/face/engine/pipeline.ts'
import type { FaceBox } from '../../../src-main/contract/face.ts'
import type { LoadedPack } from '../../../src-main/face/engine/sessions.ts'
import type { ModelRole } from '../../../src-main/face/models/manifest.ts'
import type { FaceFrame, StageTimings } from '../../../src-main/ports/faceEngine.ts'
import { frameHeight, frameWidth } from './frames.ts'
import type { Peer } from './peer.ts'

/** What is measured in each round; one value a round, ms. */
export interface Samples {
  /** From decoded pixels, as of the peer. */
  readonly ours: number[]
  readonly peer: number[]
  readonly modelsOnly: number[]
  readonly oursFromJpeg: number[]
  readonly peerFromJpeg: number[]
  /** From JPEG, as in the lane. */
  readonly oursWithPad: number[]
  readonly modelsOnlyWithPad: number[]
  /** From pixels, of a frame that the quality gate refuses; then with a face that is followed from the frame before. */
  readonly oursRefused: number[]
  readonly oursFollowed: number[]
  readonly modelsOnlyFollowed: number[]
  /** Of `oursWithPad`. */
  readonly stages: StageTimings[]
}

/** What one turn measured. */
type Taken = { readonly [Name in keyof Samples]: Samples[Name][number] }

type Role = ModelRole | 'nearDetector'
/** Null: the face was not surely alone in its surroundings, so that the whole frame was looked at. */
type Inputs = Readonly<Record<Role, Float32Array>> & { readonly followedFrom: FaceBox | null }

const plain = { pad: false }
const withPad = { pad: true }
/** Nobody is near enough. */
const refused = { pad: false, limits: { ...defaultQualityLimits, minInterEyePx: Infinity } }
/** Rounds at the beginning that do not count. */
const warmUpRounds = 3

/** Ours, the bare models and the peer take turns on the same frames, so that a busy moment hits all of them. */
export async function measureRounds(
  models: LoadedPack,
  pictures: readonly Uint8Array[],
  peer: Peer | undefined,
  rounds: number,
): Promise<Samples> {
  const samples: Samples = {
    ours: [],
    peer: [],
    modelsOnly: [],
    oursFromJpeg: [],
    peerFromJpeg: [],
    oursWithPad: [],
    modelsOnlyWithPad: [],
    oursRefused: [],
    oursFollowed: [],
    modelsOnlyFollowed: [],
    stages: [],
  }
  const pipeline = new Pipeline(models)
  const pixels = await collect(pictures, (picture) => sharp(picture).ensureAlpha().raw().toBuffer())
  const inputs = await collect(pixels, (rgba) => inputsOf(models, rgba))
  for (let round = -warmUpRounds; round < rounds; round++) {
    const index = (round + warmUpRounds) % pictures.length
    const jpeg = pictures[index]!
    const turns: (() => Promise<Partial<Taken>>)[] = [
      async () => ({ ours: (await analysed(pipeline, 'rgba', pixels[index]!, plain)).tookMs }),
      async () => ({ modelsOnly: await bare(models, inputs[index]!, plain) }),
      async () => ({ oursFromJpeg: (await analysed(pipeline, 'jpeg', jpeg, plain)).tookMs }),
      async () => {
        const { tookMs, timings } = await analysed(pipeline, 'jpeg', jpeg, withPad)
        return { oursWithPad: tookMs, stages: timings }
      },
      async () => ({ modelsOnlyWithPad: await bare(models, inputs[index]!, withPad) }),
      async () => ({ oursRefused: (await analysed(pipeline, 'rgba', pixels[index]!, refused)).tookMs }),
      async () => {
        const near = inputs[index]!.followedFrom
        if (near === null) return {}
        const followed = { ...refused, near }
        return { oursFollowed: (await analysed(pipeline, 'rgba', pixels[index]!, followed)).tookMs }
      },
      async () => {
        if (inputs[index]!.followedFrom === null) return {}
        return { modelsOnlyFollowed: await bareFollowed(models, inputs[index]!) }
      },
      async () => (peer === undefined ? {} : await measurePeer(peer, jpeg)),
    ]
    // Whoever comes after the peer finds cold caches: a matter of chance.
    const taken = await collect(shuffled(turns), (turn) => turn())
    if (round >= 0) for (const values of taken) keep(samples, values)
  }
  return samples
}

async function measurePeer(peer: Peer, picture: Uint8Array): Promise<Partial<Taken>> {
  const { faces, embeddingLength, fromJpegMs, fromPixelsMs } = await peer.analyse(picture)
  if (faces !== 1 || embeddingLength === 0) throw new Error('The peer found no face')
  return { peer: fromPixelsMs, peerFromJpeg: fromJpegMs }
}

function keep(samples: Samples, { stages, ...times }: Partial<Taken>): void {
  if (stages !== undefined) samples.stages.push(stages)
  for (const [name, tookMs] of Object.entries(times)) samples[name as keyof typeof times].push(tookMs)
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value)
}

/** One after the other: the models answer one at a time. */
async function collect<A, B>(from: readonly A[], make: (one: A) => Promise<B>): Promise<B[]> {
  const made: B[] = []
  for (const one of from) made.push(await make(one))
  return made
}

async function analysed(
  pipeline: Pipeline,
  encoding: FaceFrame['encoding'],
  bytes: Uint8Array,
  options: { readonly pad: boolean; readonly near?: FaceBox; readonly limits?: QualityLimits },
): Promise<{ tookMs: number; timings: StageTimings; box: FaceBox; isFollowed: boolean }> {
  const data = new ArrayBuffer(bytes.length)
  new Uint8Array(data).set(bytes)
  const facts = { sequence: 0, capturedAtMonotonicMs: 0, widthPx: frameWidth, heightPx: frameHeight }
  const begunAtMs = performance.now()
  const analysis = await pipeline.analyse(
    { ...facts, encoding, data },
    { embed: 'plain', evenIfRejected: false, limits: defaultQualityLimits, ...options },
  )
  const tookMs = performance.now() - begunAtMs
  pipeline.erase()
  const { face } = analysis
  const isRefused = options.limits !== undefined
  if (analysis.faces !== 1 || (analysis.embedding === undefined) !== isRefused || face === undefined) {
    throw new Error(
      `A frame was not taken as it should be: ${analysis.faces} faces, ${analysis.rejects.join(', ')}`,
    )
  }
  return { tookMs, timings: analysis.timings, box: face.box, isFollowed: analysis.near === true }
}

/** The models' own runs in the engine's order, with nothing between them. */
async function bare(models: LoadedPack, inputs: Inputs, { pad }: { readonly pad: boolean }): Promise<number> {
  const begunAtMs = performance.now()
  await models.detector.run(inputs.detector)
  await models.landmarks.run(inputs.landmarks)
  await models.aligner.run(inputs.aligner)
  if (pad) await models.pad.run(inputs.pad)
  await models.embedder.run(inputs.embedder)
  return performance.now() - begunAtMs
}

/** The same for a frame that is refused, its face followed. */
async function bareFollowed(models: LoadedPack, inputs: Inputs): Promise<number> {
  const begunAtMs = performance.now()
  await models.nearDetector.run(inputs.nearDetector)
  await models.landmarks.run(inputs.landmarks)
  await models.aligner.run(inputs.aligner)
  return performance.now() - begunAtMs
}

/** What the models are given for one frame: a copy of each input. */
async function inputsOf(models: LoadedPack, rgba: Uint8Array): Promise<Inputs> {
  const inputs: Partial<Record<Role, Float32Array>> = {}
  const listening = (role: Role) => ({
    entry: models[role].entry,
    run: (input: Float32Array) => {
      inputs[role] = input.slice()
      return models[role].run(input)
    },
  })
  const heard = {
    pack: models.pack,
    nearDetector: listening('nearDetector'),
    detector: listening('detector'),
    landmarks: listening('landmarks'),
    aligner: listening('aligner'),
    pad: listening('pad'),
    embedder: listening('embedder'),
  }
  const { box } = await analysed(new Pipeline(heard), 'rgba', rgba, withPad)
  const followed = { ...refused, near: box }
  const { isFollowed } = await analysed(new Pipeline(heard), 'rgba', rgba, followed)
  const { nearDetector, detector, landmarks, aligner, pad, embedder } = inputs
  if (!nearDetector || !detector || !landmarks || !aligner || !pad || !embedder)
    throw new Error('A model was not run')
  const followedFrom = isFollowed ? box : null
  return { nearDetector, detector, landmarks, aligner, pad, embedder, followedFrom }
}
