import { describe, expect, test } from 'vitest'
import type { CameraFrame, CameraPort } from '../../../drivers/camera/port.ts'
import type { FaceBox, QualityReject } from '../../../src-main/contract/face.ts'
import type { CapturePolicy } from '../../../src-main/domain/face/policy.ts'
import { defaultCaptureBehaviour } from '../../../src-main/domain/face/policy.ts'
import type { CaptureGoal } from '../../../src-main/face/captureLoop.ts'
import { look } from '../../../src-main/face/captureLoop.ts'
import { Stopwatch } from '../../../src-main/face/engine/stopwatch.ts'
import type { FaceEnginePort } from '../../../src-main/ports/faceEngine.ts'
import { goodFace } from './support/measured.ts'

const policy: CapturePolicy = {
  ...defaultCaptureBehaviour,
  matchThreshold: 0.47,
  cohort: { size: 3, floor: 0.26, weight: 0.6 },
  matchMargin: 0.1,
  padThreshold: 0.3,
}
const { box } = goodFace
const cameraEveryMs = 20

/**
 * A look at `frames` frames, each of which the engine takes so long for, by a clock that only they and the pauses move.
 * `rejectsOf` says what is wrong with each.
 */
async function lookAt(
  frames: number,
  tookMs: number,
  rejectsOf: (frame: number) => readonly QualityReject[],
  mayFollow = true,
) {
  let nowMs = 0
  let analysed = 0
  const near: (FaceBox | undefined)[] = []
  const pausesMs: number[] = []
  const camera: CameraPort = {
    kind: 'live',
    open: async () => undefined,
    close: async () => undefined,
    async *frames() {
      for (let sequence = 0; ; sequence++) {
        nowMs = Math.ceil((nowMs + 1) / cameraEveryMs) * cameraEveryMs
        const data = new ArrayBuffer(1)
        const size = { widthPx: 640, heightPx: 480 }
        yield {
          sequence,
          capturedAtMonotonicMs: nowMs,
          encoding: 'jpeg',
          ...size,
          data,
        } satisfies CameraFrame
      }
    },
  }
  const engine: FaceEnginePort = {
    ready: async () => ({ ok: true, value: { packId: 'pack', startedInMs: 1 } }),
    analyse: async ({ sequence, capturedAtMonotonicMs, widthPx, heightPx }, options) => {
      near.push(options.near)
      nowMs += tookMs
      const isNear = options.near === undefined ? {} : { near: true as const }
      const timings = new Stopwatch().timings()
      const base = { sequence, capturedAtMonotonicMs, widthPx, heightPx, fingerprint: String(sequence) }
      return {
        ok: true,
        value: { ...base, ...isNear, faces: 1, face: goodFace, rejects: rejectsOf(analysed), timings },
      }
    },
    close: async () => undefined,
  }
  const clock = {
    nowMs: () => 0,
    monotonicMs: () => nowMs,
    moment: () => ({ atMs: 0, bootId: 'c'.repeat(32), monotonicMs: 0 }),
    after: (delayMs: number, run: () => void) => {
      if (delayMs === policy.timeoutMs) return () => undefined
      pausesMs.push(delayMs)
      nowMs += delayMs
      queueMicrotask(run)
      return () => undefined
    },
  }
  const goal: CaptureGoal<'done'> = {
    embed: () => 'plain',
    mayFollow: () => mayFollow,
    take: async () => {
      analysed += 1
      const view = { guidance: 'holdStill', progress: 0 } as const
      return analysed === frames ? { answer: 'done', view } : { view }
    },
    timedOut: () => 'done',
    erase: () => undefined,
  }
  const options = { signal: new AbortController().signal, onProgress: () => undefined }
  expect(await look({ camera, engine, clock, policy }, options, goal)).toBe('done')
  return { near, pausesMs, tookMs: nowMs }
}

const refused = (): readonly QualityReject[] => ['tooFar']

describe('the frames of one look', () => {
  test('are looked at around the last face while they are refused, every third as a whole', async () => {
    const { near } = await lookAt(7, 10, refused)
    expect(near).toEqual([undefined, box, box, undefined, box, box, undefined])
  })

  test('are all looked at as a whole once one was good enough', async () => {
    const { near } = await lookAt(6, 10, (frame) => (frame < 2 ? ['tooFar'] : []))
    expect(near).toEqual([undefined, box, box, undefined, undefined, undefined])
  })

  test('are all looked at as a whole where the goal compares them with each other', async () => {
    const { near } = await lookAt(4, 10, refused, false)
    expect(near).toEqual([undefined, undefined, undefined, undefined])
  })

  test('follow each other without a pause on a machine that keeps up', async () => {
    expect((await lookAt(6, 15, refused)).pausesMs).toEqual([])
  })

  test('leave the machine time between them on a slow one', async () => {
    const { pausesMs, tookMs } = await lookAt(10, 90, refused)
    expect(pausesMs).toEqual(Array.from({ length: 9 }, () => 60))
    expect((10 * 90) / tookMs).toBeLessThan(0.65)
  })
})
