import { channelBlock } from './evenChannels.ts'
import { numberAttribute, setNumber, type OnnxGraph, type OnnxNode, type Weights } from './graph.ts'

/**
 * Writes every PRelu behind a convolution as slope * x + (1 - slope) * relu(x). The runtime has no PRelu for the layout
 * its convolutions work in: each one makes it turn all channels around and back. Relu, filters of single channels and
 * sums stay in that layout. Where a filter of single channels follows, the two factors go into its weights.
 */
export function splitPRelus(graph: OnnxGraph): void {
  const { producer, soleUser } = graph.links()
  const replaced = new Map<OnnxNode, OnnxNode[]>()
  for (const prelu of graph.nodes) {
    const slopes = prelu.operator === 'PRelu' ? graph.weights(prelu.inputs[1])?.values : undefined
    const [source = ''] = prelu.inputs
    if (slopes === undefined || slopes.length % channelBlock !== 0) continue
    if (producer(source)?.operator !== 'Conv') continue
    const [output = ''] = prelu.outputs
    const relu = node('Relu', [source], `${output}/relu`)
    const user = soleUser(output)
    const filter = user && filterWeights(graph, user, slopes.length)
    if (user && filter) {
      replaced.set(prelu, [relu])
      replaced.set(user, filterBoth(graph, user, filter, { source, relu: `${output}/relu` }, slopes))
    } else {
      replaced.set(prelu, [relu, ...scaleBoth(graph, output, { source, relu: `${output}/relu` }, slopes)])
    }
  }
  graph.nodes = graph.nodes.flatMap((old) => replaced.get(old) ?? [old])
}

interface Halves {
  readonly source: string
  readonly relu: string
}

/** Of a convolution that filters each channel for itself. */
function filterWeights(graph: OnnxGraph, user: OnnxNode, channels: number): Weights | undefined {
  if (user.operator !== 'Conv' || numberAttribute(user, 'group', 1) !== channels) return undefined
  const weights = graph.weights(user.inputs[1])
  return weights?.shape[0] === channels ? weights : undefined
}

function filterBoth(
  graph: OnnxGraph,
  filter: OnnxNode,
  { shape, values }: Weights,
  { source, relu }: Halves,
  slopes: Float32Array,
): OnnxNode[] {
  const bias = filter.inputs[2]
  const [output = ''] = filter.outputs
  const size = values.length / slopes.length
  const scaled = (factor: (slope: number) => number) =>
    graph.put(
      shape,
      values.map((weight, at) => weight * factor(slopes[Math.floor(at / size)] ?? 1)),
    )
  const { attributes } = filter
  const straight = node(
    'Conv',
    [source, scaled((slope) => slope), ...(bias === undefined ? [] : [bias])],
    `${output}/straight`,
    attributes,
  )
  const bent = node('Conv', [relu, scaled((slope) => 1 - slope)], `${output}/bent`, attributes)
  return [straight, bent, sum(`${output}/bent`, `${output}/straight`, output)]
}

/** Filters of one pixel that only scale. */
function scaleBoth(
  graph: OnnxGraph,
  output: string,
  { source, relu }: Halves,
  slopes: Float32Array,
): OnnxNode[] {
  const scale = (input: string, factors: Float32Array, to: string) => {
    const made = node('Conv', [input, graph.put([slopes.length, 1, 1, 1], factors)], to)
    setNumber(made, 'group', slopes.length)
    setNumber(made, 'kernel_shape', [1, 1])
    return made
  }
  const straight = scale(source, slopes, `${output}/straight`)
  const bent = scale(
    relu,
    slopes.map((slope) => 1 - slope),
    `${output}/bent`,
  )
  return [straight, bent, sum(`${output}/bent`, `${output}/straight`, output)]
}

function sum(first: string, second: string, output: string): OnnxNode {
  return node('Add', [first, second], output)
}

function node(
  operator: string,
  inputs: string[],
  output: string,
  attributes: OnnxNode['attributes'] = new Map(),
): OnnxNode {
  return { operator, inputs, outputs: [output], attributes: new Map(attributes), others: [] }
}
