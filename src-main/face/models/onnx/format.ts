import { message, text, whole } from './wire.ts'

/** What goes in or comes out of a model, by name. */
export interface OnnxValue {
  readonly name: string
  readonly shape: readonly number[]
}

/** Field numbers of the messages that make a model. Source: onnx.proto3. */
export const fields = {
  model: { irVersion: 1, graph: 7, opset: 8 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 },
  node: { input: 1, output: 2, operator: 4, attribute: 5 },
  attribute: { name: 1, number: 3, tensor: 5, numbers: 8, type: 20 },
  tensor: { dims: 1, dataType: 2, floatData: 4, name: 8, rawData: 9 },
  valueInfo: { name: 1, type: 2 },
} as const

export const dataTypeFloat = 1
const attributeNumber = 2
const attributeNumbers = 7

/** The content of an AttributeProto of whole numbers. */
export function attribute(name: string, value: number | readonly number[]): Buffer[] {
  const number = fields.attribute
  return typeof value === 'number'
    ? [text(number.name, name), whole(number.number, value), whole(number.type, attributeNumber)]
    : [
        text(number.name, name),
        ...value.map((item) => whole(number.numbers, item)),
        whole(number.type, attributeNumbers),
      ]
}

export function attributeField(name: string, value: number | readonly number[]): Buffer {
  return message(fields.node.attribute, attribute(name, value))
}

/** An input or an output of the graph: floats in this shape. */
export function valueInfo(field: number, { name, shape }: OnnxValue): Buffer {
  const dims = shape.map((size) => message(1, [whole(1, size)]))
  const tensorType = message(1, [whole(1, dataTypeFloat), message(2, dims)])
  return message(field, [text(fields.valueInfo.name, name), message(fields.valueInfo.type, [tensorType])])
}
