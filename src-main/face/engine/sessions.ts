import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { Failure } from '../../contract/failure.ts'
import type { ModelEntry, ModelPack, ModelRole } from '../models/manifest.ts'
import { modelFor } from '../models/manifest.ts'
import { missingFailure } from '../models/models.ts'
import { integrityFailure } from '../models/npmPack.ts'
import { narrowDetector, narrowEntry } from '../models/onnx/narrowDetector.ts'
import { streamline } from '../models/onnx/streamline.ts'
import { tfliteToOnnx } from '../models/tflite/toOnnx.ts'

export type Outputs = Readonly<Record<string, Float32Array>>

/** One loaded model: tensor in, named float tensors out. */
export interface LoadedModel {
  readonly entry: ModelEntry
  /** One run at a time: the outputs are the model's own memory, valid until its next run. */
  run(input: Float32Array): Promise<Outputs>
}

export type LoadedPack = Readonly<Record<ModelRole, LoadedModel>> & {
  readonly pack: ModelPack
  /** The detector with a view of half the sides, for the surroundings of a face that is followed. */
  readonly nearDetector: LoadedModel
}

/**
 * Reads, verifies and loads every model of the pack, then runs each once. The bytes that are hashed are the bytes
 * that are loaded. Throws `Failure`: `models.missing`, `models.integrity`, `models.shape`.
 */
export async function loadPack(packDir: string, pack: ModelPack, threads: number): Promise<LoadedPack> {
  const load = async (role: ModelRole) => {
    const entry = modelFor(pack, role)
    return await loadModel(entry, await readVerified(packDir, entry), threads)
  }
  const [detectors, landmarks, aligner, pad, embedder] = await Promise.all([
    loadDetectors(packDir, modelFor(pack, 'detector'), threads),
    load('landmarks'),
    load('aligner'),
    load('pad'),
    load('embedder'),
  ])
  return { pack, ...detectors, landmarks, aligner, pad, embedder }
}

async function loadModel(entry: ModelEntry, bytes: Uint8Array, threads: number): Promise<LoadedModel> {
  return await fitting(entry, async () => await prepared(entry, streamline(asOnnx(entry, bytes)), threads))
}

/** Both views of the detector, from one reading of its file. */
async function loadDetectors(
  packDir: string,
  entry: ModelEntry,
  threads: number,
): Promise<Pick<LoadedPack, 'detector' | 'nearDetector'>> {
  const bytes = await readVerified(packDir, entry)
  const [detector, nearDetector] = await Promise.all([
    loadModel(entry, bytes, threads),
    loadNearDetector(entry, bytes, threads),
  ])
  return { detector, nearDetector }
}

async function loadNearDetector(
  detector: ModelEntry,
  bytes: Uint8Array,
  threads: number,
): Promise<LoadedModel> {
  const [, , height = 0, width = 0] = detector.input.shape
  return await fitting(detector, async () => {
    const entry = narrowEntry(detector, width / 2, height / 2)
    return await prepared(entry, narrowDetector(streamline(bytes), detector, entry), threads)
  })
}

async function prepared(entry: ModelEntry, model: Uint8Array, threads: number): Promise<LoadedModel> {
  const run = runner(await createSession(model, threads), entry)
  await run(new Float32Array(sizeOf(entry.input.shape)))
  return { entry, run }
}

async function fitting(entry: ModelEntry, load: () => Promise<LoadedModel>): Promise<LoadedModel> {
  try {
    return await load()
  } catch (thrown) {
    throw shapeFailure(entry, thrown instanceof Error ? thrown.message : String(thrown))
  }
}

async function readVerified(packDir: string, entry: ModelEntry): Promise<Uint8Array> {
  const bytes = await readFile(join(packDir, entry.file)).catch(() => undefined)
  if (bytes === undefined) throw new Failure(missingFailure(entry.file))
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== entry.sha256) throw integrityFailure(entry.file)
  return bytes
}

function asOnnx(entry: ModelEntry, bytes: Uint8Array): Uint8Array {
  if (entry.format === 'onnx') return bytes
  const outputs = entry.outputs.map(({ name }) => name)
  return tfliteToOnnx(bytes, entry.input.name, outputs)
}

async function createSession(bytes: Uint8Array, threads: number): Promise<InferenceSession> {
  return await InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // Spinning threads steal the cores from the rest of the till. Stopping them between runs (force_spinning_stop) is no
    // way out: the bench then stood still several times on a busy machine; why was not found.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
}

/** Writes into the same tensors at each run; a model whose outputs have other names or shapes refuses them. */
function runner(session: InferenceSession, entry: ModelEntry): LoadedModel['run'] {
  const { name, shape } = entry.input
  const fetches = Object.fromEntries(
    entry.outputs.map((output) => [
      output.name,
      new Tensor('float32', new Float32Array(sizeOf(output.shape)), output.shape),
    ]),
  )
  const outputs: Outputs = Object.fromEntries(
    Object.entries(fetches).map(([key, tensor]) => [key, tensor.data]),
  )
  return async (input) => {
    await session.run({ [name]: new Tensor('float32', input, shape) }, fetches)
    return outputs
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function shapeFailure(entry: ModelEntry, detail: string): Failure {
  return new Failure({
    code: 'models.shape',
    attempted: `load ${entry.file}`,
    remedy: 'staff',
    message: `The model ${entry.file} does not fit its manifest entry: ${detail}. Restore models/manifest.json from the release and fetch the models again.`,
  })
}
