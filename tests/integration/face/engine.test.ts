import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitMjpeg } from '../../../drivers/camera/mjpegSplitter.ts'
import { createFaceEngine } from '../../../src-main/face/engine/engine.ts'
import type { ModelPack } from '../../../src-main/face/models/manifest.ts'
import type { FaceEnginePort, FaceFrame } from '../../../src-main/ports/faceEngine.ts'
import { readyEngine, readyPack, readyPeople } from './setUp.ts'

const everything = { pad: true, embed: 'plain' } as const

let engine: FaceEnginePort
let anna: Uint8Array
let pack: ModelPack
let packDir: string
let dir: string

beforeAll(async () => {
  ;({ pack, packDir } = await readyPack())
  engine = await readyEngine()
  const people = await readyPeople(engine)
  anna = splitMjpeg(await readFile(people['anna-a'] ?? ''))[0] ?? new Uint8Array()
  dir = await mkdtemp(join(tmpdir(), 'facelane-engine-'))
}, 180_000)

afterAll(async () => {
  await engine.close()
  await rm(dir, { recursive: true, force: true })
})

function frameOf(bytes: Uint8Array, facts: Partial<FaceFrame> = {}): FaceFrame {
  const data = new ArrayBuffer(bytes.length)
  new Uint8Array(data).set(bytes)
  return {
    sequence: 1,
    capturedAtMonotonicMs: 5,
    encoding: 'jpeg',
    widthPx: 640,
    heightPx: 480,
    data,
    ...facts,
  }
}

describe('the face engine', () => {
  test('finds, judges and embeds one face, and takes the frame away from its caller', async () => {
    const frame = frameOf(anna)
    const analysed = await engine.analyse(frame, everything)
    expect(frame.data.byteLength).toBe(0)
    if (!analysed.ok) throw new Error(analysed.error.message)
    const { faces, face, rejects, padScore, embedding } = analysed.value
    expect({ faces, rejects }).toEqual({ faces: 1, rejects: [] })
    expect(face?.interEyePx).toBeGreaterThan(45)
    expect(padScore).toBeGreaterThan(0.3)
    expect(embedding).toHaveLength(512)
    expect(Math.hypot(...(embedding ?? []))).toBeCloseTo(1, 4)
  })

  test('gives the same answer for the same picture as JPEG and as pixels', async () => {
    const { data, info } = await sharp(anna).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    const pixels = frameOf(data, { encoding: 'rgba', widthPx: info.width, heightPx: info.height })
    const fromJpeg = await engine.analyse(frameOf(anna), everything)
    const fromPixels = await engine.analyse(pixels, everything)
    if (!fromJpeg.ok || !fromPixels.ok) throw new Error('Not analysed')
    const [a, b] = [fromJpeg.value.embedding, fromPixels.value.embedding]
    const score = a?.reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0)
    expect(score).toBeGreaterThan(0.999)
  })

  test('refuses a truncated JPEG and goes on with the next frame', async () => {
    const refused = await engine.analyse(frameOf(anna.subarray(0, anna.length >> 1)), everything)
    expect(refused).toMatchObject({ ok: false, error: { code: 'face.badFrame' } })
    expect((await engine.analyse(frameOf(anna), everything)).ok).toBe(true)
  })
})

describe('an engine in trouble', () => {
  test('refuses a model whose hash differs, and says what to do', async () => {
    const altered = join(dir, 'altered')
    await cp(packDir, altered, { recursive: true })
    const path = join(altered, 'fr_feature.onnx')
    const bytes = await readFile(path)
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(path, bytes)
    const broken = createFaceEngine({ packDir: altered, pack })
    const ready = await broken.ready()
    expect(ready).toMatchObject({ ok: false, error: { code: 'models.integrity' } })
    expect(!ready.ok && ready.error.message).toMatch(/models fetch/)
    expect(await broken.analyse(frameOf(anna), everything)).toMatchObject({
      ok: false,
      error: { code: 'models.integrity' },
    })
    await broken.close()
  })

  test('says which model is missing', async () => {
    const broken = createFaceEngine({ packDir: join(dir, 'nowhere'), pack })
    expect(await broken.ready()).toMatchObject({ ok: false, error: { code: 'models.missing' } })
    await broken.close()
  })

  test('refuses a model that does not have the shape of the manifest', async () => {
    const models = pack.models.map((model) =>
      model.role === 'embedder' ? { ...model, outputs: [{ name: 'output', shape: [1, 128] }] } : model,
    )
    const broken = createFaceEngine({ packDir, pack: { ...pack, models } })
    expect(await broken.ready()).toMatchObject({ ok: false, error: { code: 'models.shape' } })
    await broken.close()
  })

  test('comes back by itself after its worker died in the middle of a frame', async () => {
    const dying = createFaceEngine({ packDir, pack, workerUrl: await dyingWorker(), restartDelaysMs: [10] })
    await dying.ready()
    const lost = await dying.analyse(frameOf(anna), everything)
    expect(lost).toMatchObject({ ok: false, error: { code: 'face.engineLost' } })
    await expect.poll(() => dying.ready()).toMatchObject({ ok: true })
    await dying.close()
  })

  test('gives up a worker that hangs and starts another', async () => {
    const hanging = createFaceEngine({
      packDir,
      pack,
      workerUrl: await hangingWorker(),
      hangMs: 50,
      restartDelaysMs: [10],
    })
    await hanging.ready()
    expect(await hanging.analyse(frameOf(anna), everything)).toMatchObject({
      ok: false,
      error: { code: 'face.engineLost', nativeCode: 'hung' },
    })
    await expect.poll(() => hanging.ready()).toMatchObject({ ok: true })
    await hanging.close()
  })

  test('starts another worker when one hangs before it is ready', async () => {
    const path = join(dir, 'mute.mjs')
    await writeFile(path, 'setInterval(() => {}, 1000)')
    const mute = createFaceEngine({
      packDir,
      pack,
      workerUrl: new URL(`file://${path}`),
      startHangMs: 500,
      restartDelaysMs: [10],
    })
    const lost = { ok: false, error: { code: 'face.engineLost', nativeCode: 'hung' } }
    expect(await mute.analyse(frameOf(anna), everything)).toMatchObject(lost)
    await writeFile(path, await readFile(await dyingWorker(), 'utf8'))
    await expect.poll(() => mute.ready(), { timeout: 10_000 }).toMatchObject({ ok: true })
    await mute.close()
  })

  test('is closed in the middle of a frame or of its start without taking the process along', async () => {
    const script = join(dir, 'closing.mjs')
    const engineUrl = new URL('../../../src-main/face/engine/engine.ts', import.meta.url).href
    await writeFile(join(dir, 'frame.jpg'), anna)
    await writeFile(join(dir, 'pack.json'), JSON.stringify({ packDir, pack }))
    await writeFile(
      script,
      `import { readFileSync } from 'node:fs'
      import { setTimeout as sleep } from 'node:timers/promises'
      const { createFaceEngine } = await import(${JSON.stringify(engineUrl)})
      const options = JSON.parse(readFileSync(new URL('pack.json', import.meta.url), 'utf8'))
      const frame = () => {
        const data = new Uint8Array(readFileSync(new URL('frame.jpg', import.meta.url))).buffer
        return { sequence: 1, capturedAtMonotonicMs: 0, encoding: 'jpeg', widthPx: 640, heightPx: 480, data }
      }
      const everything = { pad: true, embed: 'both', evenIfRejected: true }
      for (const pauseMs of [0, 3, 8, 15]) {
        const starting = createFaceEngine(options)
        await sleep(pauseMs * 10)
        await starting.close()
        const busy = createFaceEngine(options)
        await busy.ready()
        const analysed = busy.analyse(frame(), everything)
        await sleep(pauseMs)
        await busy.close()
        await analysed
      }
      const left = createFaceEngine(options)
      await left.ready()
      void left.analyse(frame(), everything)
      await sleep(5)
      process.exit(7)`,
    )
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit'] })
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    expect({ code, signal }).toEqual({ code: 7, signal: null })
  })

  const started = "port.postMessage({ kind: 'started', result: { ok: true, value: { startedInMs: 1 } } })"

  async function stub(name: string, onMessage: string): Promise<URL> {
    const path = join(dir, name)
    const lines = [
      "import { parentPort as port } from 'node:worker_threads'",
      `port.on('message', () => { ${onMessage} })`,
      started,
    ]
    await writeFile(path, lines.join('\n'))
    return new URL(`file://${path}`)
  }

  const dyingWorker = () => stub('dying.mjs', 'process.exit(3)')
  const hangingWorker = () => stub('hanging.mjs', '')
})
