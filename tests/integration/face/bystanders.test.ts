import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitMjpeg } from '../../../drivers/camera/mjpegSplitter.ts'
import { compare } from '../../../src-main/domain/face/embedding.ts'
import type { FaceEnginePort, FrameAnalysis } from '../../../src-main/ports/faceEngine.ts'
import { readyEngine, readyPeople } from './setUp.ts'

const options = { pad: true, embed: 'plain' } as const
/** A shopper against themselves, and against somebody behind them, on the sample people. */
const sameFace = 0.8
const otherFace = 0.4

let engine: FaceEnginePort
let people: Readonly<Record<string, string>>

beforeAll(async () => {
  engine = await readyEngine()
  people = await readyPeople(engine)
}, 180_000)
afterAll(() => engine.close())

async function pictures(scene: string): Promise<Uint8Array[]> {
  return splitMjpeg(await readFile(people[scene] ?? ''))
}

async function analyse(jpeg: Uint8Array): Promise<FrameAnalysis> {
  const { width: widthPx, height: heightPx } = await sharp(jpeg).metadata()
  const data = new ArrayBuffer(jpeg.length)
  new Uint8Array(data).set(jpeg)
  const frame = { sequence: 1, capturedAtMonotonicMs: 5, encoding: 'jpeg', widthPx, heightPx, data } as const
  const analysed = await engine.analyse(frame, options)
  if (!analysed.ok) throw new Error(analysed.error.message)
  return analysed.value
}

describe('bystanders', () => {
  test('beside the shopper make the lane ask for one at a time, and nobody is embedded', async () => {
    const frames = (await pictures('two-people')).filter((_, index) => index % 5 === 0)
    expect(frames.length).toBeGreaterThan(3)
    for (const frame of frames) {
      const analysis = await analyse(frame)
      expect(analysis.rejects).toContain('severalFaces')
      expect(analysis.embedding).toBeUndefined()
      expect(analysis.timings.embedMs).toBe(0)
    }
  })

  test('far behind the shopper are never embedded: the one embedding is the shopper’s', async () => {
    const [anna] = await pictures('anna-a')
    const [bruno] = await pictures('bruno')
    if (anna === undefined || bruno === undefined) throw new Error('A recording is empty')
    const { width } = await sharp(anna).metadata()
    const behind = await sharp(bruno)
      .resize({ width: Math.round(width / 5) })
      .toBuffer()
    const crowded = await sharp(anna)
      .composite([{ input: behind, left: 0, top: 0 }])
      .jpeg()
      .toBuffer()
    const [alone, inCrowd, stranger] = [await analyse(anna), await analyse(crowded), await analyse(bruno)]
    if (!alone.embedding || !inCrowd.embedding || !stranger.embedding) throw new Error('Nobody was embedded')
    expect(compare(alone.embedding, inCrowd.embedding)).toBeGreaterThan(sameFace)
    expect(compare(stranger.embedding, inCrowd.embedding)).toBeLessThan(otherFace)
  })
})
