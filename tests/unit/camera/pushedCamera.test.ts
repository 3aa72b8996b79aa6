import { describe, expect, test } from 'vitest'
import { maxJpegBytes } from '../../../drivers/camera/mjpegSplitter.ts'
import { PushedCamera } from '../../../drivers/camera/pushedCamera.ts'
import { fakeJpeg } from './fakeJpeg.ts'

const picture = fakeJpeg({ widthPx: 640, heightPx: 480 })

describe('frames pushed by the renderer', () => {
  test('are refused while the camera is closed, when they are no JPEG and when they are too large', async () => {
    const camera = new PushedCamera({ maxPixels: 1280 * 720 })
    expect(camera.pushFrame(picture)).toBe('closed')
    await camera.open()
    expect(camera.pushFrame(picture)).toBe('taken')
    expect(camera.pushFrame(Buffer.from('<html>'))).toBe('notJpeg')
    expect(camera.pushFrame(new Uint8Array())).toBe('notJpeg')
    expect(camera.pushFrame(fakeJpeg({ widthPx: 9000, heightPx: 9000 }))).toBe('tooLarge')
    expect(camera.pushFrame(new Uint8Array(maxJpegBytes + 1))).toBe('tooLarge')
    await camera.close()
    expect(camera.pushFrame(picture)).toBe('closed')
  })

  test('are wanted only between open and close', async () => {
    const wanted: boolean[] = []
    const camera = new PushedCamera({ onWanted: (value) => wanted.push(value) })
    expect(camera.kind).toBe('live')
    await camera.open()
    await camera.close()
    await camera.close()
    expect(wanted).toEqual([true, false])
  })

  test('replaced by a newer one are overwritten', async () => {
    const camera = new PushedCamera()
    await camera.open()
    const shared = Buffer.from(picture)
    camera.pushFrame(shared)
    camera.pushFrame(shared)
    for await (const frame of camera.frames()) {
      expect(frame.sequence).toBe(1)
      break
    }
    expect(shared).toEqual(picture)
    await camera.close()
  })

  test('end with an error for the reader when the renderer loses its camera', async () => {
    const camera = new PushedCamera()
    await camera.open()
    const reading = (async () => {
      for await (const frame of camera.frames()) expect(frame).toBeDefined()
    })()
    camera.lost('NotReadableError')
    await expect(reading).rejects.toMatchObject({ code: 'camera.extended', nativeCode: 'NotReadableError' })
    await camera.close()
  })
})
