import { expect, test } from 'vitest'
import { flushSubnormalWeights } from '../../../src-main/face/engine/subnormals.ts'

const smallestNormal = 1.1754943508222875e-38
const subnormal = 1e-39

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
])('zeroes subnormal weights in %s and leaves every other value as it is', (_name, dataField) => {
  const kept = [0, -0, 1, -1.5, smallestNormal, -smallestNormal, Infinity]
  const model = modelOf(1, floats(...kept, subnormal, -subnormal), dataField)
  expect(flushSubnormalWeights(model)).toBe(2)
  expect(model).toEqual(modelOf(1, floats(...kept, 0, 0), dataField))
})

test('leaves tensors of whole numbers alone', () => {
  const model = modelOf(7, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]))
  const before = Buffer.from(model)
  expect(flushSubnormalWeights(model)).toBe(0)
  expect(model).toEqual(before)
})

test('says so when the bytes are no Protocol Buffers', () => {
  expect(() => flushSubnormalWeights(Buffer.from([0x3b, 1, 2, 3]))).toThrow(/Protocol Buffers/)
  expect(() => flushSubnormalWeights(Buffer.from([0xff, 0xff]))).toThrow(/past the end/)
})
