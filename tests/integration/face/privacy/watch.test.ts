import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MjpegSplitter } from '../../../../drivers/camera/mjpegSplitter.ts'
import { paths } from '../../../../src-main/cli/paths.ts'
import { prepareRecordings } from '../../../../src-main/cli/recordings.ts'
import { createTemplateTransform } from '../../../../src-main/face/protection/templateTransform.ts'
import { openStore } from '../../store/fixtures.ts'
import { loadAll, storedRows } from '../../store/people.ts'
import { cleanUps, type CleanUps } from '../../system/support/folders.ts'
import { openHub } from '../../system/support/hub.ts'
import { goods } from '../../system/support/till.ts'
import { filesBelow, pictureTraces, templateTraces, TraceScanner, type Trace } from './traces.ts'
import type { WatchedNews, WatchedOrder } from './watchedLane.ts'

const embeddingLength = 512
const people = ['anna-a', 'anna-b', 'bruno'] as const

interface Watched {
  /** Every file below the lane's data folder, its working, home and temporary folders, by moment. */
  readonly files: Readonly<Record<'while it sold' | 'after it crashed', ReturnType<typeof filesBelow>>>
  /** All that the lane published to its screen and wrote to its standard error. */
  readonly output: Buffer
  /** All that went over the wire to the hub. */
  readonly sent: Buffer
  readonly scanner: TraceScanner
  readonly probes: readonly Float32Array[]
  readonly reports: Readonly<Record<string, boolean>>
  readonly coreFilter: string
  readonly sealed: Buffer
}

/** A lane enrolled somebody, sold to them by face and refused a stranger; then it crashed. What is left of the faces? */
describe('a lane that enrols and recognises people', () => {
  const after = cleanUps()
  let watched: Watched
  beforeAll(async () => {
    await prepareRecordings(() => undefined)
    watched = await watchALane(after)
  }, 240_000)
  afterAll(() => after.run())

  it('was watched for real: probes were made, a reference was stored, and files, log, screen and wire have content', () => {
    expect(watched.probes.length).toBeGreaterThan(4)
    const names = watched.files['while it sold'].map(({ name }) => name)
    for (const name of ['data/lane.sqlite', 'data/lane.sqlite-wal', 'data/lane.log', 'data/keys/face.key'])
      expect(names).toContain(name)
    const database = watched.files['after it crashed'].filter(({ name }) => name.includes('lane.sqlite'))
    expect(database.some(({ bytes }) => bytes.includes(watched.sealed))).toBe(true)
    expect(watched.sent.length).toBeGreaterThan(5_000)
    expect(watched.output.includes('"faceCapture"')).toBe(true)
  })

  it('would have been found out: a probe and a piece of a frame are seen among what was sent', () => {
    const [probe = new Float32Array(0)] = watched.probes
    const recording = readFileSync(path.join(paths.people, 'anna-b.mjpeg'))
    const planted = [Buffer.from(JSON.stringify([...probe])), recording.subarray(40_000, 60_000)]
    for (const [index, bytes] of planted.entries()) {
      const found = watched.scanner.scan(Buffer.concat([watched.sent, bytes]))
      expect(found).toContain(['a probe as decimal text', 'a frame of anna-b'][index])
    }
  })

  it.each(['while it sold', 'after it crashed'] as const)('left no face in any file %s', (moment) => {
    const found = watched.files[moment].map(({ name, bytes }) => [name, watched.scanner.scan(bytes)])
    expect(found.filter(([, traces]) => traces?.length !== 0)).toEqual([])
  })

  it('showed and logged no face', () => {
    expect(watched.scanner.scan(watched.output)).toEqual([])
  })

  it('sent no face to the hub', () => {
    expect(watched.scanner.scan(watched.sent)).toEqual([])
  })

  it('is set up so that a crash writes no memory: no diagnostic reports, core dumps without a segment', () => {
    expect(watched.reports).toEqual({
      reportOnFatalError: false,
      reportOnUncaughtException: false,
      reportOnSignal: false,
    })
    expect(watched.coreFilter).toBe(process.platform === 'linux' ? '00000000' : 'no such file')
  })
})

async function watchALane(after: CleanUps): Promise<Watched> {
  const hub = await openHub(after)
  const sent: Buffer[] = []
  const wire = await openWire(new URL(hub.url()), sent, after)
  const root = after.folder()
  const place = (name: string) => path.join(root, name)
  for (const name of ['data', 'tmp', 'cwd', 'home']) mkdirSync(place(name))
  const operator = {
    url: hub.url(),
    token: readFileSync(path.join(hub.dataDir, 'operator-token'), 'utf8').trim(),
  }
  const order: WatchedOrder = {
    root: paths.root,
    dataDir: place('data'),
    preset: {
      mode: 'development',
      laneId: 'lane-1',
      language: 'en',
      http: { port: 0 },
      hub: { url: wire, joinTokenFile: hub.joinTokenFile() },
      devices: { camera: { kind: 'replay', path: path.join(paths.people, 'anna-a.mjpeg') } },
    },
    operator,
    barcode: goods.tea.barcode,
  }
  const script = path.join(import.meta.dirname, 'watchedLane.ts')
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    cwd: place('cwd'),
    env: { ...env, TMPDIR: place('tmp'), HOME: place('home') },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
  after.add(() => child.kill('SIGKILL'))
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => output.push(bytes))
  const { probes, reports } = await untilSold(child, output)
  const whileSold = filesBelow(root)
  const coreFilter = readIfThere(`/proc/${child.pid}/coredump_filter`)
  const ended = once(child, 'close')
  child.kill('SIGABRT')
  await ended
  const afterCrash = filesBelow(root)
  const { references, sealed } = await referencesOf(place('data'))
  const traces = [
    ...references.flatMap(([what, template]) => templateTraces(what, template)),
    ...probes.flatMap((probe) => templateTraces('a probe', probe)),
    ...(await picturesOf(people)),
  ]
  return {
    files: { 'while it sold': whileSold, 'after it crashed': afterCrash },
    output: Buffer.concat(output),
    sent: Buffer.concat(sent),
    scanner: new TraceScanner(traces),
    probes,
    reports,
    coreFilter,
    sealed,
  }
}

function untilSold(
  child: ChildProcess,
  output: readonly Buffer[],
): Promise<{ probes: Float32Array[]; reports: Readonly<Record<string, boolean>> }> {
  const probes: Float32Array[] = []
  return new Promise((resolve, reject) => {
    child.on('message', (news: WatchedNews) => {
      if (news.kind === 'template') probes.push(news.template)
      else resolve({ probes, reports: news.reports })
    })
    child.once('close', (code) =>
      reject(new Error(`The lane ended with ${code}: ${Buffer.concat(output).toString().slice(-2_000)}`)),
    )
  })
}

/** The one stored reference as it was before the transform and after it, opened with the lane's own keys. */
async function referencesOf(dataDir: string) {
  const [row] = storedRows(dataDir)
  if (row === undefined) throw new Error('Nobody is enrolled')
  const { store } = openStore(dataDir)
  const modelPackId = row.model_pack_id
  const { id, bytes } = store.vault.faceKeys().transform
  const { rows } = await loadAll(store, embeddingLength, modelPackId)
  const [stored] = [...rows.values()]
  if (stored === undefined) throw new Error('The reference does not open')
  const transform = createTemplateTransform({ key: bytes, keyId: id, modelPackId, length: embeddingLength })
  store.close()
  const references = [
    ['the stored reference', stored],
    ['the template behind it', transform.recover(stored)],
  ] as const
  return { references, sealed: row.sealed }
}

/** The frames that the camera played, as files and as pixels. */
async function picturesOf(names: readonly string[]): Promise<Trace[]> {
  const traces: Trace[] = []
  for (const name of names) {
    const recording = readFileSync(path.join(paths.people, `${name}.mjpeg`))
    traces.push(...pictureTraces(`a frame of ${name}`, recording, 3_000))
    const frames = new MjpegSplitter().push(recording)
    for (const at of [0, 5, 10, 20]) {
      const frame = frames[at]
      if (frame === undefined) continue
      for (const picture of [sharp(frame), sharp(frame).greyscale()])
        traces.push(...pictureTraces(`pixels of ${name}`, await picture.raw().toBuffer(), 1_000))
    }
  }
  return traces
}

/** A wire to the hub that keeps what the lane says. */
async function openWire(hub: URL, sent: Buffer[], after: CleanUps): Promise<string> {
  const server = net.createServer((lane) => {
    const far = net.connect(Number(hub.port), hub.hostname)
    lane.on('data', (bytes: Buffer) => sent.push(bytes))
    lane.pipe(far).pipe(lane)
    lane.on('error', () => far.destroy())
    far.on('error', () => lane.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after.add(() => server.close())
  return `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return 'no such file'
  }
}
