import type { TemporalSignals } from '../contract/face.ts'
import type { WeighedEmbedding } from '../domain/face/embedding.ts'
import { compare } from '../domain/face/embedding.ts'
import { breaksBurst } from '../domain/face/guidance.ts'
import type { StreamSight } from '../domain/face/stream.ts'
import { judgeStream, streamFace } from '../domain/face/stream.ts'
import type { FrameAnalysis } from '../ports/faceEngine.ts'

export interface BurstFrame extends WeighedEmbedding {
  readonly padScore: number
  readonly capturedAtMonotonicMs: number
}

/** A loop of more frames than this is not found; one look rarely has as many. */
const sightsKept = 300

/** The usable frames of one person before the camera, and what the whole stream showed. */
export class Burst {
  #frames: BurstFrame[] = []
  readonly #sights: StreamSight[] = []
  #sawSomebody = false

  /**
   * Takes one frame's embedding in. Under `sameFaceScore` another person stands there: the burst begins again; -1 keeps
   * them all, to be refused later. True when the frame can be used.
   */
  take(analysis: FrameAnalysis, sameFaceScore: number): boolean {
    this.#note(analysis)
    if (breaksBurst(analysis.rejects)) {
      this.#restart()
      return false
    }
    const { embedding, padScore, face, capturedAtMonotonicMs } = analysis
    if (embedding === undefined || padScore === undefined || face === undefined) return false
    const last = this.#frames.at(-1)?.embedding
    if (last !== undefined && !(compare(last, embedding) >= sameFaceScore)) this.#restart()
    this.#frames.push({ embedding, padScore, weight: face.quality, capturedAtMonotonicMs })
    return true
  }

  get frames(): readonly BurstFrame[] {
    return this.#frames
  }

  get length(): number {
    return this.#frames.length
  }

  get padScores(): readonly number[] {
    return this.#frames.map(({ padScore }) => padScore)
  }

  get temporal(): TemporalSignals {
    return judgeStream(this.#sights)
  }

  /** True once any frame showed a face, usable or not. */
  get sawSomebody(): boolean {
    return this.#sawSomebody
  }

  /** When the first usable frame was captured. */
  get beganAtMonotonicMs(): number | undefined {
    return this.#frames[0]?.capturedAtMonotonicMs
  }

  /** Overwrites every embedding. */
  erase(): void {
    for (const { embedding } of this.#frames) embedding.fill(0)
  }

  /** Every frame of the stream, used or not. A covered lens repeats itself too, so only faces tell of a replay. */
  #note({ faces, face, fingerprint }: FrameAnalysis): void {
    if (faces === 0) return
    this.#sights.push({ fingerprint, face: face === undefined ? null : streamFace(face) })
    if (this.#sights.length > sightsKept) this.#sights.shift()
    this.#sawSomebody = true
  }

  /** Forgets the person, not the stream. */
  #restart(): void {
    this.erase()
    this.#frames = []
  }
}
