import { describe, expect, it } from 'vitest'
import { keySchema, momentSchema } from '../../../src-main/contract/values.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'

describe('the clock of the machine', () => {
  const clock = createClock('ab'.repeat(16))

  it('gives moments of the contract that never go back within a boot', () => {
    const moments = Array.from({ length: 100 }, () => clock.moment())
    for (const moment of moments) expect(momentSchema.parse(moment)).toEqual(moment)
    const order = moments.map(({ monotonicMs }) => monotonicMs)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(new Set(moments.map(({ bootId }) => bootId))).toEqual(new Set(['ab'.repeat(16)]))
  })

  it('calls once after a while, and not at all when it is cancelled', async () => {
    let cancelled = false
    const cancel = clock.after(0, () => (cancelled = true))
    cancel()
    await new Promise<void>((resolve) => clock.after(1, resolve))
    expect(cancelled).toBe(false)
  })

  it('does not fire at once for a delay longer than timers can count', async () => {
    let fired = false
    const cancel = clock.after(Number.MAX_SAFE_INTEGER, () => (fired = true))
    await new Promise<void>((resolve) => clock.after(5, resolve))
    cancel()
    expect(fired).toBe(false)
  })
})

describe('the randomness of the machine', () => {
  const random = createRandom()

  it('gives keys of the contract, never the same twice', () => {
    const keys = Array.from({ length: 1000 }, () => random.key())
    for (const key of keys) expect(keySchema.safeParse(key).success).toBe(true)
    expect(new Set(keys).size).toBe(1000)
  })

  it('gives as many bytes as asked for, and numbers in [0, 1)', () => {
    expect(random.bytes(32)).toHaveLength(32)
    const units = Array.from({ length: 1000 }, () => random.unit())
    expect(units.every((unit) => unit >= 0 && unit < 1)).toBe(true)
    expect(Math.max(...units)).toBeGreaterThan(0.5)
    expect(Math.min(...units)).toBeLessThan(0.5)
  })
})
