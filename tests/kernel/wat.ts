import { readFileSync } from 'node:fs'
import path from 'node:path'
import wabt from 'wabt'

const folder = path.resolve(import.meta.dirname, '..', '..', 'src-main', 'face', 'gallery', 'kernel')

/** Where the compiled kernel lies. */
export const kernelBytesFile = path.join(folder, 'kernelBytes.ts')

/** The gallery's kernel, compiled from its text. */
export async function compileKernel(): Promise<Uint8Array<ArrayBuffer>> {
  const features = { simd: true, threads: true, relaxed_simd: true }
  const { parseWat } = await wabt()
  const parsed = parseWat('kernel.wat', readFileSync(path.join(folder, 'kernel.wat'), 'utf8'), features)
  try {
    return Uint8Array.from(parsed.toBinary({}).buffer)
  } finally {
    parsed.destroy()
  }
}
