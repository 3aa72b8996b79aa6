import type { Sharp } from 'sharp'
import sharp from 'sharp'

/** RGB, 8 bits, rows top to bottom. */
export interface Picture {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** A window into a picture, in that picture's pixels. */
export interface View {
  readonly centreX: number
  readonly centreY: number
  readonly widthPx: number
  readonly turnDegrees: number
}

export async function readPicture(input: string | Buffer): Promise<Picture> {
  const { data, info } = await sharp(input).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

export function toSharp({ data, width, height }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } })
}

/** Looks through `view` at the picture, bilinear; beyond the edges the picture is mirrored. */
export function look(picture: Picture, view: View, width: number, height: number): Picture {
  const scale = view.widthPx / width
  const taps = Math.min(3, Math.max(1, Math.round(scale)))
  const turn = (view.turnDegrees * Math.PI) / 180
  const stepX = Math.cos(turn) * scale
  const stepY = Math.sin(turn) * scale
  const data = new Uint8Array(width * height * 3)
  const sum = new Float64Array(3)
  for (let v = 0, at = 0; v < height; v++) {
    for (let u = 0; u < width; u++, at += 3) {
      sum.fill(0)
      for (let tap = 0; tap < taps * taps; tap++) {
        const du = u + ((tap % taps) + 0.5) / taps - width / 2
        const dv = v + (Math.floor(tap / taps) + 0.5) / taps - height / 2
        addPixel(picture, view.centreX + du * stepX - dv * stepY, view.centreY + du * stepY + dv * stepX, sum)
      }
      for (let k = 0; k < 3; k++) data[at + k] = sum[k]! / (taps * taps) + 0.5
    }
  }
  return { data, width, height }
}

function addPixel({ data, width, height }: Picture, x: number, y: number, sum: Float64Array): void {
  const px = mirrored(x - 0.5, width)
  const py = mirrored(y - 0.5, height)
  const x0 = px | 0
  const y0 = py | 0
  const fx = px - x0
  const fy = py - y0
  const at = (y0 * width + x0) * 3
  const right = x0 + 1 < width ? 3 : 0
  const down = y0 + 1 < height ? width * 3 : 0
  for (let k = 0; k < 3; k++) {
    const top = data[at + k]! * (1 - fx) + data[at + right + k]! * fx
    const bottom = data[at + down + k]! * (1 - fx) + data[at + down + right + k]! * fx
    sum[k]! += top * (1 - fy) + bottom * fy
  }
}

function mirrored(value: number, size: number): number {
  const last = size - 1
  const reflected = value < 0 ? -value : value > last ? 2 * last - value : value
  return Math.min(Math.max(reflected, 0), last)
}
