import type { FaceBox } from '../../contract/face.ts'
import type { Corners, ScoredBox } from './boxes.ts'
import { overlap } from './boxes.ts'
import { countedFaceShare } from './quality.ts'

/**
 * A lone face that is followed while its frames cannot be used: whoever comes nearer or turns towards the camera. Only a
 * frame that is refused again is answered from the face's surroundings; one that is good enough is looked at as a whole
 * after all, so identity, attack detection and the count of faces rest on whole frames alone.
 */
export interface FaceTrack {
  readonly box: FaceBox
  /** When the last frame was captured that was looked at as a whole; the lane's monotonic clock. */
  readonly wholeAtMs: number
  /** Frames since then of which only the face's surroundings were looked at. */
  readonly nearLooks: number
}

/** As much of an analysed frame as tracking needs. */
export interface TrackedSight {
  readonly capturedAtMonotonicMs: number
  readonly faces: number
  readonly face?: { readonly box: FaceBox }
  readonly rejects: readonly unknown[]
  readonly near?: boolean
}

/**
 * How long a second face may stand in the picture before the screen asks for one at a time: any three frames in a row hold
 * a whole one, and a slow machine looks at all of every frame.
 */
const mostNearLooks = 2
const longestNearMs = 250

/** Around which box the next frame is looked at, or null when it is looked at as a whole. */
export function boxToLookNear(track: FaceTrack | null, capturedAtMs: number): FaceBox | null {
  if (track === null) return null
  const isTime = track.nearLooks >= mostNearLooks || capturedAtMs - track.wholeAtMs > longestNearMs
  return isTime ? null : track.box
}

/** Only a lone face is followed, and only while it is refused: of a burst that began every frame counts. */
export function trackAfter(track: FaceTrack | null, sight: TrackedSight): FaceTrack | null {
  const { face, faces, rejects, near = false, capturedAtMonotonicMs } = sight
  if (face === undefined || faces !== 1 || rejects.length === 0) return null
  return near && track !== null
    ? { ...track, box: face.box, nearLooks: track.nearLooks + 1 }
    : { box: face.box, wholeAtMs: capturedAtMonotonicMs, nearLooks: 0 }
}

/** How much of the frame is looked at: so many times the face, along the side of the frame that it fills more of. */
const surroundingsScale = 2.2
const leastOfFrame = 0.25

/** The part of a frame of `width` x `height` pixels to look at for a face that was at `box`; it has the frame's shape. */
export function surroundings(box: FaceBox, width: number, height: number): Corners {
  const share = Math.min(1, Math.max(leastOfFrame, surroundingsScale * Math.max(box.width, box.height)))
  const left = Math.min(1 - share, Math.max(0, box.x + box.width / 2 - share / 2))
  const top = Math.min(1 - share, Math.max(0, box.y + box.height / 2 - share / 2))
  return {
    left: left * width,
    top: top * height,
    right: (left + share) * width,
    bottom: (top + share) * height,
  }
}

/** Boxes of one face in frames that follow each other overlap by more, however briskly it moves. */
const minOverlap = 0.3
/** A face that the detector is less sure of than this is looked for in the whole frame. */
const minScore = 0.8

/**
 * The face that was at `last`, among those found in its surroundings; null when it is not surely there and alone, or cut
 * off by their edge: the whole frame is looked at then. All in pixels of the frame.
 */
export function faceFollowed(
  found: readonly ScoredBox[],
  last: Corners,
  part: Corners,
  frame: { readonly width: number; readonly height: number },
): ScoredBox | null {
  const [face] = [...found].sort((a, b) => overlap(b, last) - overlap(a, last))
  if (face === undefined || !(face.score >= minScore) || !(overlap(face, last) >= minOverlap)) return null
  const width = face.right - face.left
  const company = found.some(
    (other) => other !== face && other.right - other.left >= countedFaceShare * width,
  )
  const isCut =
    (face.left < part.left && part.left > 0) ||
    (face.top < part.top && part.top > 0) ||
    (face.right > part.right && part.right < frame.width) ||
    (face.bottom > part.bottom && part.bottom < frame.height)
  return company || isCut ? null : face
}
