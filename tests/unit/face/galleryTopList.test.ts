import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TopList } from '../../../src-main/face/gallery/topList.ts'

const rows = fc.array(fc.record({ subject: fc.nat(6), score: fc.integer({ min: -3, max: 3 }) }), {
  maxLength: 40,
})

/** The long way: best score of each subject, sorted, cut. */
function expected(list: readonly { subject: number; score: number }[], size: number) {
  const best = new Map<number, number>()
  for (const { subject, score } of list) best.set(subject, Math.max(score, best.get(subject) ?? -Infinity))
  return [...best].sort(([a, x], [b, y]) => y - x || a - b).slice(0, size)
}

function listOf(list: readonly { subject: number; score: number }[], size: number): TopList {
  const top = new TopList(size)
  for (const [row, { subject, score }] of list.entries()) {
    top.add(row, score, Uint32Array.of(9, 9, 0, 0, 0, subject), 2)
  }
  return top
}

describe('the candidate list in the making', () => {
  test('holds the best score of each of the best subjects, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 5 }), (list, size) => {
        const hits = listOf(list, size).hits()
        expect(hits.map(({ row, score }) => [list[row]?.subject, score])).toEqual(expected(list, size))
      }),
    )
  })

  test('has no floor before it is full, and then the last score', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 5 }), (list, size) => {
        const wanted = expected(list, size)
        expect(listOf(list, size).floor()).toBe(wanted.length < size ? -Infinity : wanted.at(-1)?.[1])
      }),
    )
  })
})
