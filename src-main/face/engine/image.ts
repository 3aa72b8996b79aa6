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
  return partMap(left, top, width, height, { width: out, height: out })
}

/** The same onto a view of any shape. */
export function partMap(
  left: number,
  top: number,
  width: number,
  height: number,
  out: { readonly width: number; readonly height: number },
): Affine {
  const sx = width / out.width
  const sy = height / out.height
  return [sx, 0, left + sx / 2 - 0.5, 0, sy, top + sy / 2 - 0.5]
}

/** Samples along a side so that no source pixel between two samples is skipped, at most 4. */
export function tapsFor(map: Affine): number {
  return Math.min(4, Math.max(1, Math.round(scaleOf(map))))
}

/** How often the source is halved before it is sampled, so that one or two samples along a side see all of it. */
export function halvingsFor(map: Affine): number {
  const scale = scaleOf(map) / leftToSampling
  return scale >= 2 ? Math.min(mostHalvings, Math.floor(Math.log2(scale))) : 0
}

const leftToSampling = 1.25
const mostHalvings = 4

/** What is halved from one multiple of this to another can be halved as often as any view asks for. */
export const widestStep = 2 ** (mostHalvings + 1)

/** Source pixels to an output pixel, along the longer side. */
function scaleOf([a, b, , d, e]: Affine): number {
  return Math.max(Math.hypot(a, d), Math.hypot(b, e))
}

/** Whole pixels of a picture, `right` and `bottom` not among them. */
export interface Part {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/**
 * What an output of `outWidth` x `outHeight` sees of a picture through `map`, with what lies between its samples, on whole
 * multiples of `step` pixels inside the picture; null where less than one such step is in it.
 */
export function partSeen(
  map: Affine,
  outWidth: number,
  outHeight: number,
  picture: Pick<Raster, 'width' | 'height'>,
  step: number,
): Part | null {
  const [a, b, c, d, e, f] = map
  const edge = scaleOf(map) + step
  const [u, v] = [outWidth - 1, outHeight - 1]
  const range = (across: number, down: number, origin: number, size: number) => {
    const low = origin + Math.min(0, across * u) + Math.min(0, down * v) - edge
    const high = origin + Math.max(0, across * u) + Math.max(0, down * v) + edge
    const end = Math.floor(size / step) * step
    const from = Math.min(Math.max(0, Math.floor(low / step) * step), end - step)
    return { from, to: Math.max(from + step, Math.min(end, Math.ceil(high / step) * step)), end }
  }
  const x = range(a, b, c, picture.width)
  const y = range(d, e, f, picture.height)
  return x.end < step || y.end < step ? null : { left: x.from, top: y.from, right: x.to, bottom: y.to }
}

/** The map to the same view of a part of the picture that begins at (left, top) and was shrunk `times` in both ways. */
export function shrunk([a, b, c, d, e, f]: Affine, left: number, top: number, times: number): Affine {
  const place = (value: number, from: number) => (value - from + 0.5) / times - 0.5
  return [a / times, b / times, place(c, left), d / times, e / times, place(f, top)]
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
