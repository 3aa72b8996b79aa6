import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitMjpeg } from '../../../drivers/camera/mjpegSplitter.ts'
import type { FaceBox } from '../../../src-main/contract/face.ts'
import { overlap } from '../../../src-main/domain/face/boxes.ts'
import { defaultQualityLimits } from '../../../src-main/domain/face/quality.ts'
import { createFaceEngine } from '../../../src-main/face/engine/engine.ts'
import type { FaceEnginePort, FrameAnalysis } from '../../../src-main/ports/faceEngine.ts'
import { readyEngine, readyPack, readyPeople } from './setUp.ts'

let engine: FaceEnginePort
/** Asks everybody to come closer. */
let strict: FaceEnginePort
let people: Readonly<Record<string, string>>

beforeAll(async () => {
  engine = await readyEngine()
  people = await readyPeople(engine)
  const limits = { ...defaultQualityLimits, minInterEyePx: 1000 }
  strict = createFaceEngine({ ...(await readyPack()), limits })
}, 180_000)
afterAll(async () => {
  await engine.close()
  await strict.close()
})

async function pictures(scene: string, every: number): Promise<Uint8Array[]> {
  return splitMjpeg(await readFile(people[scene] ?? '')).filter((_, index) => index % every === 0)
}

async function analyse(with_: FaceEnginePort, jpeg: Uint8Array, near?: FaceBox): Promise<FrameAnalysis> {
  const { width: widthPx, height: heightPx } = await sharp(jpeg).metadata()
  const data = new ArrayBuffer(jpeg.length)
  new Uint8Array(data).set(jpeg)
  const frame = { sequence: 1, capturedAtMonotonicMs: 5, encoding: 'jpeg', widthPx, heightPx, data } as const
  const options = { pad: true, embed: 'plain', ...(near === undefined ? {} : { near }) } as const
  const analysed = await with_.analyse(frame, options)
  if (!analysed.ok) throw new Error(analysed.error.message)
  return analysed.value
}

function cornersOf({ x, y, width, height }: FaceBox) {
  return { left: x, top: y, right: x + width, bottom: y + height }
}

describe('following a face from frame to frame', () => {
  test.each(['anna-a', 'anna-b', 'bruno', 'carla'])(
    'finds %s in the surroundings where the whole frame shows her or him, and refuses for the same reasons',
    async (scene) => {
      let followed = 0
      let last: FaceBox | undefined
      const frames = await pictures(scene, 3)
      for (const jpeg of frames) {
        const whole = await analyse(strict, jpeg)
        const near = last === undefined ? whole : await analyse(strict, jpeg, last)
        if (whole.face === undefined || near.face === undefined) throw new Error('Nobody was found')
        if (near.near === true) {
          followed += 1
          expect(near.embedding).toBeUndefined()
          expect(near.padScore).toBeUndefined()
          expect(near.rejects).toEqual(whole.rejects)
          expect(near.fingerprint).toBe(whole.fingerprint)
          const [a, b] = [cornersOf(near.face.box), cornersOf(whole.face.box)]
          expect(overlap(a, b)).toBeGreaterThan(0.7)
        }
        last = whole.face.box
      }
      expect(followed).toBeGreaterThan(frames.length / 2)
    },
  )

  test('changes nothing about a frame that is good enough: it is looked at as a whole', async () => {
    for (const jpeg of await pictures('anna-a', 10)) {
      const whole = await analyse(engine, jpeg)
      const asked = await analyse(engine, jpeg, whole.face?.box)
      expect(asked.near).toBeUndefined()
      expect({ ...asked, timings: null }).toEqual({ ...whole, timings: null })
    }
  })

  test('looks at the whole frame when the face is gone, or was never there', async () => {
    const [jpeg] = await pictures('anna-a', 1)
    if (jpeg === undefined) throw new Error('The recording is empty')
    const elsewhere = { x: 0, y: 0, width: 0.15, height: 0.2 }
    const found = await analyse(strict, jpeg, elsewhere)
    expect(found.near).toBeUndefined()
    expect(found.faces).toBe(1)
  })

  test('sees company at the face’s side at once', async () => {
    for (const jpeg of await pictures('two-people', 10)) {
      const { face } = await analyse(strict, jpeg)
      const again = await analyse(strict, jpeg, face?.box)
      expect(again.near).toBeUndefined()
      expect(again.rejects).toContain('severalFaces')
    }
  })
})
