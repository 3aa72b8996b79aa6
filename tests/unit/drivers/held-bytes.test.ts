import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeldBytes } from '../../../drivers/byte-stream/held-bytes.ts'

test('bytes come out in the order they went in, whatever is added and taken between', () => {
  const step = fc.oneof(
    fc.record({ append: fc.uint8Array({ maxLength: 3000 }) }),
    fc.record({ drop: fc.nat({ max: 4000 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const held = new HeldBytes()
      let plain: number[] = []
      for (const one of steps) {
        if ('append' in one) {
          held.append(one.append)
          plain = [...plain, ...one.append]
        } else {
          held.drop(one.drop)
          plain = plain.slice(one.drop)
        }
        expect([...held.view()]).toEqual(plain)
      }
      held.clear()
      expect(held.view()).toHaveLength(0)
    }),
  )
})

test('what was taken is overwritten', () => {
  const held = new HeldBytes()
  held.append(Uint8Array.of(1, 2, 3, 4))
  const taken = held.view().subarray(0, 2)
  held.drop(2)
  expect([...taken]).toEqual([0, 0])
  expect([...held.view()]).toEqual([3, 4])
})
