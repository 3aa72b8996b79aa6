import { describe, expect, test } from 'vitest'
import { qualityRejects } from '../../../src-main/contract/face.ts'
import { alignmentTemplate, applySimilarity } from '../../../src-main/domain/face/geometry.ts'
import type { FivePoints } from '../../../src-main/domain/face/geometry.ts'
import { breaksBurst, guidanceFor } from '../../../src-main/domain/face/guidance.ts'
import type { FaceFacts } from '../../../src-main/domain/face/quality.ts'
import {
  defaultQualityLimits,
  estimatePose,
  judgeQuality,
  laplacianDeviation,
  qualityWeight,
} from '../../../src-main/domain/face/quality.ts'

const good: FaceFacts = {
  box: { x: 0.35, y: 0.25, width: 0.3, height: 0.5 },
  interEyePx: 80,
  eyeOpenness: 0.3,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  sharpness: 12,
  luminance: 120,
  range: 120,
  bright: 0,
  unevenness: 0.1,
  eyeShade: 0.75,
}
const judge = (facts: Partial<FaceFacts>, faces = 1) =>
  judgeQuality({ ...good, ...facts }, faces, defaultQualityLimits)

describe('the quality gate', () => {
  test('takes a good face', () => expect(judge({})).toEqual([]))

  test.each([
    ['severalFaces', {}, 2],
    ['tooFar', { interEyePx: 20 }, 1],
    ['tooClose', { box: { x: 0.1, y: 0.02, width: 0.8, height: 0.95 } }, 1],
    ['offCentre', { box: { x: 0.8, y: 0.25, width: 0.2, height: 0.3 } }, 1],
    ['turnedAway', { pose: { yaw: 60, pitch: 0, roll: 0 } }, 1],
    ['turnedAway', { pose: { yaw: 0, pitch: -60, roll: 0 } }, 1],
    ['turnedAway', { pose: { yaw: 0, pitch: 0, roll: 60 } }, 1],
    ['tooClose', { box: { x: 0.1, y: 0.2, width: 0.6, height: 0.5 } }, 1],
    ['tooDark', { luminance: 10 }, 1],
    ['tooBright', { luminance: 250 }, 1],
    ['tooBright', { bright: 0.3 }, 1],
    ['unevenLight', { unevenness: 0.8 }, 1],
    ['eyesHidden', { eyeShade: 0.2 }, 1],
    ['lowContrast', { range: 20 }, 1],
    ['blurred', { sharpness: 0.5 }, 1],
  ] as const)('says %s', (reject, facts, faces) => expect(judge(facts, faces)).toEqual([reject]))

  test('every reject leads to one piece of guidance, several people before anything else', () => {
    for (const reject of qualityRejects) expect(guidanceFor([reject])).toEqual(expect.any(String))
    expect(guidanceFor(judge({ luminance: 10, interEyePx: 5 }, 2))).toBe('oneAtATime')
    expect(guidanceFor([])).toBe('holdStill')
  })

  test('only losing sight of the one person breaks a burst', () => {
    expect(qualityRejects.filter((reject) => breaksBurst([reject]))).toEqual(['noFace', 'severalFaces'])
  })

  test('a larger, sharper, more frontal face weighs more', () => {
    expect(qualityWeight(good)).toBeGreaterThan(qualityWeight({ ...good, interEyePx: 40 }))
    expect(qualityWeight(good)).toBeGreaterThan(qualityWeight({ ...good, sharpness: 4 }))
    expect(qualityWeight(good)).toBeGreaterThan(
      qualityWeight({ ...good, pose: { yaw: 40, pitch: 0, roll: 0 } }),
    )
  })
})

describe('the pose', () => {
  const nose = (dx: number, dy: number): FivePoints => {
    const [a, b, tip, d, e] = alignmentTemplate
    return [a, b, { x: tip.x + dx, y: tip.y + dy }, d, e]
  }

  test('is frontal for the alignment template', () => {
    const pose = estimatePose(alignmentTemplate)
    for (const angle of [pose.yaw, pose.pitch, pose.roll]) expect(Math.abs(angle)).toBeLessThan(5)
  })

  test('turns right, looks down and leans as the picture shows', () => {
    expect(estimatePose(nose(12, 0)).yaw).toBeGreaterThan(20)
    expect(estimatePose(nose(-12, 0)).yaw).toBeLessThan(-20)
    expect(estimatePose(nose(0, 10)).pitch).toBeGreaterThan(15)
    const leaning = alignmentTemplate.map((point) =>
      applySimilarity({ a: Math.cos(0.5), b: Math.sin(0.5), tx: 0, ty: 0 }, point),
    ) as unknown as FivePoints
    expect(estimatePose(leaning).roll).toBeCloseTo((0.5 * 180) / Math.PI, 0)
    expect(Math.abs(estimatePose(leaning).yaw)).toBeLessThan(5)
  })
})

test('the Laplacian is flat on an even picture and grows with contrast', () => {
  const even = new Float32Array(100).fill(80)
  const checked = even.map((_, index) => ((index + Math.floor(index / 10)) % 2 === 0 ? 60 : 100))
  expect(laplacianDeviation(even, 10, 10)).toBe(0)
  expect(laplacianDeviation(checked, 10, 10)).toBeGreaterThan(100)
})
