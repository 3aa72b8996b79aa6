import type { Guidance, QualityReject } from '../../contract/face.ts'
import { unreachable } from '../../contract/result.ts'

/** What to ask of the shopper for the first reason a frame was not used; "hold still" while all is well. */
export function guidanceFor(rejects: readonly QualityReject[]): Guidance {
  const [reject] = rejects
  return reject === undefined ? 'holdStill' : askFor(reject)
}

function askFor(reject: QualityReject): Guidance {
  switch (reject) {
    case 'noFace':
      return 'noFace'
    case 'severalFaces':
      return 'oneAtATime'
    case 'tooFar':
      return 'comeCloser'
    case 'tooClose':
      return 'moveBack'
    case 'offCentre':
    case 'turnedAway':
      return 'lookHere'
    case 'tooDark':
    case 'lowContrast':
      return 'moreLight'
    case 'tooBright':
      return 'lessLight'
    case 'unevenLight':
      return 'evenLight'
    case 'eyesHidden':
      return 'showEyes'
    case 'blurred':
      return 'holdStill'
    default:
      return unreachable(reject)
  }
}

/** Rejects after which nobody can say that the next face is the same person: the burst begins again. */
export function breaksBurst(rejects: readonly QualityReject[]): boolean {
  return rejects.includes('noFace') || rejects.includes('severalFaces')
}
