import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitMjpeg } from '../../../drivers/camera/mjpegSplitter.ts'
import type { FaceEnginePort, FaceFrame, FrameAnalysis } from '../../../src-main/ports/faceEngine.ts'
import { readyEngine, readyPeople } from '../../integration/face/setUp.ts'

/** What implements `FaceEnginePort`; each is held to the port's promises. */
const subjects: Readonly<Record<string, () => Promise<FaceEnginePort>>> = {
  'that runs the models in a worker': readyEngine,
}

const everything = { pad: true, embed: 'plain' } as const

let anna: readonly Uint8Array[]
let twoPeople: Uint8Array
let grey: Uint8Array

beforeAll(async () => {
  const engine = await readyEngine()
  const people = await readyPeople(engine)
  await engine.close()
  const framesOf = async (id: string) => splitMjpeg(await readFile(people[id] ?? ''))
  anna = await framesOf('anna-a')
  twoPeople = (await framesOf('two-people'))[0]!
  grey = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#777' } })
    .jpeg()
    .toBuffer()
}, 180_000)

function frameOf(bytes: Uint8Array | undefined, facts: Partial<FaceFrame> = {}): FaceFrame {
  const data = new ArrayBuffer(bytes?.length ?? 0)
  if (bytes !== undefined) new Uint8Array(data).set(bytes)
  const size = { widthPx: 640, heightPx: 480 }
  return { sequence: 1, capturedAtMonotonicMs: 5, encoding: 'jpeg', ...size, data, ...facts }
}

async function analysed(
  engine: FaceEnginePort,
  bytes: Uint8Array | undefined,
  options: Parameters<FaceEnginePort['analyse']>[1] = everything,
): Promise<FrameAnalysis> {
  const result = await engine.analyse(frameOf(bytes), options)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return a?.reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0) ?? Number.NaN
}

describe.each(Object.entries(subjects))('a face engine %s', (_name, make) => {
  let engine: FaceEnginePort
  beforeAll(async () => {
    engine = await make()
  })
  afterAll(() => engine.close())

  test('says that it is ready as often as it is asked', async () => {
    const [first, second] = await Promise.all([engine.ready(), engine.ready()])
    expect(first).toMatchObject({ ok: true })
    expect(second).toEqual(first)
  })

  test('takes the frame away from its caller', async () => {
    const frame = frameOf(anna[0])
    await engine.analyse(frame, everything)
    expect(frame.data.byteLength).toBe(0)
  })

  test('tells of which frame it speaks, and how large that was', async () => {
    const frame = frameOf(anna[0], { sequence: 41, capturedAtMonotonicMs: 77 })
    expect(await engine.analyse(frame, everything)).toMatchObject({
      ok: true,
      value: { sequence: 41, capturedAtMonotonicMs: 77, widthPx: 640, heightPx: 480 },
    })
  })

  test('gives a normalised embedding and a probability of a good frame', async () => {
    const { faces, rejects, face, padScore, embedding } = await analysed(engine, anna[0])
    expect({ faces, rejects, length: embedding?.length }).toEqual({ faces: 1, rejects: [], length: 512 })
    expect(Math.hypot(...(embedding ?? []))).toBeCloseTo(1, 4)
    expect(padScore).toBeGreaterThanOrEqual(0)
    expect(padScore).toBeLessThanOrEqual(1)
    expect(face?.detectionScore).toBeGreaterThanOrEqual(0.6)
    expect(face?.quality).toBeGreaterThan(0)
  })

  test('gives neither score nor embedding unless asked for', async () => {
    const { padScore, embedding, face } = await analysed(engine, anna[0], { pad: false, embed: 'none' })
    expect([padScore, embedding]).toEqual([undefined, undefined])
    expect(face).toBeDefined()
  })

  test('embeds nobody of a frame that the quality gate rejects, except for evaluation', async () => {
    const rejected = await analysed(engine, twoPeople)
    expect(rejected.rejects).toContain('severalFaces')
    expect([rejected.padScore, rejected.embedding]).toEqual([undefined, undefined])
    const evaluated = await analysed(engine, twoPeople, { ...everything, evenIfRejected: true })
    expect(evaluated.rejects).toEqual(rejected.rejects)
    expect(evaluated.embedding).toHaveLength(512)
  })

  test('finds nobody where nobody is', async () => {
    expect(await analysed(engine, grey)).toMatchObject({ faces: 0, rejects: ['noFace'] })
  })

  test('embeds the same person alike plain, mirrored and both ways', async () => {
    const [plain, mirrored, both] = await Promise.all(
      (['plain', 'mirrored', 'both'] as const).map(async (embed) => {
        const own = await make()
        const { embedding } = await analysed(own, anna[0], { pad: false, embed })
        await own.close()
        return embedding
      }),
    )
    expect(cosine(plain, mirrored)).toBeGreaterThan(0.6)
    expect(cosine(plain, both)).toBeGreaterThan(cosine(plain, mirrored))
    expect(cosine(mirrored, both)).toBeGreaterThan(cosine(plain, mirrored))
  })

  test('gives the same fingerprint for the same pixels only, and answers for each frame alone', async () => {
    const first = await analysed(engine, anna[0])
    const other = await analysed(engine, anna[1])
    const again = await analysed(engine, anna[0])
    expect(again.fingerprint).toBe(first.fingerprint)
    expect(other.fingerprint).not.toBe(first.fingerprint)
    expect(cosine(first.embedding, again.embedding)).toBeCloseTo(1, 5)
  })

  test.each([
    ['no picture', Buffer.from('no picture'), {}],
    ['nothing', undefined, {}],
    ['pixels of another size', Buffer.alloc(100), { encoding: 'rgba' }],
    ['pixels without a size', Buffer.alloc(0), { encoding: 'rgba', widthPx: 0, heightPx: 0 }],
  ] as const)('refuses %s as a value and goes on with the next frame', async (_what, bytes, facts) => {
    const refused = await engine.analyse(frameOf(bytes, facts), everything)
    expect(refused).toMatchObject({ ok: false, error: { code: 'face.badFrame' } })
    expect((await engine.analyse(frameOf(anna[0]), everything)).ok).toBe(true)
  })

  test('analyses one frame, lets the newest wait, and drops those between', async () => {
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((sequence) => engine.analyse(frameOf(anna[0], { sequence }), everything)),
    )
    const outcomes = results.map((result) => (result.ok ? result.value.sequence : result.error.code))
    expect(outcomes.at(-1)).toBe(5)
    expect(outcomes.filter((outcome) => outcome === 'face.frameDropped').length).toBeGreaterThanOrEqual(3)
  })

  test('settles a called-off frame at once and overwrites what it still held of it', async () => {
    const calledOff = new AbortController()
    const busy = engine.analyse(frameOf(anna[0]), everything)
    const frame = frameOf(anna[1])
    const waiting = engine.analyse(frame, { ...everything, signal: calledOff.signal })
    calledOff.abort()
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'face.aborted' } })
    expect(new Uint8Array(frame.data).every((byte) => byte === 0)).toBe(true)
    const late = await engine.analyse(frameOf(anna[0]), { ...everything, signal: calledOff.signal })
    expect(late).toMatchObject({ ok: false, error: { code: 'face.aborted' } })
    await busy
  })

  test('settles everything when it is closed, and stays closed', async () => {
    const closing = await make()
    const pending = [1, 2].map(() => closing.analyse(frameOf(anna[0]), everything))
    await Promise.all([closing.close(), closing.close()])
    const closed = { ok: false, error: { code: 'face.closed' } }
    const codes = (await Promise.all(pending)).map((result) => (result.ok ? 'ok' : result.error.code))
    expect(codes.filter((code) => code !== 'face.frameDropped')).toContain('face.closed')
    expect(codes).not.toContain('ok')
    expect(await closing.ready()).toMatchObject(closed)
    expect(await closing.analyse(frameOf(anna[0]), everything)).toMatchObject(closed)
  })
})
