import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { Failure } from '../../contract/failure.ts'
import type { ModelEntry, ModelPack, ModelRole } from '../models/manifest.ts'
import { modelFor } from '../models/manifest.ts'
import { missingFailure } from '../models/models.ts'
import { integrityFailure } from '../models/npmPack.ts'
import { flushTinyWeights } from './tinyWeights.ts'

/** One loaded model: tensor in, named float tensors out. */
export interface LoadedModel {
  readonly entry: ModelEntry
  run(input: Float32Array): Promise<Readonly<Record<string, Float32Array>>>
}

export type LoadedPack = Readonly<Record<ModelRole, LoadedModel>> & { readonly pack: ModelPack }

/**
 * Reads, verifies and loads every model of the pack, then runs each once. The bytes that are hashed are the bytes
 * that are loaded. Throws `Failure`: `models.missing`, `models.integrity`, `models.shape`.
 */
export async function loadPack(packDir: string, pack: ModelPack, threads: number): Promise<LoadedPack> {
  const load = (role: ModelRole) => loadModel(packDir, modelFor(pack, role), threads)
  const [detector, landmarks, pad, embedder] = await Promise.all([
    load('detector'),
    load('landmarks'),
    load('pad'),
    load('embedder'),
  ])
  return { pack, detector, landmarks, pad, embedder }
}

async function loadModel(packDir: string, entry: ModelEntry, threads: number): Promise<LoadedModel> {
  const bytes = await readVerified(packDir, entry)
  const session = await createSession(entry, bytes, threads)
  const model: LoadedModel = { entry, run: (input) => runSession(session, entry, input) }
  await warmUp(model)
  return model
}

async function readVerified(packDir: string, entry: ModelEntry): Promise<Uint8Array> {
  const bytes = await readFile(join(packDir, entry.file)).catch(() => undefined)
  if (bytes === undefined) throw new Failure(missingFailure(entry.file))
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== entry.sha256) throw integrityFailure(entry.file)
  return bytes
}

async function createSession(
  entry: ModelEntry,
  bytes: Uint8Array,
  threads: number,
): Promise<InferenceSession> {
  try {
    flushTinyWeights(bytes)
    return await InferenceSession.create(bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Spinning threads steal the cores from the rest of the till between two frames.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
  } catch (thrown) {
    throw shapeFailure(entry, thrown instanceof Error ? thrown.message : String(thrown))
  }
}

async function runSession(
  session: InferenceSession,
  entry: ModelEntry,
  input: Float32Array,
): Promise<Record<string, Float32Array>> {
  const results = await session.run({ [entry.input.name]: new Tensor('float32', input, entry.input.shape) })
  return Object.fromEntries(
    entry.outputs.map(({ name }) => {
      const tensor = results[name]
      if (!(tensor?.data instanceof Float32Array))
        throw shapeFailure(entry, `the output "${name}" is missing`)
      return [name, tensor.data]
    }),
  )
}

/** The first run allocates; doing it here makes the first shopper as quick as the tenth. Also proves the shapes. */
async function warmUp(model: LoadedModel): Promise<void> {
  const { entry } = model
  let outputs: Readonly<Record<string, Float32Array>>
  try {
    outputs = await model.run(
      new Float32Array(entry.input.shape.reduce((product, size) => product * size, 1)),
    )
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw shapeFailure(entry, thrown instanceof Error ? thrown.message : String(thrown))
  }
  for (const { name, shape } of entry.outputs) {
    const expected = shape.reduce((product, size) => product * size, 1)
    if (outputs[name]?.length !== expected)
      throw shapeFailure(entry, `the output "${name}" is not ${shape.join('x')}`)
  }
}

function shapeFailure(entry: ModelEntry, detail: string): Failure {
  return new Failure({
    code: 'models.shape',
    attempted: `load ${entry.file}`,
    remedy: 'staff',
    message: `The model ${entry.file} does not fit its manifest entry: ${detail}. Restore models/manifest.json from the release and fetch the models again.`,
  })
}
