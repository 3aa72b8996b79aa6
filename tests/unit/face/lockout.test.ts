import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LockOut, LockOutPolicy } from '../../../src-main/domain/face/lockout.ts'
import { attacked, lockedForMs, noAttacks, onOtherClock } from '../../../src-main/domain/face/lockout.ts'

const minute = 60_000
const policy: LockOutPolicy = { attacks: 3, withinMs: 10 * minute, firstMs: minute, longestMs: 30 * minute }
const after = (...atMs: number[]): LockOut =>
  atMs.reduce((state, at) => attacked(state, at, policy), noAttacks)

describe('the lock-out', () => {
  test('closes at the third attack within ten minutes, for a minute', () => {
    expect(lockedForMs(after(0, minute), minute)).toBe(0)
    const locked = after(0, minute, 2 * minute)
    expect(lockedForMs(locked, 2 * minute)).toBe(minute)
    expect(lockedForMs(locked, 3 * minute - 1)).toBe(1)
    expect(lockedForMs(locked, 3 * minute)).toBe(0)
  })

  test('forgets attacks that are further apart', () => {
    expect(lockedForMs(after(0, 6 * minute, 12 * minute, 18 * minute), 18 * minute)).toBe(0)
  })

  test('closes at once, twice as long, when the next attack follows a lock, up to half an hour', () => {
    let state = after(0, 1, 2)
    const lengths = [lockedForMs(state, 2)]
    for (let again = 0; again < 6; again++) {
      const atMs = state.lockedUntilMs + minute
      state = attacked(state, atMs, policy)
      lengths.push(lockedForMs(state, atMs))
    }
    expect(lengths.map((ms) => ms / minute)).toEqual([1, 2, 4, 8, 16, 30, 30])
  })

  test('begins anew after ten quiet minutes', () => {
    const locked = after(0, 1, 2)
    const quiet = locked.lockedUntilMs + policy.withinMs + 1
    const once = attacked(locked, quiet, policy)
    expect(lockedForMs(once, quiet)).toBe(0)
    const thrice = [1, 2].reduce((state, later) => attacked(state, quiet + later, policy), once)
    expect(lockedForMs(thrice, quiet + 2)).toBe(minute)
  })

  test('is not lengthened by a look that ends while it lasts', () => {
    const locked = after(0, 1, 2)
    expect(attacked(locked, 3, policy)).toBe(locked)
  })

  test('outlives a restart, but no jump of the clock makes it longer than the longest lock', () => {
    const locked = after(0, 1, 2)
    expect(lockedForMs(onOtherClock(locked, 5_000, 5_002, policy), 5_002)).toBe(minute)
    expect(lockedForMs(onOtherClock(locked, 1e12, 10, policy), 10)).toBe(policy.longestMs)
    const counted = onOtherClock(after(0, 1), 1e12, 10, policy)
    expect(lockedForMs(attacked(counted, 11, policy), 11)).toBe(minute)
  })

  test('never lasts longer than its limit, whatever the attacks', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 40 * minute }), { maxLength: 60 })
    fc.assert(
      fc.property(gaps, (waits) => {
        let nowMs = 0
        let state = noAttacks
        for (const wait of waits) {
          nowMs += wait
          state = attacked(state, nowMs, policy)
          expect(lockedForMs(state, nowMs)).toBeLessThanOrEqual(policy.longestMs)
          expect(state.attacksAtMs.length).toBeLessThan(policy.attacks)
        }
      }),
    )
  })
})
