import { FlatTable } from './flatTable.ts'

/** Operators this project knows, by their number in TensorFlow Lite's schema (BuiltinOperator). */
export const operators = {
  0: 'add',
  3: 'conv2d',
  9: 'fullyConnected',
  17: 'maxPool2d',
  18: 'mul',
  19: 'relu',
  59: 'neg',
} as const
export type OperatorKind = (typeof operators)[keyof typeof operators] | 'other'

export interface TfliteTensor {
  readonly name: string
  /** Channels last. */
  readonly shape: readonly number[]
  /** Float32 little-endian of a constant; empty for what the network computes. */
  readonly data: Uint8Array
}

export interface TfliteOperator {
  readonly kind: OperatorKind
  readonly number: number
  readonly inputs: readonly number[]
  readonly output: number
  readonly options: FlatTable | undefined
}

export interface TfliteNetwork {
  readonly tensors: readonly TfliteTensor[]
  readonly operators: readonly TfliteOperator[]
  readonly input: number
}

/** Reads a `.tflite` file of one subgraph. Source of the field numbers: tensorflow/lite/schema/schema.fbs. */
export function readTflite(file: Uint8Array): TfliteNetwork {
  if (Buffer.from(file.subarray(4, 8)).toString('latin1') !== 'TFL3')
    throw new Error('no TensorFlow Lite file')
  const model = FlatTable.root(file)
  const codes = model.tables(1).map((code) => Math.max(code.byte(0), code.int(3)))
  const buffers = model.tables(4)
  const [graph] = model.tables(2)
  const [input] = graph?.ints(1) ?? []
  if (graph === undefined || input === undefined) throw new Error('a network without a graph or an input')
  return {
    input,
    tensors: graph.tables(0).map((tensor) => ({
      name: tensor.text(3),
      shape: tensor.ints(0),
      data: buffers[tensor.int(2)]?.bytes(0) ?? new Uint8Array(),
    })),
    operators: graph.tables(3).map((operator) => {
      const number = codes[operator.int(0)] ?? -1
      const kind = Object.hasOwn(operators, number) ? operators[number as keyof typeof operators] : 'other'
      return {
        kind,
        number,
        inputs: operator.ints(1),
        output: operator.ints(2)[0] ?? -1,
        options: operator.table(4),
      }
    }),
  }
}
