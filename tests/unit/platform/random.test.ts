import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src-main/platform/random.ts'

describe('keys from the operating system', () => {
  it('are 128 bits in hex, and never the same, however many are asked for', () => {
    const random = createRandom()
    const keys = Array.from({ length: 1_000 }, () => random.key())
    expect(new Set(keys).size).toBe(1_000)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
    expect(keys).not.toContain('0'.repeat(32))
  })

  it('of two sources have nothing in common', () => {
    const [one, other] = [createRandom(), createRandom()]
    const keys = new Set(Array.from({ length: 300 }, () => one.key()))
    for (let count = 0; count < 300; count += 1) expect(keys.has(other.key())).toBe(false)
  })
})
