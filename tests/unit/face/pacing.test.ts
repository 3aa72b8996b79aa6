import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FacePace } from '../../../src-main/domain/face/pacing.ts'
import { noPace, paceAfter, pauseMs } from '../../../src-main/domain/face/pacing.ts'

function paceOf(...tookMs: number[]): FacePace {
  return tookMs.reduce(paceAfter, noPace)
}

/** Frames analysed in one second by a machine that takes as long for each, from a camera that always has one. */
function framesInSecond(tookMs: number): number {
  let pace = noPace
  let frames = 0
  for (let atMs = 0; atMs + tookMs <= 1000; frames++) {
    pace = paceAfter(pace, tookMs)
    atMs += tookMs + pauseMs(pace)
  }
  return frames
}

describe('the pace of the face engine', () => {
  test('is the camera’s own before anything was measured, and on a machine that keeps up', () => {
    expect(pauseMs(noPace)).toBe(0)
    expect(pauseMs(paceOf(12, 15, 14))).toBe(0)
    expect(framesInSecond(14)).toBeGreaterThan(60)
  })

  test('leaves four tenths of the time to the screen and the till on a machine that does not', () => {
    expect(pauseMs(paceOf(60, 60, 60))).toBe(40)
    expect(framesInSecond(60)).toBe(10)
  })

  test('still decides a burst of three frames within four seconds where a frame takes one', () => {
    const pace = paceOf(1000, 1000)
    expect(3 * 1000 + 2 * pauseMs(pace)).toBeLessThan(4000)
  })

  test('is not slowed by one frame that waited for another program', () => {
    expect(pauseMs(paceOf(14, 15, 400, 14))).toBe(0)
  })

  test('is the camera’s own again some frames after the machine has time again', () => {
    const busy = paceOf(120, 120, 120, 120, 120)
    expect(pauseMs(busy)).toBe(80)
    expect(pauseMs([14, 14, 14].reduce(paceAfter, busy))).toBe(0)
  })

  test('never pauses longer than a quarter of a second, whatever was measured', () => {
    const took = fc.double({ min: 0, max: 1e6 })
    fc.assert(
      fc.property(fc.array(took), (all) => {
        const pause = pauseMs(paceOf(...all))
        expect(pause >= 0 && pause <= 250).toBe(true)
      }),
    )
  })
})
