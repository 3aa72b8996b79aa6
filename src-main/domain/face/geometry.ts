export interface Point {
  readonly x: number
  readonly y: number
}

/** Left eye, right eye, nose tip, mouth corners, as seen in the picture. */
export type FivePoints = readonly [Point, Point, Point, Point, Point]

/** Pixels a side of an aligned face. */
export const alignedSize = 112

/** Where the five points stand in a 112x112 aligned face (the ArcFace template). */
export const alignmentTemplate: FivePoints = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
]

/** From 68 landmarks in iBUG order; eyes are the mean of their four lid points, which a closed eye does not move. */
export function fivePoints(landmarks: readonly Point[]): FivePoints {
  return [
    mean(landmarks, [37, 38, 40, 41]),
    mean(landmarks, [43, 44, 46, 47]),
    mean(landmarks, [30]),
    mean(landmarks, [48, 60]),
    mean(landmarks, [54, 64]),
  ]
}

function mean(points: readonly Point[], indices: readonly number[]): Point {
  let x = 0
  let y = 0
  for (const index of indices) {
    const point = points[index]
    if (point === undefined) throw new Error(`Landmark ${index} is missing`)
    x += point.x
    y += point.y
  }
  return { x: x / indices.length, y: y / indices.length }
}

/** x' = a*x - b*y + tx, y' = b*x + a*y + ty: rotation, uniform scale and shift, no mirror. */
export interface Similarity {
  readonly a: number
  readonly b: number
  readonly tx: number
  readonly ty: number
}

/** The least-squares similarity that takes `from` to `to`. `from` must not be all one point. */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const n = from.length
  if (n < 2 || to.length !== n) throw new Error('Needs as many points on both sides, two or more')
  const f = centroid(from)
  const t = centroid(to)
  let dot = 0
  let cross = 0
  let spread = 0
  for (let i = 0; i < n; i++) {
    const fx = from[i]!.x - f.x
    const fy = from[i]!.y - f.y
    const gx = to[i]!.x - t.x
    const gy = to[i]!.y - t.y
    dot += fx * gx + fy * gy
    cross += fx * gy - fy * gx
    spread += fx * fx + fy * fy
  }
  const a = dot / spread
  const b = cross / spread
  return { a, b, tx: t.x - a * f.x + b * f.y, ty: t.y - b * f.x - a * f.y }
}

function centroid(points: readonly Point[]): Point {
  return mean(
    points,
    points.map((_, index) => index),
  )
}

export function applySimilarity(map: Similarity, point: Point): Point {
  return { x: map.a * point.x - map.b * point.y + map.tx, y: map.b * point.x + map.a * point.y + map.ty }
}

/** The mean of several findings of the same face. */
export function meanPoints(findings: readonly FivePoints[]): FivePoints {
  const at = (i: 0 | 1 | 2 | 3 | 4): Point => centroid(findings.map((points) => points[i]))
  return [at(0), at(1), at(2), at(3), at(4)]
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
