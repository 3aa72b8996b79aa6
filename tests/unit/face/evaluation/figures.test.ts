import { describe, expect, test } from 'vitest'
import { cosine } from '../../../../src-main/face/evaluation/comparator.ts'
import { identificationFigures, scoresOf } from '../../../../src-main/face/evaluation/identification.ts'
import type { ImageOutcome } from '../../../../src-main/face/evaluation/images/outcome.ts'
import { protocolFromTables } from '../../../../src-main/face/evaluation/protocol/identification.ts'
import { provenanceOf } from '../../../../src-main/face/evaluation/provenance.ts'
import { enrol, search } from '../../../../src-main/face/evaluation/search.ts'
import { scorePairs, verificationFigures } from '../../../../src-main/face/evaluation/verification.ts'
import { defaultCaptureBehaviour } from '../../../../src-main/domain/face/policy.ts'

/** Templates in a plane: their comparison score is the cosine of the angle between them. */
function face(degrees: number, quality = 1): ImageOutcome {
  const angle = (degrees * Math.PI) / 180
  const embedding = Float32Array.of(Math.cos(angle), Math.sin(angle))
  return { kind: 'acquired', ms: 10, face: { embedding, quality, passesGate: true } }
}
const noFace: ImageOutcome = { kind: 'failedToAcquire', reason: 'noFace', ms: 5 }
const broken: ImageOutcome = { kind: 'unreadable', reason: 'it is not a picture' }
/** Nobody behind rank 1 raises the threshold. */
const cohort = { size: 3, floor: 1, weight: 0 }
const policy = {
  ...defaultCaptureBehaviour,
  matchThreshold: 0.9,
  matchMargin: 0.1,
  padThreshold: 0.5,
  cohort,
}
const searching = { comparator: cosine, length: 5 }

describe('verification figures', () => {
  const outcomes = new Map([
    ['a1', face(0)],
    ['a2', face(10)],
    ['b1', face(90)],
    ['b2', face(95)],
    ['wall', noFace],
    ['torn', broken],
  ])
  const row = (imageA: string, imageB: string, mated: boolean) => ({ line: 2, imageA, imageB, mated })

  test('count a pair without a face at -1: a mated one is missed, a non-mated one never passes', () => {
    const scored = scorePairs(
      [
        row('a1', 'a2', true),
        row('b1', 'b2', true),
        row('a1', 'wall', true),
        row('torn', 'b1', true),
        row('a1', 'b1', false),
        row('a2', 'wall', false),
      ],
      outcomes,
      cosine,
    )
    expect(scored.map(({ score }) => Number(score.toFixed(4)))).toEqual([0.9848, 0.9962, -1, -1, 0, -1])
    const figures = verificationFigures(scored)
    expect(figures).toMatchObject({ pairs: 6, matedPairs: 4, nonMatedPairs: 2, pairsNotCompared: 3 })
    expect(figures.tmrAtFmr).toEqual({ '0.1': 0.5, '0.01': 0.5, '0.001': 0.5, '0.0001': 0.5 })
    expect(figures.eer).toBeCloseTo(0.5, 12)
  })

  test('are null where there is nothing to set a threshold on, or nothing to pass it', () => {
    const matedOnly = verificationFigures(scorePairs([row('a1', 'a2', true)], outcomes, cosine))
    expect(matedOnly).toMatchObject({ eer: null, accuracy: null })
    expect(matedOnly.thresholdAtFmr['0.001']).toBeNull()
    expect(matedOnly.tmrAtFmr['0.001']).toBeNull()
    const nonMatedOnly = verificationFigures(scorePairs([row('a1', 'b1', false)], outcomes, cosine))
    expect(nonMatedOnly.thresholdAtFmr['0.001']).not.toBeNull()
    expect(nonMatedOnly.tmrAtFmr['0.001']).toBeNull()
  })

  test('name the non-mated pairs that look like one person, the worst first', () => {
    const scored = scorePairs([row('a1', 'a2', false), row('b1', 'b2', false)], outcomes, cosine)
    expect(verificationFigures(scored).suspects.map(({ imageA }) => imageA)).toEqual(['b1', 'a1'])
  })

  test('take any comparator', () => {
    const scored = scorePairs([row('a1', 'a2', true)], outcomes, () => 0.25)
    expect(scored[0]?.score).toBe(0.25)
  })
})

describe('identification figures', () => {
  const outcomes = new Map([
    ['a1', face(0)],
    ['a2', face(20)],
    ['a3', face(4)],
    ['b1', face(40)],
    ['b2', face(44)],
    ['b3', face(25)],
    ['c1', noFace],
    ['c2', face(120)],
    ['s1', face(41)],
    ['s2', face(200)],
    ['s3', noFace],
  ])
  const person = (image: string, name: string) => ({ line: 2, image, person: name })
  const protocol = protocolFromTables(
    [person('a1', 'a'), person('b1', 'b'), person('c1', 'c')],
    [
      person('a3', 'a'),
      person('b2', 'b'),
      person('b3', 'b'),
      person('c2', 'c'),
      person('s1', 's'),
      person('s2', 't'),
      person('s3', ''),
    ],
  )
  const gallery = enrol(protocol.gallery, outcomes, false)
  const searches = protocol.probes.map((probe) => {
    const outcome = outcomes.get(probe.image)
    const template = outcome?.kind === 'acquired' ? outcome.face.embedding : undefined
    return search(probe, template, gallery, searching)
  })

  test('know who could not be enrolled, and miss their probes', () => {
    expect(gallery.failedToEnrol).toEqual(['c'])
    expect(scoresOf(searches, cohort).mated[0]).toBe(-1)
  })

  test('are rank-1 over mated probes and FNIR at the strangers threshold', () => {
    const figures = identificationFigures(
      searches,
      { gallerySize: 3, references: 3, failedToEnrol: gallery.failedToEnrol },
      policy,
    )
    // a3 and b2 and b3 (15 degrees from b, 25 from a) are right at rank 1; c2 cannot be.
    expect(figures).toMatchObject({ probesMated: 4, probesNonMated: 3, rank1: 0.75 })
    // The best stranger, s1, is 1 degree from b: no mated probe scores above that.
    expect(figures.fnirAtFpir).toEqual({ '0.01': 1, '0.003': 1, '0.001': 1 })
    expect(figures.atShippedThreshold.fpir).toMatchObject({ rate: 1 / 3, n: 3 })
    expect(figures.atShippedThreshold.fnir).toMatchObject({ rate: 0.25, n: 4 })
    expect(figures.laneDecisions).toMatchObject({
      mated: { right: 2, wrong: 0, ambiguous: 1 },
      strangers: { match: 1, ambiguous: 0 },
    })
    // The right person is never suspect; b3 against a scores cos 25 degrees.
    expect(figures.suspects.map(({ imageA, imageB }) => `${imageA}/${imageB}`).slice(0, 2)).toEqual([
      's1/b1',
      'b3/a1',
    ])
  })

  test('give a stranger without a face the lowest score, so that it passes no threshold', () => {
    expect([...scoresOf(searches, cohort).strangers]).toContain(-1)
  })

  test('take the best of several references, or their weighed mean', () => {
    const people = [{ person: 'a', images: ['a1', 'a2'] }]
    const probe = { image: 'a3', person: 'a', mated: true }
    const template = Float32Array.of(Math.cos(Math.PI / 9), Math.sin(Math.PI / 9))
    const best = search(probe, template, enrol(people, outcomes, false), searching)
    expect(best.candidates[0]?.comparisonScore).toBeCloseTo(1, 5)
    expect(best.candidates[0]?.image).toBe('a2')
    const fused = search(probe, template, enrol(people, outcomes, true), searching)
    expect(fused.candidates[0]?.comparisonScore).toBeCloseTo(Math.cos((10 * Math.PI) / 180), 5)
    const weighed = new Map([...outcomes, ['a2', face(20, 1e-6)]])
    const [first] = search(probe, template, enrol(people, weighed, true), searching).candidates
    expect(first?.comparisonScore).toBeCloseTo(Math.cos((20 * Math.PI) / 180), 4)
  })

  test('are lowered by how much the people behind rank 1 resemble the probe too', () => {
    const [, , b3] = searches.filter(({ probe }) => probe.mated)
    const strict = { size: 1, floor: 0.5, weight: 0.5 }
    const second = Math.cos((25 * Math.PI) / 180)
    expect(b3?.candidates[1]?.comparisonScore).toBeCloseTo(second, 5)
    const expected = Math.cos((15 * Math.PI) / 180) - 0.5 * (second - 0.5)
    expect([...scoresOf([b3!], strict).mated]).toEqual([expect.closeTo(expected, 5)])
  })

  test('count a tie at rank 1 as nobody', () => {
    const twins = enrol(
      [
        { person: 'x', images: ['a1'] },
        { person: 'y', images: ['a1'] },
      ],
      outcomes,
      false,
    )
    const found = search({ image: 'a1', person: 'x', mated: true }, Float32Array.of(1, 0), twins, searching)
    expect([...scoresOf([found], cohort).mated]).toEqual([-1])
  })
})

describe('what stands beside every figure', () => {
  test('names files that gave nothing, and times the others', () => {
    const outcomes = new Map([
      ['z.jpg', noFace],
      ['a.jpg', face(0)],
      ['t.jpg', broken],
    ])
    const models = [{ role: 'detector', file: 'd.onnx', sha256: 'ab', bytes: 1 }]
    const pack = { id: 'p', models } as unknown as Parameters<typeof provenanceOf>[1]['pack']
    expect(provenanceOf(outcomes, { dataset: 'set', atMs: 0, pack, engines: 2 })).toEqual({
      dataset: 'set',
      date: '1970-01-01T00:00:00.000Z',
      packId: 'p',
      models: [{ role: 'detector', file: 'd.onnx', sha256: 'ab' }],
      images: 3,
      failuresToAcquire: 1,
      failedToAcquire: ['z.jpg'],
      unreadable: ['t.jpg'],
      msPerImage: { p50: 5, p95: 10 },
      engines: 2,
    })
  })
})
