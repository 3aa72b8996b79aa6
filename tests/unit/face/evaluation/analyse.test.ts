import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FailureData } from '../../../../src-main/contract/failure.ts'
import { err, ok } from '../../../../src-main/contract/result.ts'
import { engineFailure } from '../../../../src-main/face/engine/failures.ts'
import { analyseImages } from '../../../../src-main/face/evaluation/images/analyse.ts'
import type { FaceEnginePort, FaceFrame, FrameAnalysis } from '../../../../src-main/ports/faceEngine.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-analyse-'))
const files = ['a.png', 'b.png', 'c.png'].map((image) => ({ image, file: path.join(folder, image) }))

beforeAll(async () => {
  for (const { file } of files) {
    await sharp({ create: { width: 8, height: 8, channels: 3, background: '#345' } }).toFile(file)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const emptyRoom: FrameAnalysis = {
  sequence: 0,
  capturedAtMonotonicMs: 0,
  widthPx: 8,
  heightPx: 8,
  faces: 0,
  rejects: ['noFace'],
  fingerprint: '',
  timings: {
    copyMs: 0,
    decodeMs: 0,
    resizeMs: 0,
    detectMs: 0,
    landmarksMs: 0,
    warpMs: 0,
    measureMs: 0,
    padMs: 0,
    embedMs: 0,
    totalMs: 1,
  },
}

/** An engine in trouble: what it answers to its first pictures; then it sees an empty room. */
function engine(answers: readonly FailureData[]): FaceEnginePort & { readonly seen: FaceFrame[] } {
  const seen: FaceFrame[] = []
  return {
    seen,
    ready: () => Promise.resolve(ok({ packId: 'p', startedInMs: 0 })),
    analyse: (frame) => {
      const failure = answers[seen.length]
      seen.push(frame)
      return Promise.resolve(failure === undefined ? ok(emptyRoom) : err(failure))
    },
    close: () => Promise.resolve(),
  }
}

const options = (used: FaceEnginePort, signal = new AbortController().signal) => ({
  engines: [used],
  want: { pad: false, embed: 'both' } as const,
  signal,
  onProgress: () => undefined,
})

describe('an engine in trouble', () => {
  test('that was lost gets the same picture again when it is back', async () => {
    const lost = engine([engineFailure('face.engineLost')])
    const outcomes = await analyseImages(files, options(lost))
    expect([...outcomes.values()].map(({ kind }) => kind)).toEqual(Array(3).fill('failedToAcquire'))
    expect(lost.seen).toHaveLength(4)
  })

  test('that cannot start ends the evaluation with its own failure', async () => {
    const missing = { code: 'models.missing', attempted: 'find it', remedy: 'staff', message: 'no' } as const
    await expect(analyseImages(files, options(engine([missing])))).rejects.toMatchObject({
      code: 'models.missing',
    })
  })

  test('that cannot make sense of a picture names it as not acquired', async () => {
    const bad = { code: 'face.badFrame', attempted: 'look', remedy: 'retry', message: 'no' } as const
    const outcomes = await analyseImages(files.slice(0, 1), options(engine([bad])))
    expect(outcomes.get('a.png')).toMatchObject({ kind: 'failedToAcquire', reason: 'face.badFrame' })
  })
})

describe('stills for one engine', () => {
  test('are never numbered like frames of one camera', async () => {
    const used = engine([])
    await analyseImages(files, options(used))
    const numbers = used.seen.map(({ sequence }) => sequence).sort((a, b) => a - b)
    for (const [index, number] of numbers.entries()) {
      expect(number - (numbers[index - 1] ?? 0)).toBeGreaterThanOrEqual(1000)
    }
  })

  test('are not begun after a stop', async () => {
    const used = engine([])
    await expect(analyseImages(files, options(used, AbortSignal.abort()))).rejects.toMatchObject({
      code: 'evaluate.stopped',
    })
    expect(used.seen).toEqual([])
  })
})
