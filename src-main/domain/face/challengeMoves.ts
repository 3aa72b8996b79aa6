import type { ChallengeAction } from '../../contract/face.ts'
import { challengeActions } from '../../contract/face.ts'
import { unreachable } from '../../contract/result.ts'
import type { StreamFace } from './stream.ts'

/** The movement asked for now. `back`: it was seen, and the face is to return to rest. */
export interface ChallengeMove {
  readonly action: ChallengeAction
  readonly back: boolean
  /** The face stands turned the other way; counted once until it comes back. */
  readonly wrong?: boolean
}

/** How this face stands when nothing is asked of it. Every face differs, and the landmarks' estimate with it. */
export interface RestingFace {
  readonly yaw: number
  readonly eyeOpenness: number
  readonly interEyePx: number
  /** Of the frame's width and height. */
  readonly width: number
  readonly height: number
}

/** Degrees away from rest that count as turned, and within which the face is back. */
const turned = 15
const straight = 8
/** Shares of the resting eye openness: shut, and open again. Open eyes on video stay above 0.83 of their median. */
const shut = 0.68
const open = 0.83
/** Under this, narrow eyes or spectacles hide the lids from the landmarks: no blink is asked for. */
const minOpenness = 0.2
/** Times the resting distance between the eyes. */
const nearer = 1.22
const asFar = 1.1
/** A face that grew to this share of the frame would be told to move back by the quality gate. */
const roomForWidth = 0.55
const roomForHeight = 0.75
/** A rest in which the face moves is none. */
const maxRestingYawSpread = 8
const maxRestingYaw = 25

/** The median of still, frontal frames; null while they are not still or not frontal. */
export function restingFace(seen: readonly StreamFace[]): RestingFace | null {
  const yaws = seen.map(({ yaw }) => yaw)
  if (!(Math.max(...yaws) - Math.min(...yaws) <= maxRestingYawSpread)) return null
  const yaw = median(yaws)
  if (!(Math.abs(yaw) <= maxRestingYaw)) return null
  return {
    yaw,
    eyeOpenness: median(seen.map(({ eyeOpenness }) => eyeOpenness)),
    interEyePx: median(seen.map(({ interEyePx }) => interEyePx)),
    width: median(seen.map(({ box }) => box.width)),
    height: median(seen.map(({ box }) => box.height)),
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** Whether a movement can be seen of this face, where it stands. Turning always can. */
export function isPossible(action: ChallengeAction, resting: RestingFace): boolean {
  switch (action) {
    case 'turnLeft':
    case 'turnRight':
      return true
    case 'blink':
      return resting.eyeOpenness >= minOpenness
    case 'comeCloser':
      return resting.width * nearer < roomForWidth && resting.height * nearer < roomForHeight
    default:
      return unreachable(action)
  }
}

export type MoveProgress = 'none' | 'reached' | 'wrongWay' | 'rightAgain' | 'done'

/** What one frame adds to the movement asked for. */
export function judgeMove(move: ChallengeMove, face: StreamFace, resting: RestingFace): MoveProgress {
  const turn = face.yaw - resting.yaw
  switch (move.action) {
    case 'turnLeft':
      return judgeTurn(move, turn)
    case 'turnRight':
      return judgeTurn(move, -turn)
    case 'blink': {
      // A face that turns or nods shows its lids from another side: that is no blink.
      const share = Math.abs(turn) <= turned ? face.eyeOpenness / resting.eyeOpenness : Number.NaN
      if (move.back) return share >= open ? 'done' : 'none'
      return share <= shut ? 'reached' : 'none'
    }
    case 'comeCloser': {
      const times = face.interEyePx / resting.interEyePx
      if (move.back) return times <= asFar ? 'done' : 'none'
      return times >= nearer ? 'reached' : 'none'
    }
    default:
      return unreachable(move.action)
  }
}

/** `turn`: degrees in the direction that is asked for. */
function judgeTurn(move: ChallengeMove, turn: number): MoveProgress {
  if (move.back) return Math.abs(turn) <= straight ? 'done' : 'none'
  if (turn >= turned) return 'reached'
  if (move.wrong === true) return turn >= -straight ? 'rightAgain' : 'none'
  return turn <= -turned ? 'wrongWay' : 'none'
}

/** Enough that two movements are left when some are not possible. */
const drawn = 8

/** An order that nobody can know before. `unit`: unpredictable numbers in [0, 1). No movement twice in a row. */
export function drawActions(unit: () => number): ChallengeAction[] {
  const order: ChallengeAction[] = []
  while (order.length < drawn) {
    const others = challengeActions.filter((action) => action !== order.at(-1))
    order.push(others[Math.floor(unit() * others.length)] ?? 'turnLeft')
  }
  return order
}
