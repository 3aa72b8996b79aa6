import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodeFrame } from '../../../src-main/face/engine/decode.ts'
import type { FaceFrame } from '../../../src-main/ports/faceEngine.ts'

function jpeg(bytes: Uint8Array): FaceFrame {
  const data = new ArrayBuffer(bytes.length)
  new Uint8Array(data).set(bytes)
  return { sequence: 0, capturedAtMonotonicMs: 0, encoding: 'jpeg', widthPx: 1, heightPx: 1, data }
}

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 100, b: 50 } } })

describe('decoding a frame', () => {
  test('gives RGB for colour, grey and CMYK pictures', async () => {
    const pictures = {
      colour: await flat(32, 16).jpeg().toBuffer(),
      grey: await flat(32, 16).greyscale().jpeg().toBuffer(),
      cmyk: await flat(32, 16).toColourspace('cmyk').jpeg().toBuffer(),
    }
    for (const [name, bytes] of Object.entries(pictures)) {
      const { width, height, channels, data } = await decodeFrame(jpeg(bytes))
      expect([name, width, height, channels, data.length]).toEqual([name, 32, 16, 3, 32 * 16 * 3])
    }
    const { data } = await decodeFrame(jpeg(pictures.colour))
    expect(
      [data[0], data[1], data[2]].map((value, index) => Math.abs((value ?? 0) - [200, 100, 50][index]!) < 6),
    ).toEqual([true, true, true])
  })

  test('refuses a picture that would fill the memory, from its header alone', async () => {
    const huge = Buffer.from(await flat(64, 64).jpeg().toBuffer())
    const startOfFrame = huge.indexOf(Buffer.from([0xff, 0xc0]))
    huge.writeUInt16BE(60_000, startOfFrame + 5)
    huge.writeUInt16BE(60_000, startOfFrame + 7)
    await expect(decodeFrame(jpeg(huge))).rejects.toMatchObject({ code: 'face.badFrame' })
  })

  test('takes nothing but JPEG under the name of JPEG', async () => {
    for (const bytes of [
      await flat(8, 8).png().toBuffer(),
      await flat(8, 8).gif().toBuffer(),
      Buffer.from('<svg/>'),
    ]) {
      await expect(decodeFrame(jpeg(bytes))).rejects.toMatchObject({ code: 'face.badFrame' })
    }
  })

  test('takes pixels only when size and bytes agree', async () => {
    const pixels = (widthPx: number, heightPx: number, length: number): FaceFrame => ({
      ...jpeg(new Uint8Array(length)),
      encoding: 'rgba',
      widthPx,
      heightPx,
    })
    expect(await decodeFrame(pixels(4, 2, 32))).toMatchObject({ width: 4, height: 2, channels: 4 })
    for (const bad of [
      pixels(4, 2, 31),
      pixels(0, 0, 0),
      pixels(-4, -2, 32),
      pixels(NaN, 2, 0),
      pixels(1e9, 1, 4),
    ]) {
      await expect(decodeFrame(bad)).rejects.toMatchObject({ code: 'face.badFrame' })
    }
  })

  test('reads a progressive JPEG', async () => {
    const raster = await decodeFrame(jpeg(await flat(32, 16).jpeg({ progressive: true }).toBuffer()))
    expect([raster.width, raster.height, raster.channels]).toEqual([32, 16, 3])
  })

  test.each([
    ['of 100 million pixels', 10_000, 10_000],
    ['without a row', 64, 0],
    ['without a column', 0, 64],
  ])('refuses a JPEG whose header speaks %s', async (_, width, height) => {
    const bytes = Buffer.from(await flat(64, 64).jpeg().toBuffer())
    const startOfFrame = bytes.indexOf(Buffer.from([0xff, 0xc0]))
    bytes.writeUInt16BE(height, startOfFrame + 5)
    bytes.writeUInt16BE(width, startOfFrame + 7)
    await expect(decodeFrame(jpeg(bytes))).rejects.toMatchObject({ code: 'face.badFrame' })
  })

  test('of any damaged JPEG ends in a picture or in "face.badFrame", never otherwise', async () => {
    const sound = await sharp({
      create: {
        width: 48,
        height: 40,
        channels: 3,
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
        background: '#000',
      },
    })
      .jpeg({ quality: 70 })
      .toBuffer()
    const damage = fc.record({
      flips: fc.array(fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 8 }),
      cutAt: fc.option(fc.nat(sound.length)),
      insertion: fc.uint8Array({ maxLength: 12 }),
      insertAt: fc.nat(sound.length),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ flips, cutAt, insertion, insertAt }) => {
        const bytes = Buffer.concat([sound.subarray(0, insertAt), insertion, sound.subarray(insertAt)])
        for (const [at, by] of flips) bytes.writeUInt8(bytes.readUInt8(at) ^ by, at)
        const raster = await decodeFrame(jpeg(bytes.subarray(0, cutAt ?? bytes.length))).catch(
          (thrown: unknown) => thrown,
        )
        if (raster instanceof Error) expect(raster).toMatchObject({ code: 'face.badFrame' })
        else expect(raster).toMatchObject({ channels: 3 })
      }),
      { numRuns: 300 },
    )
  })
})
