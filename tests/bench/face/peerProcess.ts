import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import sharp from 'sharp'

export interface PeerRequest {
  readonly picture: Uint8Array
}

export interface PeerAnswer {
  /** From JPEG bytes to the embedding. */
  readonly fromJpegMs: number
  /** From decoded pixels to the embedding. */
  readonly fromPixelsMs: number
  readonly faces: number
  readonly embeddingLength: number
}

/** As much of the peer's interface as is used here. */
interface Human {
  readonly tf: {
    setBackend(name: 'wasm'): Promise<boolean>
    ready(): Promise<void>
    tensor(data: Uint8Array, shape: readonly number[], type: 'float32'): object
    dispose(tensor: object): void
  }
  load(): Promise<void>
  detect(input: object): Promise<{ readonly face: readonly { readonly embedding?: readonly number[] }[] }>
}

const folder = process.argv[2] ?? ''
const modules = path.join(folder, 'node_modules')
const { Human } = createRequire(path.join(folder, 'package.json'))(
  path.join(modules, '@vladmandic/human/dist/human.node-wasm.js'),
) as { readonly Human: new (config: object) => Human }

// Node's fetch does not read files, which is how the peer loads its models.
const fetchFromNetwork = globalThis.fetch
globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input)
  return url.startsWith('file:')
    ? new Response(await readFile(fileURLToPath(url)))
    : await fetchFromNetwork(input, init)
}

const off = { enabled: false }
const human = new Human({
  backend: 'wasm',
  wasmPath: `${path.join(modules, '@tensorflow/tfjs-backend-wasm/dist')}/`,
  modelBasePath: `${pathToFileURL(path.join(modules, '@vladmandic/human/models')).href}/`,
  // Every frame is looked at anew.
  cacheSensitivity: 0,
  filter: off,
  gesture: off,
  face: {
    enabled: true,
    detector: { rotation: false, maxDetected: 1, skipFrames: 0, skipTime: 0 },
    mesh: { enabled: true },
    description: { enabled: true, skipFrames: 0, skipTime: 0 },
    attention: off,
    iris: off,
    emotion: off,
    antispoof: off,
    liveness: off,
  },
  body: off,
  hand: off,
  object: off,
  segmentation: off,
  debug: false,
})

async function analyse(picture: Uint8Array): Promise<PeerAnswer> {
  const begunAtMs = performance.now()
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const decodedAtMs = performance.now()
  const pixels = human.tf.tensor(data, [1, info.height, info.width, 3], 'float32')
  const { face } = await human.detect(pixels)
  human.tf.dispose(pixels)
  const doneAtMs = performance.now()
  return {
    fromJpegMs: doneAtMs - begunAtMs,
    fromPixelsMs: doneAtMs - decodedAtMs,
    faces: face.length,
    embeddingLength: face[0]?.embedding?.length ?? 0,
  }
}

function reply(answer: PeerAnswer): void {
  process.send?.(answer)
}

await human.load()
await human.tf.setBackend('wasm')
await human.tf.ready()
process.on('message', ({ picture }: PeerRequest) => void analyse(picture).then(reply))
process.once('disconnect', () => process.exit())
reply({ fromJpegMs: 0, fromPixelsMs: 0, faces: 0, embeddingLength: 0 })
