import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { compare } from '../../../../src-main/domain/face/embedding.ts'
import { createTemplateTransform } from '../../../../src-main/face/protection/templateTransform.ts'
import { gapByChance, largestGap, syntheticPeople } from './synthetic.ts'

const people = 1500
const length = 512
const seed = 30107

const transformOf = (name: string) => {
  const key = createHash('sha256').update(name).digest()
  return createTemplateTransform({ key, keyId: name, modelPackId: 'pack-1', length })
}

/** Scores across two galleries: of each person with themselves, and with the next person. */
function scores(first: Float32Array[], second: Float32Array[]): { mated: number[]; nonMated: number[] } {
  return {
    mated: first.map((reference, index) => compare(reference, second[index]!)),
    nonMated: first.map((reference, index) => compare(reference, second[(index + 1) % people]!)),
  }
}

/** ISO/IEC 24745: from two references of two galleries nobody can tell whether they are of one person. */
describe(`references of ${people} synthetic people under two keys (seed ${seed})`, () => {
  const templates = syntheticPeople(seed, people, length)
  const underA = transformOf('gallery A')
  const underB = transformOf('gallery B')
  const inA = templates.map(([first]) => underA.protect(first))
  const inB = templates.map(([, second]) => underB.protect(second))

  test('of one person score like those of strangers: two samples of one distribution (Smirnov, p > 0.001)', () => {
    const { mated, nonMated } = scores(inA, inB)
    expect(largestGap(mated, nonMated)).toBeLessThan(gapByChance(people, people))
    // Nothing is left of likeness: the scores of unit vectors at random, standard deviation 1/sqrt(512).
    expect(Math.max(...mated.map(Math.abs))).toBeLessThan(0.25)
  })

  test('even of one and the same template score like those of strangers', () => {
    const sameTemplateInB = templates.map(([first]) => underB.protect(first))
    const { mated, nonMated } = scores(inA, sameTemplateInB)
    expect(largestGap(mated, nonMated)).toBeLessThan(gapByChance(people, people))
  })

  test('differ from those under one key, where the same test tells mated from non-mated without a doubt', () => {
    const { mated, nonMated } = scores(
      inA,
      templates.map(([, second]) => underA.protect(second)),
    )
    expect(largestGap(mated, nonMated)).toBeGreaterThan(0.99)
    expect(Math.min(...mated)).toBeGreaterThan(0.5)
  })
})
