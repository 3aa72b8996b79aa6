import type { ChallengeFailure, FaceBox } from '../../contract/face.ts'
import { overlap } from './boxes.ts'
import { burstPadScore } from './burst.ts'
import type { ChallengeFrame, ChallengeRules } from './challenge.ts'
import type { StreamSight } from './stream.ts'
import { isReplay, judgeStream } from './stream.ts'

/** What ties the frames of a challenge together: one face, one person, one living stream. */
export interface ChallengeTrack {
  readonly beganAtMs: number
  readonly seenAtMs: number
  readonly comparedAtMs: number
  readonly box: FaceBox | null
  readonly sights: readonly StreamSight[]
  readonly padScores: readonly number[]
}

export function beginTrack(atMs: number): ChallengeTrack {
  return { beganAtMs: atMs, seenAtMs: atMs, comparedAtMs: atMs, box: null, sights: [], padScores: [] }
}

/** Boxes of the same face in two frames overlap by more than this, however briskly it moves. */
const minOverlap = 0.12

/** The track with one more frame, or why it is broken. */
export function follow(
  track: ChallengeTrack,
  frame: ChallengeFrame,
  rules: ChallengeRules,
): ChallengeTrack | ChallengeFailure {
  const { face, faces, comparisonScore, padScore, capturedAtMonotonicMs: nowMs } = frame
  if (face === null || faces !== 1) {
    if (nowMs - track.seenAtMs <= rules.maxUnseenMs) return track
    return faces > 1 ? 'severalFaces' : 'faceLost'
  }
  if (track.box !== null && !(overlap(cornersOf(track.box), cornersOf(face.box)) >= minOverlap))
    return 'faceJumped'
  if (comparisonScore !== null && !(comparisonScore >= rules.minComparisonScore)) return 'otherPerson'
  const comparedAtMs = comparisonScore === null ? track.comparedAtMs : nowMs
  if (nowMs - comparedAtMs > rules.maxUncomparedMs) return 'faceLost'
  const sights = [...track.sights, { fingerprint: frame.fingerprint, face }]
  if (rules.streamDecides && isReplay(judgeStream(sights))) return 'staleStream'
  return {
    beganAtMs: track.beganAtMs,
    seenAtMs: nowMs,
    comparedAtMs,
    box: face.box,
    sights,
    padScores: padScore === null ? track.padScores : [...track.padScores, padScore],
  }
}

/** Passive attack detection goes on through the challenge, and its median has the last word. */
export function looksBonaFide({ padScores }: ChallengeTrack, rules: ChallengeRules): boolean {
  return burstPadScore(padScores) >= rules.padThreshold
}

function cornersOf({ x, y, width, height }: FaceBox) {
  return { left: x, top: y, right: x + width, bottom: y + height }
}
