import { readFileSync } from 'node:fs'
import path from 'node:path'
import wabt from 'wabt'

const faceFolder = path.resolve(import.meta.dirname, '..', '..', 'src-main', 'face')

/** A WebAssembly text and where its bytes lie, beside it. */
export interface KernelSource {
  readonly textFile: string
  readonly bytesFile: string
  /** What the bytes are exported as. */
  readonly exportName: string
}

function source(folder: string, name: string, bytesName: string): KernelSource {
  const at = (file: string) => path.join(faceFolder, folder, 'kernel', file)
  return { textFile: at(`${name}.wat`), bytesFile: at(`${bytesName}.ts`), exportName: bytesName }
}

/** The gallery's search and the engine's pixel loops. */
export const kernelSources = {
  gallery: source('gallery', 'kernel', 'kernelBytes'),
  image: source('engine', 'image', 'imageBytes'),
}

/** A kernel, compiled from its text. */
export async function compileKernel({ textFile }: KernelSource): Promise<Uint8Array<ArrayBuffer>> {
  const features = {
    simd: true,
    threads: true,
    relaxed_simd: true,
    bulk_memory: true,
    sat_float_to_int: true,
  }
  const { parseWat } = await wabt()
  const parsed = parseWat(path.basename(textFile), readFileSync(textFile, 'utf8'), features)
  try {
    return Uint8Array.from(parsed.toBinary({}).buffer)
  } finally {
    parsed.destroy()
  }
}
