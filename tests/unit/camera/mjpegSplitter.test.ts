import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readJpegSize } from '../../../drivers/camera/jpegHeader.ts'
import { MjpegSplitter, splitMjpeg } from '../../../drivers/camera/mjpegSplitter.ts'
import { fakeJpeg } from './fakeJpeg.ts'

const pictures = fc.array(
  fc
    .record({
      widthPx: fc.integer({ min: 1, max: 4000 }),
      heightPx: fc.integer({ min: 1, max: 4000 }),
      scan: fc.uint8Array({ maxLength: 60 }),
      thumbnail: fc.boolean(),
    })
    .map(fakeJpeg),
  { minLength: 1, maxLength: 6 },
)

describe('the MJPEG splitter', () => {
  test('gives the same pictures whatever the chunks', () => {
    fc.assert(
      fc.property(
        pictures,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 }),
        (list, cuts) => {
          const stream = Buffer.concat(list)
          const splitter = new MjpegSplitter()
          const found: Uint8Array[] = []
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const length = cuts[turn % cuts.length]!
            found.push(...splitter.push(stream.subarray(at, at + length)))
            at += length
          }
          expect(found.map((bytes) => Buffer.from(bytes))).toEqual(list)
        },
      ),
    )
  })

  test('skips what lies between pictures', () => {
    const [one, two] = [fakeJpeg({ widthPx: 4, heightPx: 3 }), fakeJpeg({ widthPx: 8, heightPx: 6 })]
    const stream = Buffer.concat([Buffer.from('--frame\r\n'), one, Buffer.from([0xff, 0, 13, 10]), two])
    expect(splitMjpeg(stream).map((bytes) => Buffer.from(bytes))).toEqual([one, two])
  })

  test('does not take the end of a thumbnail for the end of the picture', () => {
    const picture = fakeJpeg({ widthPx: 4, heightPx: 3, thumbnail: true })
    expect(splitMjpeg(picture)).toHaveLength(1)
    expect(splitMjpeg(picture)[0]).toHaveLength(picture.length)
  })

  test('finds the next picture after a truncated one', () => {
    const [one, two] = [
      fakeJpeg({ widthPx: 4, heightPx: 3, scan: Buffer.alloc(50, 1) }),
      fakeJpeg({ widthPx: 8, heightPx: 6 }),
    ]
    const found = splitMjpeg(Buffer.concat([one.subarray(0, one.length - 20), two]))
    expect(Buffer.from(found.at(-1) ?? [])).toEqual(two)
  })

  test('survives any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => {
        const splitter = new MjpegSplitter()
        for (const chunk of chunks) splitter.push(chunk)
      }),
    )
  })
})

describe('the JPEG header', () => {
  test('tells the size of the picture', () => {
    expect(readJpegSize(fakeJpeg({ widthPx: 1280, heightPx: 720 }))).toEqual({ widthPx: 1280, heightPx: 720 })
    expect(readJpegSize(fakeJpeg({ widthPx: 640, heightPx: 480, thumbnail: true }))).toEqual({
      widthPx: 640,
      heightPx: 480,
    })
  })

  test('of anything else is refused, without throwing', () => {
    expect(readJpegSize(Buffer.from('GIF89a'))).toBeUndefined()
    expect(readJpegSize(fakeJpeg({ widthPx: 0, heightPx: 480 }))).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        readJpegSize(bytes)
        readJpegSize(Buffer.concat([Buffer.from([0xff, 0xd8]), bytes]))
      }),
    )
  })
})
