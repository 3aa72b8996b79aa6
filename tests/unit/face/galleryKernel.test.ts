import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compileKernel as compileBytes,
  instantiateKernel,
} from '../../../src-main/face/gallery/kernel/kernel.ts'
import { kernelBytes } from '../../../src-main/face/gallery/kernel/kernelBytes.ts'
import { compileKernel, kernelSources } from '../../kernel/wat.ts'

const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true })
const kernel = instantiateKernel(compileBytes(), memory)
const stride = 128
const rowsAt = 8192
const lowAt = 32_768
const outAt = 65_536

const highs = fc.array(fc.oneof(fc.integer({ min: -127, max: 127 }), fc.constantFrom(-127, 127)), {
  minLength: stride,
  maxLength: stride,
})

describe('the kernel', () => {
  test('is what its text says (else: node tests/kernel/compile.ts)', async () => {
    expect(Buffer.from(kernelBytes).equals(await compileKernel(kernelSources.gallery))).toBe(true)
  })

  test('multiplies rows with a probe without losing a bit, at the ends of their ranges too', () => {
    const probes = fc.array(fc.oneof(fc.integer({ min: 0, max: 127 }), fc.constantFrom(0, 1, 127)), {
      minLength: stride,
      maxLength: stride,
    })
    fc.assert(
      fc.property(probes, fc.array(highs, { minLength: 1, maxLength: 5 }), (probe, rows) => {
        new Uint8Array(memory.buffer, 0, stride).set(probe)
        for (const [index, row] of rows.entries())
          new Int8Array(memory.buffer, rowsAt + index * stride, stride).set(row)
        kernel.dots(0, rowsAt, rows.length, stride, outAt)
        const expected = rows.map((row) => row.reduce((sum, value, i) => sum + value * probe[i]!, 0))
        expect([...new Int32Array(memory.buffer, outAt, rows.length)]).toEqual(expected)
      }),
    )
  })

  test('scores a row by both of its parts, as double precision does', () => {
    const lows = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: stride, maxLength: stride })
    const probes = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: stride,
      maxLength: stride,
    })
    fc.assert(
      fc.property(highs, lows, probes, (high, low, probe) => {
        new Int8Array(memory.buffer, rowsAt, stride).set(high)
        new Int16Array(memory.buffer, lowAt, stride).set(low)
        new Float64Array(memory.buffer, 0, stride).set(probe)
        const expected = high.reduce((sum, value, i) => sum + (value * 65_536 + low[i]!) * probe[i]!, 0)
        const scored = kernel.score(rowsAt, lowAt, 0, stride)
        expect(Math.abs(scored - expected)).toBeLessThan(1e-3)
      }),
    )
  })

  test('selects the rows whose bound reaches the floor, in order, and none past the count', () => {
    const columns = fc.array(
      fc.record({
        dot: fc.integer({ min: -1000, max: 1000 }),
        offset: fc.integer({ min: -1000, max: 1000 }),
        error: fc.integer({ min: 0, max: 100 }),
      }),
      { minLength: 8, maxLength: 8 },
    )
    fc.assert(
      fc.property(
        columns,
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: -2000, max: 2000 }),
        (rows, count, floor) => {
          const dots = new Int32Array(memory.buffer, 0, 8)
          const scales = new Float32Array(memory.buffer, 32, 8)
          const offsets = new Int32Array(memory.buffer, 64, 8)
          const errors = new Float32Array(memory.buffer, 96, 8)
          for (const [index, { dot, offset, error }] of rows.entries()) {
            dots[index] = dot
            scales[index] = 2
            offsets[index] = offset
            errors[index] = error
          }
          const found = kernel.select(0, 32, 64, 96, 4, count, 0.5, 3, 7, floor, outAt)
          const bound = rows.map(({ dot, offset, error }) => dot + offset + error * 3 + 7)
          const expected = [...bound.keys()].filter((row) => row < count && bound[row]! >= floor)
          expect([...new Uint32Array(memory.buffer, outAt, found)]).toEqual(expected.map((row) => row + 4))
        },
      ),
    )
  })
})
