import type { TemporalSignals } from '../contract/face.ts'
import { judgeTemporal } from '../domain/face/burst.ts'
import type { WeighedEmbedding } from '../domain/face/embedding.ts'
import type { FrameAnalysis } from '../ports/faceEngine.ts'

export interface BurstFrame extends WeighedEmbedding {
  readonly padScore: number
  readonly capturedAtMonotonicMs: number
}

/** The usable frames of one person before the camera, and what the whole stream showed. */
export class Burst {
  #frames: BurstFrame[] = []
  readonly #fingerprints: string[] = []
  #sawSomebody = false

  /** Every frame of the stream, used or not. A covered lens repeats itself too, so only faces tell of a replay. */
  note(analysis: FrameAnalysis): void {
    if (analysis.faces === 0) return
    this.#fingerprints.push(analysis.fingerprint)
    this.#sawSomebody = true
  }

  add(frame: BurstFrame): void {
    this.#frames.push(frame)
  }

  get frames(): readonly BurstFrame[] {
    return this.#frames
  }

  get length(): number {
    return this.#frames.length
  }

  get lastEmbedding(): Float32Array | undefined {
    return this.#frames.at(-1)?.embedding
  }

  get padScores(): readonly number[] {
    return this.#frames.map(({ padScore }) => padScore)
  }

  get temporal(): TemporalSignals {
    return judgeTemporal(this.#fingerprints)
  }

  /** True once any frame showed a face, usable or not. */
  get sawSomebody(): boolean {
    return this.#sawSomebody
  }

  /** When the first usable frame was captured. */
  get beganAtMonotonicMs(): number | undefined {
    return this.#frames[0]?.capturedAtMonotonicMs
  }

  /** Forgets the person, not the stream. */
  restart(): void {
    this.erase()
    this.#frames = []
  }

  /** Overwrites every embedding. */
  erase(): void {
    for (const { embedding } of this.#frames) embedding.fill(0)
  }
}
