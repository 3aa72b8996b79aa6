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

/**
 * The crop for attack detection: the box grown `scale` times around its centre, shifted back inside a frame of `width`
 * x `height` pixels, and cut to it. Each side is cut for itself: a face that fills the frame's height keeps its
 * surroundings on the left and right. On LFW that refuses 5 % of bona fide pictures instead of 13 % with the box's
 * aspect ratio kept; padding beyond the edge let prints through (models/README.md).
 */
export function contextCrop(box: Corners, scale: number, width: number, height: number): Corners {
  const cropWidth = Math.min(width, (box.right - box.left) * scale)
  const cropHeight = Math.min(height, (box.bottom - box.top) * scale)
  const left = clamp((box.left + box.right - cropWidth) / 2, 0, width - cropWidth)
  const top = clamp((box.top + box.bottom - cropHeight) / 2, 0, height - cropHeight)
  return { left, top, right: left + cropWidth, bottom: top + cropHeight }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
