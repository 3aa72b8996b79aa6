import { expect, test } from 'vitest'
import { flushTinyWeights } from '../../../src-main/face/engine/tinyWeights.ts'

const kept = [0, -0, 1, -1.5, 1.0001e-15, -1.0001e-15, Infinity]
const tiny = [9e-16, -9e-16, 1.2e-38, 1e-39, -1e-39]

/** A length-delimited field of Protocol Buffers. */
function field(number: number, content: Uint8Array): Buffer {
  if (content.length > 127) throw new Error('One length byte is enough for these tests')
  return Buffer.concat([Buffer.of((number << 3) | 2, content.length), content])
}

function varintField(number: number, value: number): Buffer {
  return Buffer.of(number << 3, value)
}

function floats(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeFloatLE(value, index * 4))
  return bytes
}

/** ModelProto { graph { initializer { data_type, raw_data } } } */
function modelOf(dataType: number, rawData: Buffer, dataField = 9): Buffer {
  const initializer = Buffer.concat([varintField(2, dataType), field(dataField, rawData)])
  return Buffer.concat([varintField(1, 7), field(7, field(5, initializer))])
}

test.each([
  ['raw_data', 9],
  ['float_data', 4],
])('zeroes weights too small to matter in %s and leaves every other value as it is', (_name, dataField) => {
  const model = modelOf(1, floats(...kept, ...tiny), dataField)
  expect(flushTinyWeights(model)).toBe(tiny.length)
  expect(model).toEqual(modelOf(1, floats(...kept, ...tiny.map(() => 0)), dataField))
})

test('leaves tensors of whole numbers alone', () => {
  const model = modelOf(7, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]))
  const before = Buffer.from(model)
  expect(flushTinyWeights(model)).toBe(0)
  expect(model).toEqual(before)
})

test('says so when the bytes are no Protocol Buffers', () => {
  expect(() => flushTinyWeights(Buffer.from([0x3b, 1, 2, 3]))).toThrow(/Protocol Buffers/)
  expect(() => flushTinyWeights(Buffer.from([0xff, 0xff]))).toThrow(/past the end/)
})
