import type { FrameAnalysis } from '../../../ports/faceEngine.ts'

/** What became of one image. */
export type ImageOutcome =
  | { readonly kind: 'acquired'; readonly face: AcquiredFace; readonly ms: number }
  /** Readable, but no face to go on with: `reason` is `noFace`, or the engine's failure code. */
  | { readonly kind: 'failedToAcquire'; readonly reason: string; readonly ms: number }
  | { readonly kind: 'unreadable'; readonly reason: string }

export interface AcquiredFace {
  /** Float32Array, L2-normalised; there when embedding was asked for. */
  readonly embedding?: Float32Array
  /** Bona fide probability, 0..1; there when attack detection was asked for. */
  readonly padScore?: number
  /** 0..1, the weight of this image among others of one person. */
  readonly quality: number
  /** Whether the lane's quality gate would have taken the frame. */
  readonly passesGate: boolean
}

export type Outcomes = ReadonlyMap<string, ImageOutcome>

/** `ms`: reading and analysing on one thread, without waiting for others. */
export function outcomeOf(analysis: FrameAnalysis, ms: number): ImageOutcome {
  const { face, embedding, padScore, rejects } = analysis
  if (face === undefined) return { kind: 'failedToAcquire', reason: 'noFace', ms }
  return {
    kind: 'acquired',
    ms,
    face: {
      quality: face.quality,
      passesGate: rejects.length === 0,
      ...(embedding === undefined ? {} : { embedding }),
      ...(padScore === undefined ? {} : { padScore }),
    },
  }
}

/** Undefined for an image without a template: not acquired, or not readable. */
export function templateOf(outcomes: Outcomes, image: string): Float32Array | undefined {
  const outcome = outcomes.get(image)
  return outcome?.kind === 'acquired' ? outcome.face.embedding : undefined
}

/** Overwrites every template; the figures stay. */
export function eraseTemplates(outcomes: Outcomes): void {
  for (const outcome of outcomes.values()) {
    if (outcome.kind === 'acquired') outcome.face.embedding?.fill(0)
  }
}
