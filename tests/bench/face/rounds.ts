import sharp from 'sharp'
import { defaultQualityLimits } from '../../../src-main/domain/face/quality.ts'
import { Pipeline } from '../../../src-main/face/engine/pipeline.ts'
import type { LoadedPack } from '../../../src-main/face/engine/sessions.ts'
import type { ModelRole } from '../../../src-main/face/models/manifest.ts'
import type { FaceFrame, StageTimings } from '../../../src-main/ports/faceEngine.ts'
import { frameHeight, frameWidth } from './frames.ts'
import type { Peer } from './peer.ts'

/** What is measured in each round; one value a round, ms. */
export interface Samples {
  readonly ours: number[]
  readonly modelsOnly: number[]
  readonly oursWithPad: number[]
  readonly modelsOnlyWithPad: number[]
  readonly oursFromPixels: number[]
  readonly peer: number[]
  readonly peerFromPixels: number[]
  /** Of `oursWithPad`. */
  readonly stages: StageTimings[]
}

/** What one turn measured. */
type Taken = { readonly [Name in keyof Samples]: Samples[Name][number] }

type Inputs = Readonly<Record<ModelRole, Float32Array>>

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
    modelsOnly: [],
    oursWithPad: [],
    modelsOnlyWithPad: [],
    oursFromPixels: [],
    peer: [],
    peerFromPixels: [],
    stages: [],
  }
  const pipeline = new Pipeline(models)
  const inputs = await collect(pictures, (picture) => inputsOf(models, picture))
  const pixels = await collect(pictures, (picture) => sharp(picture).ensureAlpha().raw().toBuffer())
  for (let round = -warmUpRounds; round < rounds; round++) {
    const index = (round + warmUpRounds) % pictures.length
    const jpeg = pictures[index]!
    const turns: (() => Promise<Partial<Taken>>)[] = [
      async () => ({ ours: (await analysed(pipeline, 'jpeg', jpeg, false)).tookMs }),
      async () => ({ modelsOnly: await bare(models, inputs[index]!, false) }),
      async () => {
        const { tookMs, timings } = await analysed(pipeline, 'jpeg', jpeg, true)
        return { oursWithPad: tookMs, stages: timings }
      },
      async () => ({ modelsOnlyWithPad: await bare(models, inputs[index]!, true) }),
      async () => ({ oursFromPixels: (await analysed(pipeline, 'rgba', pixels[index]!, false)).tookMs }),
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
  return { peer: fromJpegMs, peerFromPixels: fromPixelsMs }
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
  pad: boolean,
): Promise<{ tookMs: number; timings: StageTimings }> {
  const data = new ArrayBuffer(bytes.length)
  new Uint8Array(data).set(bytes)
  const facts = { sequence: 0, capturedAtMonotonicMs: 0, widthPx: frameWidth, heightPx: frameHeight }
  const begunAtMs = performance.now()
  const analysis = await pipeline.analyse(
    { ...facts, encoding, data },
    { pad, embed: 'plain', evenIfRejected: false, limits: defaultQualityLimits },
  )
  const tookMs = performance.now() - begunAtMs
  pipeline.erase()
  if (analysis.faces !== 1 || analysis.embedding === undefined) {
    throw new Error(`A frame was not embedded: ${analysis.faces} faces, ${analysis.rejects.join(', ')}`)
  }
  return { tookMs, timings: analysis.timings }
}

/** The models' own runs in the engine's order, with nothing between them. */
async function bare(models: LoadedPack, inputs: Inputs, pad: boolean): Promise<number> {
  const begunAtMs = performance.now()
  await models.detector.run(inputs.detector)
  await models.landmarks.run(inputs.landmarks)
  await models.aligner.run(inputs.aligner)
  if (pad) await models.pad.run(inputs.pad)
  await models.embedder.run(inputs.embedder)
  return performance.now() - begunAtMs
}

/** What the models are given for one frame: a copy of each input. */
async function inputsOf(models: LoadedPack, picture: Uint8Array): Promise<Inputs> {
  const inputs: Partial<Record<keyof Inputs, Float32Array>> = {}
  const listening = (role: keyof Inputs) => ({
    entry: models[role].entry,
    run: (input: Float32Array) => {
      inputs[role] = input.slice()
      return models[role].run(input)
    },
  })
  const heard = {
    pack: models.pack,
    detector: listening('detector'),
    landmarks: listening('landmarks'),
    aligner: listening('aligner'),
    pad: listening('pad'),
    embedder: listening('embedder'),
  }
  await analysed(new Pipeline(heard), 'jpeg', picture, true)
  const { detector, landmarks, aligner, pad, embedder } = inputs
  if (!detector || !landmarks || !aligner || !pad || !embedder) throw new Error('A model was not run')
  return { detector, landmarks, aligner, pad, embedder }
}
