import type { StageTimings } from '../../ports/faceEngine.ts'

type Stage = Exclude<keyof StageTimings, 'totalMs'>

/** Adds up how long each stage of one frame takes. */
export class Stopwatch {
  readonly #startedAtMs = performance.now()
  readonly #stages: Record<Stage, number> = {
    decodeMs: 0,
    copyMs: 0,
    resizeMs: 0,
    detectMs: 0,
    landmarksMs: 0,
    warpMs: 0,
    measureMs: 0,
    padMs: 0,
    embedMs: 0,
  }

  time<T>(stage: Stage, work: () => T): T {
    const begunAtMs = performance.now()
    try {
      return work()
    } finally {
      this.#stages[stage] += performance.now() - begunAtMs
    }
  }

  async timeAsync<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const begunAtMs = performance.now()
    try {
      return await work()
    } finally {
      this.#stages[stage] += performance.now() - begunAtMs
    }
  }

  timings(): StageTimings {
    return { ...this.#stages, totalMs: performance.now() - this.#startedAtMs }
  }
}
