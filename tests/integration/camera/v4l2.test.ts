import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CameraFrame, CameraPort } from '../../../drivers/camera/port.ts'
import { V4l2Camera } from '../../../drivers/camera/v4l2Camera.ts'
import { fakeJpeg } from '../../unit/camera/fakeJpeg.ts'
import { processTree } from '../../bench/measures/process-tree.ts'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const absent = hasFfmpeg ? '' : ' (cannot run here: ffmpeg is not installed)'

/** Left half red, right half blue. */
const twoColours = 'color=red:size=160x120:rate=30[a];color=blue:size=160x120:rate=30[b];[a][b]hstack'
const madePicture = ['-re', '-f', 'lavfi', '-i', twoColours]

let dir: string
let camera: V4l2Camera | undefined
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'facelane-v4l2-'))
})
afterEach(async () => {
  await camera?.close()
  await rm(dir, { recursive: true, force: true })
})

/** A stand-in for ffmpeg that behaves as its script says; its pid lies in `pid`. */
async function program(script: string): Promise<string> {
  const file = join(dir, 'program')
  await writeFile(file, `#!/bin/sh\necho $$ > ${dir}/pid\n${script}\n`)
  await chmod(file, 0o755)
  return file
}

async function recording(count: number): Promise<string> {
  const file = join(dir, 'some.mjpeg')
  await writeFile(
    file,
    Buffer.concat(Array.from({ length: count }, () => fakeJpeg({ widthPx: 64, heightPx: 48 }))),
  )
  return file
}

/** Of the stand-in, once it runs. */
async function startedPid(): Promise<number> {
  for (;;) {
    const said = (await readFile(join(dir, 'pid'), 'utf8').catch(() => '')).trim()
    if (said !== '') return Number(said)
    await sleep(5)
  }
}

async function next(from: CameraPort): Promise<CameraFrame> {
  for await (const frame of from.frames()) return frame
  throw new Error('The camera was closed')
}

/** Mean red, green and blue of the left half, as a decoder that is not ours reads it. */
async function leftHalf({ data }: CameraFrame): Promise<number[]> {
  const pixel = await sharp(new Uint8Array(data))
    .extract({ left: 8, top: 8, width: 100, height: 100 })
    .resize(1, 1)
    .removeAlpha()
    .raw()
    .toBuffer()
  return [...pixel]
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

describe.skipIf(!hasFfmpeg)(`a camera read by ffmpeg${absent}`, () => {
  test('that has no MJPEG of its own is encoded, and other programs can decode the pictures', async () => {
    camera = new V4l2Camera({ device: 'made', input: madePicture })
    await camera.open()
    const frame = await next(camera)
    expect(frame).toMatchObject({ widthPx: 320, heightPx: 120, encoding: 'jpeg' })
    const [red = 0, , blue = 0] = await leftHalf(frame)
    expect(red).toBeGreaterThan(blue + 100)
  })

  test('mirrors when it is asked to', async () => {
    camera = new V4l2Camera({ device: 'made', input: madePicture, mirror: true })
    await camera.open()
    const [red = 0, , blue = 0] = await leftHalf(await next(camera))
    expect(blue).toBeGreaterThan(red + 100)
  })

  test('goes on by itself when the program dies under it', async () => {
    camera = new V4l2Camera({ device: 'made', input: madePicture })
    await camera.open()
    const before = await next(camera)
    for (const pid of processTree(process.pid).slice(1)) {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
      if (name.trim() === 'ffmpeg') process.kill(pid, 'SIGKILL')
    }
    const sequences: number[] = []
    for await (const { sequence } of camera.frames()) {
      sequences.push(sequence)
      if (sequence > before.sequence + 40) break
    }
    expect(sequences.length).toBeGreaterThan(0)
  })

  test('shows its newest picture only while it is open', async () => {
    const seen = new V4l2Camera({ device: 'made', input: madePicture })
    camera = seen
    expect(seen.preview()).toBeNull()
    await seen.open()
    expect([...(seen.preview()?.subarray(0, 2) ?? [])]).toEqual([0xff, 0xd8])
    await seen.close()
    expect(seen.preview()).toBeNull()
  })

  test('runs only while it is open', async () => {
    camera = new V4l2Camera({ device: 'made', input: madePicture })
    const running = async () =>
      (
        await Promise.all(
          processTree(process.pid).map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')),
        )
      ).filter((name) => name.trim() === 'ffmpeg').length
    expect(await running()).toBe(0)
    await camera.open()
    expect(await running()).toBe(1)
    await camera.close()
    expect(await running()).toBe(0)
  })
})

describe('a V4L2 camera', () => {
  test('that is not plugged in is offline, and a file is no camera', async () => {
    camera = new V4l2Camera({ device: join(dir, 'video0') })
    await expect(camera.open()).rejects.toMatchObject({ code: 'camera.offline', nativeCode: 'ENOENT' })
    camera = new V4l2Camera({ device: await recording(1) })
    await expect(camera.open()).rejects.toMatchObject({ code: 'camera.offline', nativeCode: 'ENOTTY' })
  })

  test('without ffmpeg says what to install', async () => {
    camera = new V4l2Camera({ device: 'made', input: [], programs: { ffmpeg: join(dir, 'none') } })
    await expect(camera.open()).rejects.toMatchObject({ code: 'camera.noService', nativeCode: 'ENOENT' })
  })

  test('that another program holds is busy, and can be opened once it is free', async () => {
    const held = await program(`echo '/dev/video0: Device or resource busy' >&2; exit 1`)
    camera = new V4l2Camera({ device: 'made', input: [], programs: { ffmpeg: held } })
    await expect(camera.open()).rejects.toMatchObject({ code: 'camera.busy', nativeCode: 'EBUSY' })
    await program(`cat ${await recording(3)}; exec sleep 100`)
    await camera.open()
    expect(await next(camera)).toMatchObject({ widthPx: 64, heightPx: 48 })
  })

  test('whose stream ends again and again is read on, with numbers that go up', async () => {
    const short = await program(`cat ${await recording(2)}`)
    camera = new V4l2Camera({ device: 'made', input: [], programs: { ffmpeg: short } })
    await camera.open()
    const sequences: number[] = []
    for await (const { sequence } of camera.frames()) {
      sequences.push(sequence)
      if (sequence >= 5) break
    }
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b))
  })

  test('that gives no picture is given up, and its hanging program is killed', async () => {
    const hanging = await program(`trap '' TERM INT; exec sleep 1000`)
    const timers: (() => void)[] = []
    const clock = {
      monotonicMs: () => 0,
      after: (_: number, run: () => void) => (timers.push(run), () => undefined),
    }
    camera = new V4l2Camera({ device: 'made', input: [], programs: { ffmpeg: hanging }, clock })
    const opened = camera.open().catch((thrown: unknown) => thrown)
    const pid = await startedPid()
    timers.at(-1)?.()
    expect(await opened).toMatchObject({ code: 'camera.offline', nativeCode: 'ETIMEDOUT' })
    expect(isGone(pid)).toBe(true)
  })

  test('closed while it opens, refuses the opening and leaves no program', async () => {
    const hanging = await program(`exec sleep 1000`)
    camera = new V4l2Camera({ device: 'made', input: [], programs: { ffmpeg: hanging } })
    const opened = camera.open().catch((thrown: unknown) => thrown)
    const pid = await startedPid()
    await camera.close()
    expect(await opened).toMatchObject({ code: 'camera.closed' })
    expect(isGone(pid)).toBe(true)
  })

  test('whose exposure cannot be set is used all the same, and the reason is told', async () => {
    const pictures = await program(`cat ${await recording(1)}; exec sleep 100`)
    const problems: string[] = []
    camera = new V4l2Camera({
      device: '/dev/null',
      exposure: 120,
      programs: { ffmpeg: pictures, v4l2Ctl: join(dir, 'none') },
      onProblem: ({ code }) => problems.push(code),
    })
    await camera.open()
    expect((await next(camera)).widthPx).toBe(64)
    expect(problems).toEqual(['camera.noService'])
  })
})
