/** Pixels as decoded: rows top to bottom, interleaved, 8 bits a channel. `channels` is 3 (RGB) or 4 (RGBA). */
export interface Raster {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
}

/** Output pixel (u, v) looks at x = a*u + b*v + c, y = d*u + e*v + f, pixel centres at whole numbers. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

export type ChannelOrder = 'rgb' | 'bgr' | 'grey'

/** The map that shrinks the box (left, top, width, height in source pixels) onto `out` by `out` pixels. */
export function boxMap(left: number, top: number, width: number, height: number, out: number): Affine {
  const sx = width / out
  const sy = height / out
  return [sx, 0, left + sx / 2 - 0.5, 0, sy, top + sy / 2 - 0.5]
}

/** Samples along a side so that no source pixel between two samples is skipped, at most 4. */
export function tapsFor(map: Affine): number {
  const scale = Math.max(Math.hypot(map[0], map[3]), Math.hypot(map[1], map[4]))
  return Math.min(4, Math.max(1, Math.round(scale)))
}

/** The same picture seen in a mirror: its column u is column width - 1 - u. */
export function mirror([a, b, c, d, e, f]: Affine, width: number): Affine {
  return [-a, b, c + a * (width - 1), -d, e, f + d * (width - 1)]
}

/** The same picture with rows for columns. */
export function transpose([a, b, c, d, e, f]: Affine): Affine {
  return [b, a, c, e, d, f]
}

/** The same square picture of `size` pixels a side with more around its centre (zoom over 1), or less. */
export function zoomed([a, b, c, d, e, f]: Affine, zoom: number, size: number): Affine {
  const shift = ((size - 1) / 2) * (1 - zoom)
  return [a * zoom, b * zoom, c + (a + b) * shift, d * zoom, e * zoom, f + (d + e) * shift]
}
