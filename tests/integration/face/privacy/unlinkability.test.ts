import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { splitMjpeg } from '../../../../drivers/camera/mjpegSplitter.ts'
import { compare } from '../../../../src-main/domain/face/embedding.ts'
import { createTemplateTransform } from '../../../../src-main/face/protection/templateTransform.ts'
import type { FaceEnginePort } from '../../../../src-main/ports/faceEngine.ts'
import { gapByChance, largestGap } from '../../../unit/face/protection/synthetic.ts'
import { readyEngine, readyPeople } from '../setUp.ts'

const galleries = 600
const length = 512

let engine: FaceEnginePort
let templates: Readonly<Record<'anna-a' | 'anna-b' | 'bruno' | 'carla', Float32Array>>

beforeAll(async () => {
  engine = await readyEngine()
  const people = await readyPeople(engine)
  const of = (scene: string) => embeddingOf(people[scene] ?? '')
  templates = {
    'anna-a': await of('anna-a'),
    'anna-b': await of('anna-b'),
    bruno: await of('bruno'),
    carla: await of('carla'),
  }
}, 180_000)
afterAll(() => engine.close())

async function embeddingOf(recording: string): Promise<Float32Array> {
  for (const picture of splitMjpeg(await readFile(recording)).slice(20)) {
    const data = new ArrayBuffer(picture.length)
    new Uint8Array(data).set(picture)
    const frame = {
      sequence: 0,
      capturedAtMonotonicMs: 0,
      encoding: 'jpeg',
      widthPx: 640,
      heightPx: 480,
      data,
    } as const
    const analysed = await engine.analyse(frame, { pad: false, embed: 'plain' })
    if (analysed.ok && analysed.value.embedding !== undefined) return analysed.value.embedding
  }
  throw new Error(`No frame of ${recording} could be embedded`)
}

let made = 0
/** The next of a fixed row of keys: a statistical test must not be right one time and wrong another. */
function gallery() {
  made += 1
  const key = createHash('sha256').update(`gallery ${made}`).digest()
  return createTemplateTransform({ key, keyId: 'gallery', modelPackId: 'pack-1', length })
}

describe(`real faces in ${galleries} pairs of galleries, each with a key of its own`, () => {
  it('are told apart by their scores within one gallery, as without the transform', () => {
    const { protect } = gallery()
    const { 'anna-a': first, 'anna-b': second, bruno, carla } = templates
    const mated = compare(protect(first), protect(second))
    expect(Math.abs(mated - compare(first, second))).toBeLessThan(1e-4)
    for (const stranger of [bruno, carla])
      expect(compare(protect(first), protect(stranger))).toBeLessThan(mated - 0.2)
  })

  it('score across two galleries like strangers, whether they are of one person or not (Smirnov, p > 0.001)', () => {
    const scores = { samePicture: [] as number[], mated: [] as number[], nonMated: [] as number[] }
    for (let pair = 0; pair < galleries; pair += 1) {
      const [a, b, c] = [gallery(), gallery(), gallery()]
      const anna = a.protect(templates['anna-a'])
      scores.samePicture.push(compare(anna, b.protect(templates['anna-a'])))
      scores.mated.push(compare(anna, c.protect(templates['anna-b'])))
      const stranger = templates[pair % 2 === 0 ? 'bruno' : 'carla']
      scores.nonMated.push(compare(gallery().protect(templates['anna-b']), gallery().protect(stranger)))
    }
    const limit = gapByChance(galleries, galleries)
    expect(largestGap(scores.mated, scores.nonMated)).toBeLessThan(limit)
    expect(largestGap(scores.samePicture, scores.nonMated)).toBeLessThan(limit)
    expect(Math.max(...scores.samePicture, ...scores.mated)).toBeLessThan(0.3)
  })
})
