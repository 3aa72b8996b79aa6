import { readFileSync } from 'node:fs'
import path from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { currentPack, modelFor, readModelManifest } from '../../../src-main/face/models/manifest.ts'
import { packDir } from '../../../src-main/face/models/models.ts'
import { numberAttribute, OnnxGraph } from '../../../src-main/face/models/onnx/graph.ts'
import { narrowDetector, narrowEntry } from '../../../src-main/face/models/onnx/narrowDetector.ts'
import { streamline } from '../../../src-main/face/models/onnx/streamline.ts'
import { OnnxWriter } from '../../../src-main/face/models/tflite/onnxWriter.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const manifest = await readModelManifest(path.join(root, 'models/manifest.json'))
const pack = currentPack(manifest)

/** Repeats for ever, looks like nothing in particular. */
function noise(length: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 1_073_741_824 - 1
  })
}

async function answers(model: Uint8Array, input: string, shape: readonly number[]): Promise<Float32Array[]> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 })
  const data = noise(
    shape.reduce((product, side) => product * side, 1),
    7,
  )
  const outputs = await session.run({ [input]: new Tensor('float32', data, shape) })
  await session.release()
  return Object.values(outputs).map((output) => Float32Array.from(output.data as Float32Array))
}

/** The largest difference, against the largest value of what was expected. */
function apart(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length))
  return Math.max(
    ...expected.map((values, output) => {
      const range = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const worst = values.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - (found[output]?.[at] ?? Infinity))),
        0,
      )
      return worst / range
    }),
  )
}

function operators(model: Uint8Array): string[] {
  return new OnnxGraph(model).nodes.map(({ operator }) => operator)
}

describe('a streamlined model', () => {
  const onnx = pack.models.filter(({ format }) => format === 'onnx')

  test.each(onnx)('answers as the file of the $role does', async ({ file, input }) => {
    const bytes = readFileSync(path.join(packDir(path.join(root, 'models/packs'), pack), file))
    const expected = await answers(bytes, input.name, input.shape)
    const found = await answers(streamline(bytes), input.name, input.shape)
    expect(apart(found, expected)).toBeLessThan(1e-5)
  })

  test.each(onnx.filter(({ role }) => role === 'embedder' || role === 'pad'))(
    'of the $role has no PRelu left between convolutions',
    ({ file }) => {
      const bytes = readFileSync(path.join(packDir(path.join(root, 'models/packs'), pack), file))
      expect(operators(bytes)).toContain('PRelu')
      expect(operators(streamline(bytes))).not.toContain('PRelu')
    },
  )
})

/** Widens 3 channels to `wide`, of which those in `dead` have no filter, and narrows them to 2. */
function residual(wide: number, dead: readonly number[]): Uint8Array {
  const onnx = new OnnxWriter()
  const filter = noise(wide * 9, 3)
  for (const channel of dead) filter.fill(1e-20, channel * 9, channel * 9 + 9)
  const constant = (name: string, shape: number[], values: Float32Array) => {
    onnx.constant({ name, shape }, values)
    return name
  }
  onnx.node(
    'Conv',
    ['input', constant('w1', [wide, 3, 1, 1], noise(wide * 3, 1)), constant('b1', [wide], noise(wide, 2))],
    'x1',
    { kernel_shape: [1, 1] },
  )
  onnx.node('PRelu', ['x1', constant('s1', [wide, 1, 1], noise(wide, 4))], 'x2')
  onnx.node(
    'Conv',
    ['x2', constant('w2', [wide, 1, 3, 3], filter), constant('b2', [wide], noise(wide, 5))],
    'x3',
    {
      kernel_shape: [3, 3],
      pads: [1, 1, 1, 1],
      group: wide,
    },
  )
  onnx.node('PRelu', ['x3', constant('s2', [wide, 1, 1], noise(wide, 6))], 'x4')
  onnx.node('Conv', ['x4', constant('w3', [2, wide, 1, 1], noise(2 * wide, 8))], 'output', {
    kernel_shape: [1, 1],
  })
  return onnx.finish({ name: 'input', shape: [1, 3, 6, 6] }, [{ name: 'output', shape: [1, 2, 6, 6] }])
}

describe('an inverted residual', () => {
  test.each([
    [
      'loses the channels without a filter, whose constant goes into the bias',
      48,
      [0, 7, 8, ...range(20, 40)],
      32,
    ],
    ['is filled up with channels of zeros', 13, [], 16],
    ['loses some and gets some', 40, [39, 5], 48],
    ['keeps one block when no channel has a filter', 20, range(1, 20), 16],
    ['stays as it is when its channels are whole blocks', 32, [], 32],
  ])('%s', async (_what, wide, dead, expected) => {
    const model = residual(wide, dead)
    const changed = streamline(model)
    const filters = new OnnxGraph(changed).nodes.filter((node) => numberAttribute(node, 'group', 1) > 1)
    expect(new Set(filters.map((node) => numberAttribute(node, 'group', 1)))).toEqual(new Set([expected]))
    expect(operators(changed)).not.toContain('PRelu')
    const shape = [1, 3, 6, 6]
    expect(apart(await answers(changed, 'input', shape), await answers(model, 'input', shape))).toBeLessThan(
      1e-5,
    )
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}

test('bytes that are no model are refused', () => {
  expect(() => streamline(Buffer.from([0x3b, 1, 2, 3]))).toThrow(/Protocol Buffers/)
  expect(() => streamline(Buffer.from([0xff, 0xff]))).toThrow(/past the end/)
  expect(() => streamline(Buffer.from([0x3a, 100, 1]))).toThrow(/past the end of its message/)
  expect(() => streamline(Buffer.alloc(0))).toThrow(/without nodes/)
})

describe('the detector with a smaller view', () => {
  const detector = modelFor(pack, 'detector')
  const bytes = readFileSync(path.join(packDir(path.join(root, 'models/packs'), pack), detector.file))

  test('is the detector itself where the view is as large', async () => {
    const same = narrowEntry(detector, 320, 240)
    expect(same).toEqual(detector)
    const { name, shape } = detector.input
    const found = await answers(narrowDetector(bytes, detector, same), name, shape)
    expect(apart(found, await answers(bytes, name, shape))).toBeLessThan(1e-5)
  })

  test('answers for fewer boxes', async () => {
    const half = narrowEntry(detector, 160, 120)
    const found = await answers(narrowDetector(bytes, detector, half), half.input.name, half.input.shape)
    expect(found.map(({ length }) => length)).toEqual([1118 * 2, 1118 * 4])
  })

  test('is not made of a model of another family', () => {
    const { file } = modelFor(pack, 'landmarks')
    const other = readFileSync(path.join(packDir(path.join(root, 'models/packs'), pack), file))
    expect(() => narrowDetector(other, detector, detector)).toThrow(/known to be/)
  })
})
