/** Writes the few parts of an ONNX model that a converted network needs. Field numbers: onnx.proto3. */

export type Attribute = number | readonly number[]

export interface OnnxValue {
  readonly name: string
  readonly shape: readonly number[]
}

const elementFloat = 1
const irVersion = 7
const opsetVersion = 11

export class OnnxWriter {
  readonly #nodes: Buffer[] = []
  readonly #initializers: Buffer[] = []

  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Record<string, Attribute> = {},
  ): void {
    const encoded = Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value)))
    const named = inputs.map((name) => text(1, name))
    this.#nodes.push(message(1, [...named, text(2, output), text(4, operator), ...encoded]))
  }

  constant({ name, shape }: OnnxValue, values: Float32Array): void {
    const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
    const dims = shape.map((size) => whole(1, size))
    this.#initializers.push(message(5, [...dims, whole(2, elementFloat), text(8, name), bytes(9, raw)]))
  }

  finish(input: OnnxValue, outputs: readonly OnnxValue[]): Uint8Array {
    const graph = message(7, [
      ...this.#nodes,
      text(2, 'converted'),
      ...this.#initializers,
      valueInfo(11, input),
      ...outputs.map((output) => valueInfo(12, output)),
    ])
    return Buffer.concat([whole(1, irVersion), graph, message(8, [text(1, ''), whole(2, opsetVersion)])])
  }
}

function attribute(name: string, value: Attribute): Buffer[] {
  return typeof value === 'number'
    ? [text(1, name), whole(3, value), whole(20, 2)]
    : [text(1, name), ...value.map((item) => whole(8, item)), whole(20, 7)]
}

function valueInfo(field: number, { name, shape }: OnnxValue): Buffer {
  const dims = shape.map((size) => message(1, [whole(1, size)]))
  const tensorType = message(1, [whole(1, elementFloat), message(2, dims)])
  return message(field, [text(1, name), message(2, [tensorType])])
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts))
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value))
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value])
}

function whole(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)])
}

/** Of a whole number from 0 to 2^32 - 1. */
function varint(value: number): Buffer {
  const out: number[] = []
  let rest = value >>> 0
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return Buffer.from([...out, rest])
}
