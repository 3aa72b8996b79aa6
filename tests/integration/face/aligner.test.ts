import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ModelEntry } from '../../../src-main/face/models/manifest.ts'
import { modelFor } from '../../../src-main/face/models/manifest.ts'
import { readTflite } from '../../../src-main/face/models/tflite/network.ts'
import { tfliteToOnnx } from '../../../src-main/face/models/tflite/toOnnx.ts'
import { runNaively } from './support/naiveTflite.ts'
import { readyPack } from './setUp.ts'

let file: Uint8Array
let entry: ModelEntry

beforeAll(async () => {
  const { pack, packDir } = await readyPack()
  entry = modelFor(pack, 'aligner')
  file = await readFile(join(packDir, entry.file))
})

const outputNames = () => entry.outputs.map(({ name }) => name)

describe('a network of TensorFlow Lite as an ONNX model', () => {
  test('answers as the file itself does, read and computed by a second, naive implementation', async () => {
    const session = await InferenceSession.create(tfliteToOnnx(file, 'input', outputNames()))
    const [output = ''] = outputNames()
    const random = seeded(7)
    for (let round = 0; round < 2; round++) {
      const picture = Float32Array.from({ length: 3 * 48 * 48 }, () => random() * 2 - 1)
      const answers = await session.run({ input: new Tensor('float32', picture, [1, 3, 48, 48]) })
      const naive = runNaively(readTflite(file), picture, output)
      const values = answers[output]?.data as Float32Array
      expect(values).toHaveLength(naive.length)
      for (const [index, value] of naive.entries()) expect(values[index]).toBeCloseTo(value, 4)
    }
  })

  test('is refused when it is another file, lacks the output, or was cut', () => {
    const picture = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 0])
    expect(() => tfliteToOnnx(picture, 'input', outputNames())).toThrow(/TensorFlow Lite/)
    expect(() => tfliteToOnnx(file, 'input', ['elsewhere'])).toThrow(/no tensor "elsewhere"/)
    expect(() => tfliteToOnnx(file.subarray(0, 5000), 'input', outputNames())).toThrow()
  })

  test('is refused or read, never waited for, when bytes of its tables were changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const changed = file.slice()
          for (const [at, value] of changes) changed[at] = value
          try {
            expect(tfliteToOnnx(changed, 'input', outputNames()).length).toBeGreaterThan(0)
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Error)
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})

/** Lehmer's generator (Park and Miller, 1988). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
