import { attributeField, dataTypeFloat, fields, type OnnxValue, valueInfo } from '../onnx/format.ts'
import { bytes, message, text, whole } from '../onnx/wire.ts'

const irVersion = 7
const opsetVersion = 11

/** Writes the few parts of an ONNX model that a converted network needs. */
export class OnnxWriter {
  readonly #nodes: Buffer[] = []
  readonly #initializers: Buffer[] = []

  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Record<string, number | readonly number[]> = {},
  ): void {
    this.#nodes.push(
      message(fields.graph.node, [
        ...inputs.map((name) => text(fields.node.input, name)),
        text(fields.node.output, output),
        text(fields.node.operator, operator),
        ...Object.entries(attributes).map(([name, value]) => attributeField(name, value)),
      ]),
    )
  }

  constant({ name, shape }: OnnxValue, values: Float32Array): void {
    const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
    this.#initializers.push(
      message(fields.graph.initializer, [
        ...shape.map((size) => whole(fields.tensor.dims, size)),
        whole(fields.tensor.dataType, dataTypeFloat),
        text(fields.tensor.name, name),
        bytes(fields.tensor.rawData, raw),
      ]),
    )
  }

  finish(input: OnnxValue, outputs: readonly OnnxValue[]): Uint8Array {
    const graph = message(fields.model.graph, [
      ...this.#nodes,
      text(fields.graph.name, 'converted'),
      ...this.#initializers,
      valueInfo(fields.graph.input, input),
      ...outputs.map((output) => valueInfo(fields.graph.output, output)),
    ])
    const opset = message(fields.model.opset, [text(1, ''), whole(2, opsetVersion)])
    return Buffer.concat([whole(fields.model.irVersion, irVersion), graph, opset])
  }
}
