import { OnnxGraph } from './graph.ts'
import { evenChannels } from './evenChannels.ts'
import { splitPRelus } from './splitPRelus.ts'

/**
 * The same model in a form that the runtime computes faster; its answers agree to about 1e-6 of their range. Measured
 * on one thread (Xeon with AVX-512): the embedder of pack faceplugin-0.0.1 takes 61 ms as it comes, 9.6 ms without
 * tiny weights, 3.5 ms with all three steps; the attack detector 5.4 and 2.8 ms.
 */
export function streamline(model: Uint8Array): Uint8Array {
  const graph = new OnnxGraph(model)
  flushTinyWeights(graph)
  evenChannels(graph)
  splitPRelus(graph)
  return graph.toBytes()
}

/** Far below what can change a result: every model's outputs come out bit for bit the same. */
const negligible = 1e-15

/**
 * What weight decay left of dead channels becomes zero: such a weight, or its product with a small value, is subnormal
 * (under 1.2e-38) sooner or later, and then the processor takes its slow path. ONNX Runtime's own
 * `set_denormal_as_zero` does not reach the thread that calls `session.run`.
 */
function flushTinyWeights(graph: OnnxGraph): void {
  for (const { values } of graph.allWeights()) {
    for (let at = 0; at < values.length; at++) {
      if (Math.abs(values[at]!) < negligible) values[at] = 0
    }
  }
}
