import { numberAttribute, setNumber, type OnnxGraph, type OnnxNode, type Weights } from './graph.ts'

/** The runtime's fast convolutions work on blocks of this many channels, and not at all on other numbers of them. */
export const channelBlock = 16

/** Widen, filter each channel for itself, narrow: the block that mobile networks are built of. */
interface InvertedResidual {
  readonly expand: OnnxNode
  readonly before: OnnxNode
  readonly filter: OnnxNode
  readonly after: OnnxNode
  readonly project: OnnxNode
  readonly channels: number
}

/**
 * Gives the wide part of every inverted residual a number of channels that the runtime is quick with. Channels whose
 * filter is all zero answer the same number everywhere: they go, and that number goes into the narrow layer's bias.
 * Then channels of zeros are added up to the next whole block.
 */
export function evenChannels(graph: OnnxGraph): void {
  const links = graph.links()
  for (const filter of graph.nodes) {
    const block = blockAround(graph, links, filter)
    if (block === undefined) continue
    const live = liveChannels(weightsOf(graph, filter))
    const wanted = Math.ceil(live.length / channelBlock) * channelBlock
    if (wanted !== block.channels) rechannel(graph, block, live, wanted)
  }
}

function blockAround(
  graph: OnnxGraph,
  { producer, soleUser }: ReturnType<OnnxGraph['links']>,
  filter: OnnxNode,
): InvertedResidual | undefined {
  const channels = graph.weights(filter.inputs[1])?.shape[0]
  if (channels === undefined || !isConv(filter, channels) || channels === 1) return undefined
  const before = producer(filter.inputs[0] ?? '')
  const expand = before && producer(before.inputs[0] ?? '')
  const after = soleUser(filter.outputs[0] ?? '')
  const project = after && soleUser(after.outputs[0] ?? '')
  if (!before || !expand || !after || !project) return undefined
  const alone = soleUser(before.outputs[0] ?? '') === filter && soleUser(expand.outputs[0] ?? '') === before
  const fits =
    alone &&
    isConv(expand, 1) &&
    graph.weights(expand.inputs[1])?.shape[0] === channels &&
    isActivation(graph, before, channels) &&
    isActivation(graph, after, channels) &&
    isConv(project, 1) &&
    isPointwise(graph.weights(project.inputs[1]))
  return fits ? { expand, before, filter, after, project, channels } : undefined
}

function isConv(node: OnnxNode, group: number): boolean {
  return node.operator === 'Conv' && numberAttribute(node, 'group', 1) === group
}

function isActivation(graph: OnnxGraph, node: OnnxNode, channels: number): boolean {
  if (node.operator === 'Relu') return true
  return node.operator === 'PRelu' && graph.weights(node.inputs[1])?.values.length === channels
}

/** Of one pixel: a constant in front of it stays a constant behind it, at the picture's edges too. */
function isPointwise(weights: Weights | undefined): boolean {
  return weights !== undefined && weights.shape.slice(2).every((side) => side === 1)
}

function liveChannels({ shape, values }: Weights): number[] {
  const [channels = 0] = shape
  const size = values.length / channels
  return [...Array(channels).keys()].filter((channel) =>
    values.subarray(channel * size, (channel + 1) * size).some((weight) => weight !== 0),
  )
}

function rechannel(graph: OnnxGraph, block: InvertedResidual, live: readonly number[], wanted: number): void {
  const { expand, before, filter, after, project, channels } = block
  const constants = deadAnswers(graph, block, new Set(live))
  project.inputs[2] = foldedBias(graph, project, constants)
  project.inputs[1] = columns(graph, project, live, wanted)
  for (const conv of [expand, filter]) {
    conv.inputs[1] = rows(graph, weightsOf(graph, conv), live, wanted)
    const bias = graph.weights(conv.inputs[2])
    if (bias !== undefined) conv.inputs[2] = rows(graph, bias, live, wanted)
  }
  for (const activation of [before, after]) {
    const slopes = graph.weights(activation.inputs[1])
    if (slopes !== undefined)
      activation.inputs[1] = rows(graph, { shape: [channels, 1, 1], values: slopes.values }, live, wanted)
  }
  setNumber(filter, 'group', wanted)
}

/** What each channel without a filter answers at every pixel: its bias behind the activation. */
function deadAnswers(
  graph: OnnxGraph,
  { filter, after, channels }: InvertedResidual,
  live: ReadonlySet<number>,
): Map<number, number> {
  const biases = graph.weights(filter.inputs[2])?.values
  const slopes = graph.weights(after.inputs[1])?.values
  const answers = new Map<number, number>()
  for (let channel = 0; channel < channels; channel++) {
    const bias = biases?.[channel] ?? 0
    if (!live.has(channel)) answers.set(channel, bias > 0 ? bias : bias * (slopes?.[channel] ?? 0))
  }
  return answers
}

function foldedBias(graph: OnnxGraph, project: OnnxNode, constants: ReadonlyMap<number, number>): string {
  const { shape, values } = weightsOf(graph, project)
  const [outputs = 0, inputs = 0] = shape
  const bias = graph.weights(project.inputs[2])?.values
  const folded = Float32Array.from({ length: outputs }, (_, output) => {
    let sum = bias?.[output] ?? 0
    for (const [channel, constant] of constants) sum += (values[output * inputs + channel] ?? 0) * constant
    return sum
  })
  return graph.put([outputs], folded)
}

/** The first dimension's `live` entries, then zeros. */
function rows(graph: OnnxGraph, { shape, values }: Weights, live: readonly number[], wanted: number): string {
  const [channels = 0, ...rest] = shape
  const size = values.length / channels
  const chosen = new Float32Array(wanted * size)
  live.forEach((from, to) => {
    chosen.set(values.subarray(from * size, (from + 1) * size), to * size)
  })
  return graph.put([wanted, ...rest], chosen)
}

function columns(graph: OnnxGraph, project: OnnxNode, live: readonly number[], wanted: number): string {
  const { shape, values } = weightsOf(graph, project)
  const [outputs = 0, inputs = 0, ...rest] = shape
  const chosen = new Float32Array(outputs * wanted)
  for (let output = 0; output < outputs; output++) {
    live.forEach((from, to) => {
      chosen[output * wanted + to] = values[output * inputs + from] ?? 0
    })
  }
  return graph.put([outputs, wanted, ...rest], chosen)
}

function weightsOf(graph: OnnxGraph, conv: OnnxNode): Weights {
  const weights = graph.weights(conv.inputs[1])
  if (weights === undefined) throw new Error(`"${conv.outputs[0] ?? ''}" has no constant weights`)
  return weights
}
