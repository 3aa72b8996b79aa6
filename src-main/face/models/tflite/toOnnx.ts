import type { FlatTable } from './flatTable.ts'
import type { TfliteNetwork, TfliteOperator } from './network.ts'
import { readTflite } from './network.ts'
import { OnnxWriter } from './onnxWriter.ts'

/**
 * An ONNX model of a TensorFlow Lite network, so that one runtime drives every model. Channels go from last to first,
 * as ONNX wants them; `outputs` are names of tensors in the file, and what only other outputs need is left out.
 * Throws when the network uses an operator that is not known here.
 */
export function tfliteToOnnx(file: Uint8Array, inputName: string, outputs: readonly string[]): Uint8Array {
  return new Conversion(readTflite(file), inputName).run(outputs)
}

/** Padding modes and activations of the schema. */
const samePadding = 0
const noActivation = 0

class Conversion {
  readonly #network: TfliteNetwork
  readonly #inputName: string
  readonly #onnx = new OnnxWriter()
  readonly #producers: ReadonlyMap<number, TfliteOperator>
  readonly #done = new Set<number>()

  constructor(network: TfliteNetwork, inputName: string) {
    this.#network = network
    this.#inputName = inputName
    this.#producers = new Map(network.operators.map((operator) => [operator.output, operator]))
  }

  run(outputs: readonly string[]): Uint8Array {
    const indices = outputs.map((name) => {
      const index = this.#network.tensors.findIndex((tensor) => tensor.name === name)
      if (index < 0) throw new Error(`there is no tensor "${name}"`)
      return index
    })
    for (const index of indices) this.#compute(index)
    const [, height = 0, width = 0, channels = 0] = this.#shape(this.#network.input)
    return this.#onnx.finish(
      { name: this.#inputName, shape: [1, channels, height, width] },
      indices.map((index) => ({ name: this.#name(index), shape: this.#shape(index) })),
    )
  }

  /** Writes what makes the tensor, its own inputs first. */
  #compute(tensor: number): void {
    if (tensor === this.#network.input || this.#done.has(tensor)) return
    this.#done.add(tensor)
    const operator = this.#producer(tensor)
    const prelu = this.#prelu(operator)
    if (prelu !== undefined) return this.#writePrelu(tensor, prelu)
    switch (operator.kind) {
      case 'conv2d':
        return this.#writeConv(operator)
      case 'maxPool2d':
        return this.#writeMaxPool(operator)
      case 'fullyConnected':
        return this.#writeFullyConnected(operator)
      case 'relu':
        return this.#write('Relu', operator)
      case 'neg':
        return this.#write('Neg', operator)
      case 'add':
      case 'mul':
      case 'other':
        throw new Error(`operator ${operator.number} is not known here`)
    }
  }

  /** relu(x) + alpha * -relu(-x), as the converter of TensorFlow 1 spells a PReLU. */
  #prelu(add: TfliteOperator): { source: number; slopes: Float32Array } | undefined {
    if (add.kind !== 'add') return undefined
    const [positive, scaled] = add.inputs.map((input) => this.#producers.get(input))
    if (positive?.kind !== 'relu' || scaled?.kind !== 'mul') return undefined
    const alpha = scaled.inputs.find((input) => this.#isConstant(input))
    const negated = scaled.inputs.find((input) => !this.#isConstant(input))
    const neg = negated === undefined ? undefined : this.#producers.get(negated)
    const relu = neg?.kind === 'neg' ? this.#producers.get(neg.inputs[0] ?? -1) : undefined
    const inner = relu?.kind === 'relu' ? this.#producers.get(relu.inputs[0] ?? -1) : undefined
    const source = positive.inputs[0]
    if (alpha === undefined || source === undefined) return undefined
    return inner?.kind === 'neg' && inner.inputs[0] === source
      ? { source, slopes: this.#floats(alpha) }
      : undefined
  }

  #writePrelu(tensor: number, { source, slopes }: { source: number; slopes: Float32Array }): void {
    this.#compute(source)
    const name = `${this.#name(tensor)}/slopes`
    const shape = this.#shape(source).length === 4 ? [slopes.length, 1, 1] : [slopes.length]
    this.#onnx.constant({ name, shape }, slopes)
    this.#onnx.node('PRelu', [this.#name(source), name], this.#name(tensor))
  }

  #writeConv(operator: TfliteOperator): void {
    const [source, weights, bias] = threeOf(operator)
    const options = optionsOf(operator)
    requireNoActivation(options.byte(3))
    this.#compute(source)
    const [outChannels = 0, height = 0, width = 0, inChannels = 0] = this.#shape(weights)
    const name = this.#name(operator.output)
    const planar = channelsFirst(this.#floats(weights), [outChannels, height * width, inChannels])
    this.#onnx.constant({ name: `${name}/weights`, shape: [outChannels, inChannels, height, width] }, planar)
    this.#onnx.constant({ name: `${name}/bias`, shape: [outChannels] }, this.#floats(bias))
    this.#onnx.node('Conv', [this.#name(source), `${name}/weights`, `${name}/bias`], name, {
      kernel_shape: [height, width],
      ...this.#window(operator, options, height, width),
    })
  }

  #writeMaxPool(operator: TfliteOperator): void {
    const options = optionsOf(operator)
    requireNoActivation(options.byte(5))
    const source = operator.inputs[0] ?? -1
    this.#compute(source)
    const [width, height] = [options.int(3), options.int(4)]
    this.#onnx.node('MaxPool', [this.#name(source)], this.#name(operator.output), {
      kernel_shape: [height, width],
      ...this.#window(operator, options, height, width),
    })
  }

  /** A fully connected layer after a picture sees it flattened; its columns follow the channels to the front. */
  #writeFullyConnected(operator: TfliteOperator): void {
    const [source, weights, bias] = threeOf(operator)
    requireNoActivation(optionsOf(operator).byte(0))
    this.#compute(source)
    const name = this.#name(operator.output)
    const [outputs = 0, inputs = 0] = this.#shape(weights)
    const [, height = 1, width = 1, channels = 1] = this.#shape(source)
    const isPicture = this.#shape(source).length === 4
    const values = this.#floats(weights)
    const columns = isPicture ? channelsFirst(values, [outputs, height * width, channels]) : values
    if (isPicture) this.#onnx.node('Flatten', [this.#name(source)], `${name}/flat`)
    this.#onnx.constant({ name: `${name}/weights`, shape: [outputs, inputs] }, columns)
    this.#onnx.constant({ name: `${name}/bias`, shape: [outputs] }, this.#floats(bias))
    const flat = isPicture ? `${name}/flat` : this.#name(source)
    this.#onnx.node('Gemm', [flat, `${name}/weights`, `${name}/bias`], name, { transB: 1 })
  }

  #write(operatorName: string, operator: TfliteOperator): void {
    const source = operator.inputs[0] ?? -1
    this.#compute(source)
    this.#onnx.node(operatorName, [this.#name(source)], this.#name(operator.output))
  }

  /** Strides and paddings; TensorFlow's SAME puts the odd pixel at the end. */
  #window(operator: TfliteOperator, options: FlatTable, height: number, width: number) {
    const [strideX, strideY] = [options.int(1), options.int(2)]
    const [, inHeight = 0, inWidth = 0] = this.#shape(operator.inputs[0] ?? -1)
    const [, outHeight = 0, outWidth = 0] = this.#shape(operator.output)
    const same = options.byte(0) === samePadding
    const padY = same ? Math.max(0, (outHeight - 1) * strideY + height - inHeight) : 0
    const padX = same ? Math.max(0, (outWidth - 1) * strideX + width - inWidth) : 0
    const [top, left] = [padY >> 1, padX >> 1]
    return { strides: [strideY, strideX], pads: [top, left, padY - top, padX - left] }
  }

  #producer(tensor: number): TfliteOperator {
    const operator = this.#producers.get(tensor)
    if (operator === undefined) throw new Error(`nothing makes tensor ${tensor}`)
    return operator
  }

  #shape(tensor: number): readonly number[] {
    return this.#network.tensors[tensor]?.shape ?? []
  }

  #name(tensor: number): string {
    return tensor === this.#network.input ? this.#inputName : (this.#network.tensors[tensor]?.name ?? '')
  }

  #isConstant(tensor: number): boolean {
    return (this.#network.tensors[tensor]?.data.length ?? 0) > 0
  }

  /** A copy, so that it is aligned. */
  #floats(tensor: number): Float32Array {
    const { data } = this.#network.tensors[tensor] ?? { data: new Uint8Array() }
    return new Float32Array(data.slice().buffer)
  }
}

/** [outer, positions, channels] to [outer, channels, positions]. */
function channelsFirst(
  values: Float32Array,
  [outer, positions, channels]: readonly [number, number, number],
): Float32Array {
  const moved = new Float32Array(values.length)
  for (let o = 0, from = 0; o < outer; o++) {
    for (let p = 0; p < positions; p++) {
      for (let c = 0; c < channels; c++, from++) moved[(o * channels + c) * positions + p] = values[from] ?? 0
    }
  }
  return moved
}

function threeOf({ number, inputs }: TfliteOperator): [source: number, weights: number, bias: number] {
  const [source, weights, bias] = inputs
  if (source === undefined || weights === undefined || bias === undefined)
    throw new Error(`operator ${number} lacks an input`)
  return [source, weights, bias]
}

function optionsOf({ number, options }: TfliteOperator): FlatTable {
  if (options === undefined) throw new Error(`operator ${number} lacks its options`)
  return options
}

function requireNoActivation(activation: number): void {
  if (activation !== noActivation)
    throw new Error(`activation ${activation} inside an operator is not known here`)
}
