import type { TfliteNetwork, TfliteOperator } from '../../../../src-main/face/models/tflite/network.ts'

/** Channels last, as the file has them: [height, width, channels], or [1, 1, n]. */
interface Volume {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly values: Float64Array
}

/** Computes a tensor by the definitions of the operators, one value after the other. `picture`: [3, height, width]. */
export function runNaively(network: TfliteNetwork, picture: Float32Array, wanted: string): Float64Array {
  const known = new Map<number, Volume>([[network.input, channelsLast(network, picture)]])
  for (const operator of network.operators) {
    const computed = compute(network, operator, known)
    if (computed === undefined) continue
    known.set(operator.output, computed)
    if (network.tensors[operator.output]?.name === wanted) return computed.values
  }
  throw new Error(`Nothing computed ${wanted}`)
}

function compute(
  network: TfliteNetwork,
  operator: TfliteOperator,
  known: ReadonlyMap<number, Volume>,
): Volume | undefined {
  const constant = (input: number) => {
    const data = network.tensors[input]?.data.slice() ?? new Uint8Array()
    return new Float32Array(data.buffer)
  }
  const [first, second] = operator.inputs.map((input) => known.get(input))
  const map = (source: Volume, value: (x: number, i: number) => number): Volume => ({
    ...source,
    values: source.values.map(value),
  })
  switch (operator.kind) {
    case 'relu':
      return map(first!, (x) => Math.max(0, x))
    case 'neg':
      return map(first!, (x) => -x)
    case 'add':
      return map(first!, (x, i) => x + second!.values[i]!)
    case 'mul': {
      const alpha = constant(operator.inputs[first === undefined ? 0 : 1]!)
      return map(first ?? second!, (x, i) => x * alpha[i % alpha.length]!)
    }
    case 'conv2d':
    case 'maxPool2d':
      return slide(network, operator, first!, constant)
    case 'fullyConnected': {
      const [weights, bias] = [constant(operator.inputs[1]!), constant(operator.inputs[2]!)]
      const source = first!.values
      const values = Float64Array.from(bias, (b, o) =>
        source.reduce((sum, x, i) => sum + x * weights[o * source.length + i]!, b),
      )
      return { height: 1, width: 1, channels: values.length, values }
    }
    case 'other':
      return undefined
  }
}

function slide(
  network: TfliteNetwork,
  { kind, inputs, output, options }: TfliteOperator,
  source: Volume,
  constant: (input: number) => Float32Array,
): Volume {
  const [, height = 0, width = 0, channels = 0] = network.tensors[output]?.shape ?? []
  const isConv = kind === 'conv2d'
  const [, kernelHeight = 0, kernelWidth = 0] = isConv
    ? (network.tensors[inputs[1]!]?.shape ?? [])
    : [0, options!.int(4), options!.int(3)]
  const [strideX, strideY] = [options!.int(1), options!.int(2)]
  const same = options!.byte(0) === 0
  const before = (out: number, stride: number, kernel: number, size: number) =>
    same ? Math.floor(Math.max(0, (out - 1) * stride + kernel - size) / 2) : 0
  const top = before(height, strideY, kernelHeight, source.height)
  const left = before(width, strideX, kernelWidth, source.width)
  const [weights, bias] = isConv ? [constant(inputs[1]!), constant(inputs[2]!)] : []
  const values = new Float64Array(height * width * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let o = 0; o < channels; o++) {
        let result = isConv ? bias![o]! : -Infinity
        for (let j = 0; j < kernelHeight; j++) {
          for (let i = 0; i < kernelWidth; i++) {
            const [sy, sx] = [y * strideY + j - top, x * strideX + i - left]
            if (sy < 0 || sx < 0 || sy >= source.height || sx >= source.width) continue
            const at = (sy * source.width + sx) * source.channels
            if (!isConv) result = Math.max(result, source.values[at + o]!)
            else {
              const kernel = ((o * kernelHeight + j) * kernelWidth + i) * source.channels
              for (let c = 0; c < source.channels; c++)
                result += weights![kernel + c]! * source.values[at + c]!
            }
          }
        }
        values[(y * width + x) * channels + o] = result
      }
    }
  }
  return { height, width, channels, values }
}

function channelsLast(network: TfliteNetwork, picture: Float32Array): Volume {
  const [, height = 0, width = 0, channels = 0] = network.tensors[network.input]?.shape ?? []
  const plane = height * width
  const values = Float64Array.from(
    { length: picture.length },
    (_, i) => picture[(i % channels) * plane + Math.floor(i / channels)]!,
  )
  return { height, width, channels, values }
}
