import { describe, expect, it } from 'vitest'
import { watchClock } from '../../../src-hub/payments/clock-jumps.ts'

function setUp() {
  const clocks = { wall: 1_000_000, steady: 0 }
  const jumps: number[] = []
  let failing = false
  const look = watchClock({ nowMs: () => clocks.wall, steadyMs: () => clocks.steady }, async (byMs) => {
    if (failing) throw new Error('the database is away')
    jumps.push(byMs)
  })
  const pass = (ms: number, jumpMs = 0) => {
    clocks.steady += ms
    clocks.wall += ms + jumpMs
    return look()
  }
  return { jumps, pass, fail: (now: boolean) => (failing = now) }
}

describe('watching the hub’s clock', () => {
  it('notices by how much it was put back, once', async () => {
    const { jumps, pass } = setUp()
    await pass(1_000)
    await pass(1_000, -3_600_000)
    await pass(1_000)
    expect(jumps).toEqual([3_600_000])
  })

  it('finds no jump in a clock that is corrected a little at a time, stands still for long, or goes forward', async () => {
    const { jumps, pass } = setUp()
    for (let count = 0; count < 20; count += 1) await pass(1_000, -500)
    await pass(600_000)
    await pass(1_000, 86_400_000)
    expect(jumps).toEqual([])
  })

  it('notices the same jump again when nothing could be done about it', async () => {
    const { jumps, pass, fail } = setUp()
    fail(true)
    await expect(pass(1_000, -60_000)).rejects.toThrow('away')
    fail(false)
    await pass(1_000)
    await pass(1_000)
    expect(jumps).toEqual([60_000])
  })
})
