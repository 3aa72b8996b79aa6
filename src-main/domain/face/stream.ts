import type { FaceBox, TemporalSignals } from '../../contract/face.ts'
import type { FaceFacts } from './quality.ts'

/** One frame of a stream that shows a face: its pixels' digest and what was measured. */
export interface StreamSight {
  readonly fingerprint: string
  readonly face: StreamFace | null
}

export interface StreamFace {
  readonly box: FaceBox
  /** Degrees; positive towards the right edge of the picture, which is the shopper's left. */
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  readonly eyeOpenness: number
  readonly interEyePx: number
  readonly sharpness: number
  readonly luminance: number
}

export function streamFace(facts: FaceFacts): StreamFace {
  const { box, pose, eyeOpenness, interEyePx, sharpness, luminance } = facts
  return { box, ...pose, eyeOpenness, interEyePx, sharpness, luminance }
}

/** Fewer frames say nothing about a stream. */
const minFrames = 3

/**
 * How far two frames may differ in each measure and still be the same picture, touched up: a few pixels changed, a
 * clock in a corner. On three NUAA videos at 10 frames a second no two frames were closer than 3 times this, on rendered
 * recordings 2 times. A loop that is encoded anew differs more than a person who keeps still, and is not found this way.
 */
const nearly: Readonly<Record<Exclude<keyof StreamFace, 'box'>, number>> = {
  yaw: 0.25,
  pitch: 0.25,
  roll: 0.15,
  eyeOpenness: 0.005,
  interEyePx: 0.15,
  sharpness: 0.1,
  luminance: 0.15,
}
const nearlyBox = 0.0005

/** A living face may come very near to an earlier frame once; a loop does so frame after frame, at one distance. */
const nearRun = 3

/** Looks for a frozen or looped stream, in the order of capture. Compares every frame with all before it. */
export function judgeStream(sights: readonly StreamSight[]): TemporalSignals {
  let identicalNeighbours = 0
  let repeats = 0
  let distinct = 0
  let run = 0
  let runDistance = 0
  for (const [index, sight] of sights.entries()) {
    const distance = distanceToTwin(sights, index)
    if (distance === 0) distinct += 1
    else if (distance === 1) identicalNeighbours += 1
    run = distance > 1 && distance === runDistance ? run + 1 : 1
    runDistance = distance
    if (distance > 1 && (run >= nearRun || sights[index - distance]?.fingerprint === sight.fingerprint))
      repeats += 1
  }
  const frames = sights.length
  return { frames, identicalNeighbours, repeats, verdict: verdictOf(frames, distinct, repeats) }
}

/** How many frames before this one the same picture was last; 0 when it is new. */
function distanceToTwin(sights: readonly StreamSight[], index: number): number {
  const sight = sights[index]!
  for (let before = index - 1; before >= 0; before--) {
    if (isSamePicture(sight, sights[before]!)) return index - before
  }
  return 0
}

function verdictOf(frames: number, distinct: number, repeats: number): TemporalSignals['verdict'] {
  if (frames < minFrames) return 'tooShort'
  if (distinct === 1) return 'static'
  return repeats > 0 ? 'looped' : 'moving'
}

export function isReplay(temporal: TemporalSignals): boolean {
  return temporal.verdict === 'static' || temporal.verdict === 'looped'
}

function isSamePicture(a: StreamSight, b: StreamSight): boolean {
  return a.fingerprint === b.fingerprint || (a.face !== null && b.face !== null && areNear(a.face, b.face))
}

function areNear(a: StreamFace, b: StreamFace): boolean {
  for (const name of Object.keys(nearly) as (keyof typeof nearly)[]) {
    if (!(Math.abs(a[name] - b[name]) <= nearly[name])) return false
  }
  return (['x', 'y', 'width', 'height'] as const).every(
    (side) => Math.abs(a.box[side] - b.box[side]) <= nearlyBox,
  )
}
