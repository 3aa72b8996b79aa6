import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { longestSidePx, readStill, type Still } from '../../../src-main/face/evaluation/images/still.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-stills-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, bytes: Uint8Array | string): string {
  const where = path.join(folder, name)
  writeFileSync(where, bytes)
  return where
}

async function still(name: string, bytes: Uint8Array): Promise<Still> {
  const read = await readStill(file(name, bytes))
  if (!read.ok) throw new Error(`${name}: ${read.error}`)
  return read.value
}

async function refusal(name: string, bytes: Uint8Array | string): Promise<string> {
  const read = await readStill(file(name, bytes))
  return read.ok ? 'it was read' : read.error
}

const pixel = ({ data, widthPx }: Still, x: number, y: number) => [
  ...new Uint8Array(data, (y * widthPx + x) * 4, 4),
]
const near = (colour: readonly number[], wanted: readonly number[], by: number) =>
  colour.every((value, index) => Math.abs(value - (wanted[index] ?? -999)) <= by)

const orange = { r: 200, g: 100, b: 50 }
const flat = (width = 32, height = 16): Sharp =>
  sharp({ create: { width, height, channels: 3, background: orange } })

/** Red on the left, blue on the right. */
const twoHalves = async (): Promise<Buffer> => {
  const right = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#00f' } })
    .png()
    .toBuffer()
  return sharp({ create: { width: 32, height: 16, channels: 3, background: '#f00' } })
    .composite([{ input: right, left: 16, top: 0 }])
    .png()
    .toBuffer()
}

describe('a still', () => {
  test.each([
    ['JPEG', () => flat().jpeg({ quality: 100 }), 4],
    ['PNG', () => flat().png(), 0],
    ['16-bit PNG', () => flat().toColourspace('rgb16').png(), 2],
    ['palette PNG', () => flat().png({ palette: true }), 6],
    ['WebP', () => flat().webp({ lossless: true }), 2],
    ['TIFF', () => flat().tiff({ compression: 'lzw' }), 2],
    ['GIF', () => flat().gif(), 6],
    ['AVIF', () => flat().avif({ quality: 100 }), 6],
    ['CMYK JPEG', () => flat().toColourspace('cmyk').jpeg({ quality: 100 }), 30],
    ['progressive JPEG', () => flat().jpeg({ progressive: true, quality: 100 }), 4],
  ] as const)('is read from %s', async (name, make, tolerance) => {
    const read = await still(name.replaceAll(' ', '-'), await make().toBuffer())
    expect([read.widthPx, read.heightPx, read.data.byteLength]).toEqual([32, 16, 32 * 16 * 4])
    expect([pixel(read, 5, 5), near(pixel(read, 5, 5), [200, 100, 50, 255], tolerance)]).toEqual([
      pixel(read, 5, 5),
      true,
    ])
  })

  test('is grey in all channels when the picture is grey, 8 or 16 bits deep', async () => {
    const grey8 = await still('grey8.png', await flat().greyscale().png().toBuffer())
    const [r, g, b, a] = pixel(grey8, 3, 3)
    expect([r === g, g === b, a]).toEqual([true, true, 255])
    const grey16 = await still(
      'grey16.png',
      await flat().greyscale().toColourspace('grey16').png().toBuffer(),
    )
    expect(near(pixel(grey16, 3, 3), pixel(grey8, 3, 3), 2)).toBe(true)
  })

  test('stands upright whatever its EXIF orientation', async () => {
    const source = await twoHalves()
    const upright = await still(
      '1.jpg',
      await sharp(source).jpeg().withMetadata({ orientation: 1 }).toBuffer(),
    )
    expect(near(pixel(upright, 2, 8), [254, 0, 0, 255], 8)).toBe(true)
    const upsideDown = await still(
      '3.jpg',
      await sharp(source).jpeg().withMetadata({ orientation: 3 }).toBuffer(),
    )
    expect(near(pixel(upsideDown, 2, 8), [0, 0, 254, 255], 8)).toBe(true)
    const mirrored = await still(
      '2.jpg',
      await sharp(source).jpeg().withMetadata({ orientation: 2 }).toBuffer(),
    )
    expect(near(pixel(mirrored, 2, 8), [0, 0, 254, 255], 8)).toBe(true)
    const turned = await still(
      '6.jpg',
      await sharp(source).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    )
    expect([turned.widthPx, turned.heightPx]).toEqual([16, 32])
    expect(near(pixel(turned, 8, 2), [254, 0, 0, 255], 8)).toBe(true)
  })

  test('has mid grey where the picture is transparent', async () => {
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { ...orange, alpha: 0 } } })
    expect(pixel(await still('clear.png', await clear.png().toBuffer()), 4, 4)).toEqual([128, 128, 128, 255])
  })

  test('is the first frame of an animation', async () => {
    const frames = Buffer.concat([
      Buffer.alloc(16 * 16 * 3, Buffer.from([250, 0, 0])),
      Buffer.alloc(16 * 16 * 3, Buffer.from([0, 0, 250])),
    ])
    const gif = await sharp(frames, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } })
      .gif({ loop: 0, delay: [100, 100] })
      .toBuffer()
    const read = await still('moving.gif', gif)
    expect([read.widthPx, read.heightPx]).toEqual([16, 16])
    expect(near(pixel(read, 8, 8), [250, 0, 0, 255], 6)).toBe(true)
  })

  test('is shrunk to a longest side of 1920 and never enlarged', async () => {
    const wide = await still('wide.jpg', await flat(4000, 1000).jpeg().toBuffer())
    expect([wide.widthPx, wide.heightPx]).toEqual([longestSidePx, longestSidePx / 4])
    const tall = await still('tall.png', await flat(500, 3840).png().toBuffer())
    expect([tall.widthPx, tall.heightPx]).toEqual([250, longestSidePx])
    const tiny = await still('tiny.png', await flat(1, 1).png().toBuffer())
    expect([tiny.widthPx, tiny.heightPx]).toEqual([1, 1])
  })
})

describe('a file that is no still', () => {
  test('says what it is: empty, missing, a folder, text, a drawing', async () => {
    expect(await refusal('empty.jpg', '')).toBe('the file is empty')
    const missing = await readStill(path.join(folder, 'nowhere.jpg'))
    expect(missing).toEqual({ ok: false, error: 'the file cannot be opened (ENOENT)' })
    const dir = await readStill(folder)
    expect(dir).toMatchObject({ ok: false, error: expect.stringContaining('EISDIR') })
    expect(await refusal('text.jpg', 'no picture at all')).toBe('it is not a picture')
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    expect(await refusal('drawing.svg', svg)).toBe('it is not a picture')
  })

  test('is refused when it is cut short', async () => {
    const noise = await sharp({
      create: {
        width: 300,
        height: 300,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 50 },
      },
    })
      .jpeg()
      .toBuffer()
    expect(await refusal('cut.jpg', noise.subarray(0, noise.length >> 1))).toContain('damaged')
    const png = await sharp(noise).png().toBuffer()
    expect(await refusal('cut.png', png.subarray(0, png.length >> 1))).toContain('damaged')
  })

  test('is refused from its header when it has 100 million pixels, and decoded when it is just large', async () => {
    const huge = await flat(10_000, 10_000).png({ compressionLevel: 9 }).toBuffer()
    expect(await refusal('huge.png', huge)).toContain('10000x10000')
    const large = await still('large.jpg', await flat(6000, 4000).jpeg().toBuffer())
    expect([large.widthPx, large.heightPx]).toEqual([1920, 1280])
  })

  test('never ends the evaluation, whatever its bytes', async () => {
    const pictures = [
      await sharp(await twoHalves())
        .jpeg()
        .toBuffer(),
      await sharp(await twoHalves())
        .png()
        .toBuffer(),
      await sharp(await twoHalves())
        .webp()
        .toBuffer(),
      await sharp(await twoHalves())
        .gif()
        .toBuffer(),
      await sharp(await twoHalves())
        .tiff()
        .toBuffer(),
    ]
    const edit = fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), to: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...pictures),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0.2, max: 1, noNaN: true }),
        async (picture, edits, share) => {
          const bytes = Uint8Array.from(picture.subarray(0, Math.ceil(picture.length * share)))
          for (const { at, to } of edits) bytes[Math.floor(at * bytes.length)] = to
          const read = await readStill(file('mutated', bytes))
          if (read.ok) expect(read.value.data.byteLength).toBe(read.value.widthPx * read.value.heightPx * 4)
          else expect(read.error).not.toBe('')
        },
      ),
      { numRuns: 200 },
    )
  })
})
