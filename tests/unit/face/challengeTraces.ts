import type { ChallengeAction } from '../../../src-main/contract/face.ts'
import type { ChallengeFrame, ChallengeRules } from '../../../src-main/domain/face/challenge.ts'
import { defaultChallengeRules } from '../../../src-main/domain/face/challenge.ts'
import type { StreamFace } from '../../../src-main/domain/face/stream.ts'

export const rules: ChallengeRules = { ...defaultChallengeRules, padThreshold: 0.5, streamDecides: true }

/** Ten frames a second, as a till's slower machines reach. */
export const frameMs = 100

const resting: StreamFace = {
  box: { x: 0.35, y: 0.25, width: 0.25, height: 0.4 },
  yaw: -4,
  pitch: 2,
  roll: 1,
  eyeOpenness: 0.3,
  interEyePx: 70,
  sharpness: 12,
  luminance: 120,
}

/** What happens in one frame of a synthetic trace. */
export interface Moment {
  readonly face?: Partial<StreamFace> | null
  readonly faces?: number
  readonly comparisonScore?: number | null
  readonly padScore?: number | null
  readonly fingerprint?: string
}

/** Frames of a living face at rest, changed as the moments say. Small tremor keeps any two frames apart. */
export function trace(moments: readonly Moment[], fromMs = 0): ChallengeFrame[] {
  return moments.map((moment, index) => {
    const tremor = (seed: number, size: number) => size * Math.sin((fromMs / frameMs + index + 1) * seed)
    const living: StreamFace = {
      ...resting,
      yaw: resting.yaw + tremor(1.3, 0.8),
      pitch: resting.pitch + tremor(0.7, 0.6),
      roll: resting.roll + tremor(2.1, 0.4),
      eyeOpenness: resting.eyeOpenness + tremor(1.9, 0.01),
      interEyePx: resting.interEyePx + tremor(0.9, 0.5),
      sharpness: resting.sharpness + tremor(3.1, 0.5),
      luminance: resting.luminance + tremor(2.7, 1),
    }
    return {
      capturedAtMonotonicMs: fromMs + index * frameMs,
      fingerprint: moment.fingerprint ?? `pixels ${fromMs + index * frameMs}`,
      faces: moment.faces ?? (moment.face === null ? 0 : 1),
      face: moment.face === null ? null : { ...living, ...moment.face },
      comparisonScore: moment.comparisonScore === undefined ? 0.8 : moment.comparisonScore,
      padScore: moment.padScore === undefined ? 0.97 : moment.padScore,
    }
  })
}

export const still = (frames: number): Moment[] => Array.from({ length: frames }, () => ({}))

/** A whole turn, out and back, in steps a head can make. `sign` 1 is the shopper's left. */
export function turning(sign: 1 | -1): Moment[] {
  const degrees = [8, 18, 26, 28, 20, 10]
  return [...degrees.map((by) => ({ face: { yaw: -4 + sign * by + by / 50 } })), ...still(2)]
}

const moves: Readonly<Record<ChallengeAction, readonly Moment[]>> = {
  turnLeft: turning(1),
  turnRight: turning(-1),
  blink: [
    { face: { eyeOpenness: 0.2 } },
    { face: { eyeOpenness: 0.1 } },
    { face: { eyeOpenness: 0.11 } },
    ...still(2),
  ],
  comeCloser: [
    { face: { interEyePx: 78, box: { x: 0.34, y: 0.24, width: 0.27, height: 0.43 } } },
    { face: { interEyePx: 88, box: { x: 0.32, y: 0.22, width: 0.31, height: 0.5 } } },
    { face: { interEyePx: 80, box: { x: 0.33, y: 0.23, width: 0.28, height: 0.46 } } },
    ...still(2),
  ],
}

/** Rests, then does what is asked, in this order. */
export function doing(...actions: readonly ChallengeAction[]): Moment[] {
  return [...still(4), ...actions.flatMap((action) => moves[action])]
}
