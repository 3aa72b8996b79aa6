/**
 * Comparison score of two embeddings, in [-1, 1], larger is more similar, not a probability. `probe`, `reference`:
 * Float32Array of one length, L2-normalised; throws when the lengths differ.
 */
export function compare(probe: Float32Array, reference: Float32Array): number {
  if (probe.length !== reference.length) {
    throw new Error(`Embeddings of ${probe.length} and ${reference.length} values cannot be compared`)
  }
  let score = 0
  for (let i = 0; i < probe.length; i++) score += probe[i]! * reference[i]!
  return Math.min(1, Math.max(-1, score))
}

export interface WeighedEmbedding {
  readonly embedding: Float32Array
  /** Above 0; larger weighs more. */
  readonly weight: number
}

/**
 * One embedding of several frames: the weighed mean, L2-normalised. Undefined when there are none, or when they
 * cancel each other out.
 */
export function fuse(frames: readonly WeighedEmbedding[]): Float32Array | undefined {
  const first = frames[0]
  if (first === undefined) return undefined
  const sum = new Float32Array(first.embedding.length)
  for (const { embedding, weight } of frames) {
    for (let i = 0; i < sum.length; i++) sum[i]! += embedding[i]! * weight
  }
  const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0))
  if (!(length > 1e-6)) return undefined
  for (let i = 0; i < sum.length; i++) sum[i]! /= length
  return sum
}

/**
 * One reference of an enrolment's frames, or `framesDisagree` when one of them is not the person of the others:
 * a frame whose comparison score with the fused reference is under `minAgreement`.
 */
export function fuseReference(
  frames: readonly WeighedEmbedding[],
  minAgreement: number,
): Float32Array | 'framesDisagree' {
  const reference = fuse(frames)
  if (reference === undefined) return 'framesDisagree'
  if (frames.every(({ embedding }) => compare(embedding, reference) >= minAgreement)) return reference
  reference.fill(0)
  return 'framesDisagree'
}
