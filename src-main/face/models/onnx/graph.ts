import { attribute, dataTypeFloat, fields, type OnnxValue, valueInfo } from './format.ts'
import { bytes, fieldsOf, message, numberOf, numbersOf, text, textOf, whole, type Field } from './wire.ts'

export interface OnnxNode {
  operator: string
  inputs: string[]
  outputs: string[]
  /** AttributeProto messages by name. */
  readonly attributes: Map<string, Uint8Array>
  /** Other fields as they stand in the file: its own name, its operator's domain. */
  readonly others: readonly Uint8Array[]
}

/** A float32 constant. */
export interface Weights {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/**
 * A model's graph, to be changed before it is loaded. Everything that is not a node or a float constant is kept as it
 * stands in the file, but for the shapes noted for what lies between nodes, which changes would make wrong.
 */
export class OnnxGraph {
  nodes: OnnxNode[] = []
  readonly #weights = new Map<string, Weights>()
  readonly #outputs = new Set<string>()
  readonly #aroundModel: Uint8Array[] = []
  #aroundGraph: Field[] = []
  #made = 0

  /** Throws when the bytes are no ONNX model. */
  constructor(model: Uint8Array) {
    for (const field of fieldsOf(model)) {
      if (field.number === fields.model.graph) for (const part of fieldsOf(field.value)) this.#take(part)
      else this.#aroundModel.push(field.whole)
    }
    if (this.nodes.length === 0) throw new Error('a model without nodes')
  }

  weights(name: string | undefined): Weights | undefined {
    return name === undefined ? undefined : this.#weights.get(name)
  }

  allWeights(): Iterable<Weights> {
    return this.#weights.values()
  }

  /** Names of the constants that hold these values, to 1e-5. */
  constantsLike(values: Float32Array): string[] {
    const alike = (others: Float32Array) =>
      others.length === values.length && others.every((other, at) => Math.abs(other - values[at]!) < 1e-5)
    return [...this.#weights].flatMap(([name, weights]) => (alike(weights.values) ? [name] : []))
  }

  /** Adds a constant and returns its name: one that others may share is never changed. */
  put(shape: readonly number[], values: Float32Array): string {
    this.#made += 1
    const name = `facelane/${this.#made}`
    this.#weights.set(name, { shape, values })
    return name
  }

  /** Gives every user of a value this constant instead. */
  replace(name: string, shape: readonly number[], values: Float32Array): void {
    const made = this.put(shape, values)
    for (const node of this.nodes) node.inputs = node.inputs.map((input) => (input === name ? made : input))
  }

  /** Says that an input or an output of the graph has this shape from now on. */
  reshape(value: OnnxValue): void {
    const { input, output } = fields.graph
    this.#aroundGraph = this.#aroundGraph.map((part) => {
      const isIt = part.number === input || part.number === output
      if (!isIt || nameOf(part.value, fields.valueInfo.name) !== value.name) return part
      return [...fieldsOf(valueInfo(part.number, value))][0]!
    })
  }

  /** Who makes and who uses each value, as the nodes stand now. */
  links(): {
    producer: (name: string) => OnnxNode | undefined
    soleUser: (name: string) => OnnxNode | undefined
  } {
    const producers = new Map<string, OnnxNode>()
    const users = new Map<string, OnnxNode[]>()
    for (const node of this.nodes) {
      for (const name of node.outputs) producers.set(name, node)
      for (const name of node.inputs) users.set(name, [...(users.get(name) ?? []), node])
    }
    return {
      producer: (name) => producers.get(name),
      soleUser: (name) => {
        const [user, another] = users.get(name) ?? []
        return another === undefined && !this.#outputs.has(name) ? user : undefined
      },
    }
  }

  toBytes(): Uint8Array {
    const used = new Set(this.nodes.flatMap(({ inputs }) => inputs))
    const constants = [...this.#weights].filter(([name]) => used.has(name))
    const graph = message(fields.model.graph, [
      ...this.nodes.map(encodeNode),
      ...constants.map(([name, weights]) => encodeWeights(name, weights)),
      ...this.#aroundGraph.map(({ whole }) => whole),
    ])
    return Buffer.concat([...this.#aroundModel, graph])
  }

  #take(part: Field): void {
    switch (part.number) {
      case fields.graph.node: {
        const node = readNode(part.value)
        const constant = constantOf(node)
        if (constant === undefined) this.nodes.push(node)
        else this.#weights.set(node.outputs[0] ?? '', constant)
        return
      }
      case fields.graph.initializer: {
        const read = readWeights(part.value)
        if (read === undefined) this.#aroundGraph.push(part)
        else this.#weights.set(read.name, read.weights)
        return
      }
      case fields.graph.valueInfo:
        return
      case fields.graph.output:
        this.#outputs.add(nameOf(part.value, fields.valueInfo.name))
        this.#aroundGraph.push(part)
        return
      default:
        this.#aroundGraph.push(part)
    }
  }
}

/** A whole-number attribute of the node, or `absent`. */
export function numberAttribute(node: OnnxNode, name: string, absent: number): number {
  const found = node.attributes.get(name)
  const value = found && [...fieldsOf(found)].find(({ number }) => number === fields.attribute.number)
  return value === undefined ? absent : numberOf(value)
}

export function setNumber(node: OnnxNode, name: string, value: number | readonly number[]): void {
  node.attributes.set(name, Buffer.concat(attribute(name, value)))
}

function readNode(encoded: Uint8Array): OnnxNode {
  const others: Uint8Array[] = []
  const node: OnnxNode = { operator: '', inputs: [], outputs: [], attributes: new Map(), others }
  for (const field of fieldsOf(encoded)) {
    if (field.number === fields.node.input) node.inputs.push(textOf(field))
    else if (field.number === fields.node.output) node.outputs.push(textOf(field))
    else if (field.number === fields.node.operator) node.operator = textOf(field)
    else if (field.number === fields.node.attribute)
      node.attributes.set(nameOf(field.value, fields.attribute.name), field.value)
    else others.push(field.whole)
  }
  return node
}

/** What a node holds that only makes a float constant. */
function constantOf({ operator, attributes }: OnnxNode): Weights | undefined {
  const encoded = operator === 'Constant' ? attributes.get('value') : undefined
  const tensor = encoded && [...fieldsOf(encoded)].find(({ number }) => number === fields.attribute.tensor)
  return tensor === undefined ? undefined : readWeights(tensor.value)?.weights
}

function encodeNode({ operator, inputs, outputs, attributes, others }: OnnxNode): Buffer {
  return message(fields.graph.node, [
    ...inputs.map((name) => text(fields.node.input, name)),
    ...outputs.map((name) => text(fields.node.output, name)),
    text(fields.node.operator, operator),
    ...[...attributes.values()].map((encoded) => bytes(fields.node.attribute, encoded)),
    ...others,
  ])
}

/** Undefined for a constant of another type than float32. */
function readWeights(encoded: Uint8Array): { name: string; weights: Weights } | undefined {
  const shape: number[] = []
  let name = ''
  let dataType = 0
  let data: Uint8Array = new Uint8Array()
  for (const field of fieldsOf(encoded)) {
    if (field.number === fields.tensor.dims) shape.push(...numbersOf(field))
    else if (field.number === fields.tensor.dataType) dataType = numberOf(field)
    else if (field.number === fields.tensor.name) name = textOf(field)
    else if (field.number === fields.tensor.floatData || field.number === fields.tensor.rawData)
      data = field.value
  }
  if (dataType !== dataTypeFloat) return undefined
  // A copy, so that it is aligned.
  const values = new Float32Array(new Uint8Array(data).buffer)
  const size = shape.reduce((product, side) => product * side, 1)
  if (values.length !== size) throw new Error(`"${name}" holds ${values.length} values instead of ${size}`)
  return { name, weights: { shape, values } }
}

function encodeWeights(name: string, { shape, values }: Weights): Buffer {
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return message(fields.graph.initializer, [
    ...shape.map((size) => whole(fields.tensor.dims, size)),
    whole(fields.tensor.dataType, dataTypeFloat),
    text(fields.tensor.name, name),
    bytes(fields.tensor.rawData, raw),
  ])
}

function nameOf(encoded: Uint8Array, number: number): string {
  const field = [...fieldsOf(encoded)].find((candidate) => candidate.number === number)
  return field === undefined ? '' : textOf(field)
}
