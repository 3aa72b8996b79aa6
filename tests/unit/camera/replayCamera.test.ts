import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ReplayCamera } from '../../../drivers/camera/replayCamera.ts'
import { fakeJpeg } from './fakeJpeg.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'facelane-replay-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function record(name: string, ...sizes: number[]): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, Buffer.concat(sizes.map((size) => fakeJpeg({ widthPx: size, heightPx: size }))))
  return path
}

async function widths(camera: ReplayCamera, count: number): Promise<number[]> {
  const found: number[] = []
  for await (const frame of camera.frames()) {
    found.push(frame.widthPx)
    if (found.length === count) break
  }
  return found
}

describe('a replayed recording', () => {
  test('plays in order and begins again at its end', async () => {
    const camera = new ReplayCamera({ path: await record('a.mjpeg', 1, 2, 3), framesPerSecond: 60 })
    expect(camera.kind).toBe('replay')
    await camera.open()
    expect(await widths(camera, 7)).toEqual([1, 2, 3, 1, 2, 3, 1])
    await camera.close()
  })

  test('takes its pace from the file beside it', async () => {
    const path = await record('a.mjpeg', 1, 2)
    await writeFile(`${path}.json`, '{ "framesPerSecond": 100 }')
    const camera = new ReplayCamera({ path })
    await camera.open()
    expect(await widths(camera, 3)).toEqual([1, 2, 1])
    await camera.close()
  })

  test('can be exchanged while it runs and while it is closed', async () => {
    const camera = new ReplayCamera({ path: await record('a.mjpeg', 1), framesPerSecond: 60 })
    const other = await record('b.mjpeg', 7)
    const third = await record('c.mjpeg', 9)
    await camera.open()
    expect(await widths(camera, 1)).toEqual([1])
    await camera.switchSource(other)
    expect((await widths(camera, 3)).at(-1)).toBe(7)
    await camera.close()
    await camera.switchSource(third)
    await camera.open()
    expect(await widths(camera, 1)).toEqual([9])
    await camera.close()
  })

  test('that is missing or holds no picture is refused, and the camera stays closed', async () => {
    const missing = new ReplayCamera({ path: join(dir, 'none.mjpeg') })
    await expect(missing.open()).rejects.toMatchObject({ code: 'camera.offline', nativeCode: 'ENOENT' })
    await expect(missing.open()).rejects.toMatchObject({ code: 'camera.offline' })
    const empty = join(dir, 'empty.mjpeg')
    await writeFile(empty, 'no picture at all')
    const camera = new ReplayCamera({ path: empty })
    await expect(camera.open()).rejects.toMatchObject({ code: 'camera.offline', nativeCode: 'noPictures' })
    await expect(camera.switchSource(join(dir, 'none.mjpeg'))).rejects.toMatchObject({
      code: 'camera.offline',
    })
  })
})
