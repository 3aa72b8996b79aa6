/** Corners in any one unit. */
export interface Corners {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface ScoredBox extends Corners {
  readonly score: number
}

/** Intersection over union, 0..1. */
export function overlap(a: Corners, b: Corners): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (area(a) + area(b) - shared)
}

function area(box: Corners): number {
  return (box.right - box.left) * (box.bottom - box.top)
}

/** Non-maximum suppression: best first, each further box overlapping no kept one by more than `maxOverlap`. */
export function suppressOverlaps<B extends ScoredBox>(boxes: readonly B[], maxOverlap: number): B[] {
  const kept: B[] = []
  for (const box of [...boxes].sort((a, b) => b.score - a.score)) {
    if (kept.every((other) => overlap(other, box) <= maxOverlap)) kept.push(box)
  }
  return kept
}

/** How much a crop may be wider or higher than the box it is made for, once the frame cuts one of its sides. */
const maxSquash = 1.1

/**
 * The crop for attack detection: the box grown `scale` times around its centre, cut to a frame of `width` x `height`
 * pixels and shifted back inside. Where the frame cuts one side, the other is cut too, down to a tenth more than the shape
 * of the box. Kept exactly, the shape costs a face that fills the frame its surroundings; given up, the squashed picture
 * of a print looks bona fide; padding beyond the edge lets prints through (figures in models/README.md).
 */
export function contextCrop(box: Corners, scale: number, width: number, height: number): Corners {
  const boxWidth = box.right - box.left
  const boxHeight = box.bottom - box.top
  const across = Math.min(scale, width / boxWidth)
  const down = Math.min(scale, height / boxHeight)
  const cropWidth = Math.min(width, boxWidth * Math.min(across, down * maxSquash))
  const cropHeight = Math.min(height, boxHeight * Math.min(down, across * maxSquash))
  const left = clamp((box.left + box.right - cropWidth) / 2, 0, width - cropWidth)
  const top = clamp((box.top + box.bottom - cropHeight) / 2, 0, height - cropHeight)
  return { left, top, right: left + cropWidth, bottom: top + cropHeight }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
