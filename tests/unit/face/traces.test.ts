import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { pictureTraces, templateTraces, TraceScanner } from '../../integration/face/privacy/traces.ts'
import { syntheticPeople } from './protection/synthetic.ts'

const [[template, other]] = syntheticPeople(11, 1, 512) as [[Float32Array, Float32Array]]
const scanner = new TraceScanner(templateTraces('the reference', template))
const around = (bytes: Uint8Array) => Buffer.concat([randomBytes(100_003), bytes, randomBytes(50_000)])
const raw = (values: Float32Array | Float64Array) => Buffer.from(values.buffer)
const noise = (channels: 3 | 1) =>
  sharp(randomBytes(64 * 64 * channels), { raw: { width: 64, height: 64, channels } })

describe('the scanner that watches for faces', () => {
  test.each([
    ['float32', raw(template)],
    ['float32, big-endian', Buffer.from(raw(template)).swap32()],
    ['float64', raw(Float64Array.from(template))],
    ['hexadecimal', Buffer.from(raw(template).toString('hex'))],
    ['base64', Buffer.from(raw(template).toString('base64'))],
    ['base64', Buffer.from(raw(template).toString('base64url'))],
    ['decimal text', Buffer.from(JSON.stringify({ log: [...template] }))],
    ['decimal text', Buffer.from(JSON.stringify(template))],
  ])('finds a planted template as %s, wherever it lies', (form, planted) => {
    expect(scanner.scan(around(planted))).toContain(`the reference as ${form}`)
  })

  test('finds base64 of a template that stands behind other bytes, and a part of a template', () => {
    for (const before of [1, 2, 3, 4])
      expect(
        scanner.scan(Buffer.from(Buffer.concat([randomBytes(before), raw(template)]).toString('base64'))),
      ).toContain('the reference as base64')
    expect(scanner.scan(around(raw(template).subarray(900, 1_000)))).toEqual(['the reference as float32'])
  })

  test('finds pictures of any kind by their marks', async () => {
    expect(scanner.scan(around(await noise(3).jpeg().toBuffer()))).toEqual(['a JPEG picture'])
    expect(scanner.scan(around(await noise(1).png().toBuffer()))).toEqual(['a PNG picture'])
    expect(scanner.scan(around(await noise(3).webp().toBuffer()))).toEqual(['a WebP picture'])
  })

  test('finds a run of pixels, or of a file, without its beginning', () => {
    const pixels = randomBytes(30_000)
    const watching = new TraceScanner(pictureTraces('a frame', pixels))
    expect(watching.scan(around(pixels.subarray(7_000, 7_400)))).toEqual(['a frame'])
  })

  test('finds nothing in noise, in text, and in the template of somebody else', () => {
    expect(scanner.scan(randomBytes(4_000_000))).toEqual([])
    expect(scanner.scan(Buffer.from('{"comparisonScore":0.4821,"at":1795384800000}'.repeat(500)))).toEqual([])
    expect(scanner.scan(raw(other))).toEqual([])
  })
})
