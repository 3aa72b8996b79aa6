import { compare } from '../../domain/face/embedding.ts'

/**
 * The score of a probe against a reference, both templates of one model pack: larger is more similar, finite, from -1.
 * Score normalisation or a second model is another comparator; everything else of an evaluation stays.
 */
export type Comparator = (probe: Float32Array, reference: Float32Array) => number

/** What the lane uses: the cosine of two L2-normalised embeddings, -1..1. */
export const cosine: Comparator = compare

/** The score of a comparison that could not be made; no threshold lets it pass. */
export const noScore = -1
