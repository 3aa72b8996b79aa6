import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CameraFrame, CameraPort } from '../../../drivers/camera/port.ts'
import { PushedCamera } from '../../../drivers/camera/pushedCamera.ts'
import { ReplayCamera } from '../../../drivers/camera/replayCamera.ts'
import { V4l2Camera } from '../../../drivers/camera/v4l2Camera.ts'
import { fakeJpeg } from '../../unit/camera/fakeJpeg.ts'

const pictures = Array.from({ length: 5 }, (_, index) =>
  fakeJpeg({ widthPx: 640, heightPx: 480, scan: Buffer.alloc(9, index) }),
)

interface Subject {
  readonly camera: CameraPort
  /** Makes frames come until it is called again. */
  readonly stop: () => void
  /** The pictures come through byte for byte. */
  readonly exact: boolean
}

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'facelane-camera-'))
  await writeFile(join(dir, 'five.mjpeg'), Buffer.concat(pictures))
  if (hasFfmpeg) {
    const made = ['-f', 'lavfi', '-i', 'testsrc=size=640x480:rate=50:duration=1', '-c:v', 'mjpeg']
    execFileSync('ffmpeg', ['-loglevel', 'error', ...made, join(dir, 'made.mjpeg')])
  }
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const subjects: Record<string, () => Subject> = {
  'pushed by the renderer': () => {
    const camera = new PushedCamera()
    let next = 0
    const timer = setInterval(() => camera.pushFrame(pictures[next++ % pictures.length]!), 5)
    return { camera, stop: () => clearInterval(timer), exact: true }
  },
  'replayed from a recording': () => {
    const camera = new ReplayCamera({ path: join(dir, 'five.mjpeg'), framesPerSecond: 100 })
    return { camera, stop: () => undefined, exact: true }
  },
}

/** The device is a file here; everything behind `-i` is as with a camera. */
const v4l2Subject = (): Subject => {
  const input = [
    '-re',
    '-stream_loop',
    '-1',
    '-f',
    'mjpeg',
    '-framerate',
    '50',
    '-i',
    join(dir, 'made.mjpeg'),
  ]
  return { camera: new V4l2Camera({ device: 'made', input }), stop: () => undefined, exact: false }
}

const noFfmpeg = 'read by ffmpeg (cannot run here: ffmpeg is not installed)'

async function take(camera: CameraPort, count: number, signal?: AbortSignal): Promise<CameraFrame[]> {
  const frames: CameraFrame[] = []
  for await (const frame of camera.frames(signal)) {
    frames.push(frame)
    if (frames.length === count) break
  }
  return frames
}

if (hasFfmpeg) subjects['read by ffmpeg'] = v4l2Subject
else describe.skip(`a camera ${noFfmpeg}`, () => test.todo('the same obligations'))

describe.each(Object.entries(subjects))('a camera %s', (_, make) => {
  test('gives whole frames with their size, in order, each with a buffer of its own', async () => {
    const { camera, stop, exact } = make()
    await camera.open()
    const frames = await take(camera, 3)
    await camera.close()
    stop()
    for (const [index, frame] of frames.entries()) {
      expect(frame).toMatchObject({ encoding: 'jpeg', widthPx: 640, heightPx: 480 })
      if (exact) expect(pictures.some((picture) => picture.equals(Buffer.from(frame.data)))).toBe(true)
      const before = frames[index - 1]
      if (before === undefined) continue
      expect(frame.sequence).toBeGreaterThan(before.sequence)
      expect(frame.capturedAtMonotonicMs).toBeGreaterThanOrEqual(before.capturedAtMonotonicMs)
      expect(frame.data).not.toBe(before.data)
    }
  })

  test('refuses to be opened twice and to be read while closed', async () => {
    const { camera, stop } = make()
    await expect(take(camera, 1)).rejects.toMatchObject({ code: 'camera.closed' })
    await camera.open()
    await expect(camera.open()).rejects.toMatchObject({ code: 'camera.busy' })
    await camera.close()
    await expect(take(camera, 1)).rejects.toMatchObject({ code: 'camera.closed' })
    stop()
  })

  test('has one reader at a time, and the next one after it', async () => {
    const { camera, stop } = make()
    await camera.open()
    for await (const first of camera.frames()) {
      expect(first.data.byteLength).toBeGreaterThan(0)
      await expect(take(camera, 1)).rejects.toMatchObject({ code: 'camera.busy' })
      break
    }
    expect(await take(camera, 1)).toHaveLength(1)
    await camera.close()
    stop()
  })

  test('keeps the newest frame only while the reader is busy', async () => {
    const { camera, stop } = make()
    await camera.open()
    const sequences: number[] = []
    for await (const frame of camera.frames()) {
      sequences.push(frame.sequence)
      if (sequences.length === 2) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(sequences[1]! - sequences[0]!).toBeGreaterThan(1)
    await camera.close()
    stop()
  })

  test('lets its reader go when it is closed or the reader is called off', async () => {
    const { camera, stop } = make()
    await camera.open()
    const calledOff = new AbortController()
    const reading = take(camera, Infinity, calledOff.signal)
    calledOff.abort()
    await reading
    const another = take(camera, Infinity)
    await camera.close()
    await another
    stop()
  })

  test('can be closed twice and opened again', async () => {
    const { camera, stop } = make()
    await camera.open()
    await camera.close()
    await camera.close()
    await camera.open()
    expect((await take(camera, 1))[0]?.sequence).toBeGreaterThanOrEqual(0)
    await camera.close()
    stop()
  })
})
