import type { ModelEntry } from '../manifest.ts'
import { OnnxGraph } from './graph.ts'

/**
 * Where the RFB-320 detector looks: on each of four grids, one cell to `step` pixels, boxes of these sides in pixels. Cells
 * are `down` pixels apart: 7.5 and 3.75 of the coarse ones fit 240 rows, and training spread the 8 and 4 there are evenly.
 * Source: Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB, vision/ssd/config/fd_config.py, and the file's constants.
 */
const grids = [
  { step: 8, down: 8, sides: [10, 16, 24] },
  { step: 16, down: 16, sides: [32, 48] },
  { step: 32, down: 30, sides: [64, 96] },
  { step: 64, down: 60, sides: [128, 192, 256] },
] as const

/** Boxes the detector starts from, centre x, y and width, height of each, 0..1 of the view. */
interface Priors {
  readonly centres: Float32Array
  readonly sizes: Float32Array
}

/** For a view of `width` x `height` pixels. */
export function priorsFor(width: number, height: number): Priors {
  const centres: number[] = []
  const sizes: number[] = []
  for (const { step, down, sides } of grids) {
    for (let y = 0; y < Math.ceil(height / step); y++) {
      for (let x = 0; x < Math.ceil(width / step); x++) {
        for (const side of sides) {
          centres.push(Math.min(1, ((x + 0.5) * step) / width), Math.min(1, ((y + 0.5) * down) / height))
          sizes.push(Math.min(1, side / width), Math.min(1, side / height))
        }
      }
    }
  }
  return { centres: Float32Array.from(centres), sizes: Float32Array.from(sizes) }
}

/** What the detector is with a view of this size: 0..1 of the view as before, fewer boxes. */
export function narrowEntry(detector: ModelEntry, width: number, height: number): ModelEntry {
  const boxes = priorsFor(width, height).centres.length / 2
  const { input, outputs } = detector
  return {
    ...detector,
    input: { ...input, shape: [1, 3, height, width] },
    outputs: outputs.map(({ name, shape }) => ({ name, shape: [1, boxes, shape[2] ?? 0] })),
  }
}

/**
 * The same detector with a smaller view: nothing but the boxes it starts from and the shapes it declares hangs on the
 * size. Throws when the model is not of this family.
 */
export function narrowDetector(model: Uint8Array, from: ModelEntry, to: ModelEntry): Uint8Array {
  const graph = new OnnxGraph(model)
  const before = priorsOf(from)
  const after = priorsOf(to)
  const shape = [1, after.centres.length / 2, 2]
  for (const kind of ['centres', 'sizes'] as const) {
    const names = graph.constantsLike(before[kind])
    if (names.length === 0) throw new Error(`the ${kind} it starts from are not where they are known to be`)
    for (const name of names) graph.replace(name, shape, after[kind])
  }
  for (const value of [to.input, ...to.outputs]) graph.reshape(value)
  return graph.toBytes()
}

function priorsOf({ input }: ModelEntry): Priors {
  const [, , height = 0, width = 0] = input.shape
  return priorsFor(width, height)
}
