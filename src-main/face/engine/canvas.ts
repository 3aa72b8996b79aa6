import type { Corners } from '../../domain/face/boxes.ts'
import type { Affine, ChannelOrder, Part, Raster } from './image.ts'
import { halvingsFor, partSeen, shrunk, tapsFor, widestStep } from './image.ts'
import { createImageKernel } from './kernel/imageKernel.ts'

/** Room for one resampled picture: a planar float tensor, [3, height, width] in `order`, or [1, height, width] grey. */
export interface Planes {
  readonly width: number
  readonly height: number
  readonly order: ChannelOrder
  /** Tensor value = (pixel - subtract) / divide. */
  readonly subtract: number
  readonly divide: number
  /** Where it lies in the canvas. */
  readonly address: number
}

const pageBytes = 65_536
/** The kernel reads this far past the end of a row or a picture, and writes as far past a plane. */
const slackBytes = 64
/** As many bytes as fit a sum of 16 bits. */
const mostWholePixels = 128

/**
 * One decoded frame and every picture made from it, in one block of memory that is used again for the next frame.
 * Room for the resampled pictures is reserved once, before the first frame.
 */
export class Canvas {
  readonly #kernel = createImageKernel()
  #reserved = slackBytes
  #used = 0
  #picture: Pick<Raster, 'width' | 'height' | 'channels'> = { width: 1, height: 1, channels: 3 }
  /** The part of the frame that was halved last, and what it was halved to: once, twice… */
  #halves: { readonly part: Part; readonly levels: Level[] } | null = null

  /** `width * height`: a multiple of 4. */
  reserve(planes: Omit<Planes, 'address'>): Planes {
    const address = this.#reserved
    // Grey is made of the three colours, which lie behind it meanwhile.
    const parts = planes.order === 'grey' ? 4 : 3
    this.#reserved = aligned(address + parts * planes.width * planes.height * 4 + slackBytes)
    this.#makeRoom(this.#reserved)
    return { ...planes, address }
  }

  /** Copies a frame's pixels in; the pictures are made from it until it is erased or another one is held. */
  hold(raster: Raster): void {
    const { width, height, channels, data } = raster
    this.#makeRoom(this.#scratchAddress(raster) + scratchBytes(raster))
    new Uint8Array(this.#kernel.memory.buffer, this.#reserved, data.length).set(data)
    this.#picture = { width, height, channels }
    this.#halves = null
  }

  /**
   * Views that follow look at this part of the frame: where they are made of halves, the halves are made once for all of
   * them. What they show does not change; a view that looks beyond is made as well.
   */
  focus({ left, top, right, bottom }: Corners): void {
    const { width, height } = this.#picture
    const range = (from: number, to: number, size: number) => {
      const end = Math.floor(size / widestStep) * widestStep
      return [
        Math.max(0, Math.floor(from / widestStep) * widestStep),
        Math.min(end, Math.ceil(to / widestStep) * widestStep),
      ] as const
    }
    const [fromX, toX] = range(left, right, width)
    const [fromY, toY] = range(top, bottom, height)
    const part = { left: fromX, top: fromY, right: toX, bottom: toY }
    if (this.#halves !== null && holds(this.#halves.part, part, widestStep)) return
    this.#halves = toX > fromX && toY > fromY ? { part, levels: [] } : null
  }

  /** Some rows of the frame, evenly spread over it; valid until the canvas grows. */
  rows(count: number): Uint8Array[] {
    const { width, height, channels } = this.#picture
    const stride = width * channels
    return Array.from({ length: count }, (_, i) => {
      const row = Math.floor(((i + 0.5) * height) / count)
      return new Uint8Array(this.#kernel.memory.buffer, this.#reserved + row * stride, stride)
    })
  }

  /** The whole frame, anti-aliased, its aspect ratio not kept. */
  wholeFrame(planes: Planes): Float32Array {
    // Its sums lie where the halves do.
    this.#halves = null
    const { width, height } = this.#picture
    const scaleX = width / planes.width
    const scaleY = height / planes.height
    if (scaleX < 1 || scaleY < 1) {
      return this.sample(planes, [scaleX, 0, (scaleX - 1) / 2, 0, scaleY, (scaleY - 1) / 2])
    }
    if (Number.isInteger(scaleX / 2) && Number.isInteger(scaleY) && scaleX * scaleY <= mostWholePixels)
      this.#shrinkWhole(planes, scaleX, scaleY)
    else this.#shrink(planes, scaleX, scaleY)
    return this.#finished(planes)
  }

  /** The frame seen through `map`, anti-aliased, edges repeated; a large part is halved first, some times. */
  sample(planes: Planes, map: Affine): Float32Array {
    const halvings = halvingsFor(map)
    const step = 2 ** (halvings + 1)
    const part = halvings === 0 ? null : partSeen(map, planes.width, planes.height, this.#picture, step)
    if (part === null) {
      this.#sampleFrom({ ...this.#picture, address: this.#reserved }, planes, map)
    } else {
      const { source, left, top } = this.#halved(part, halvings)
      this.#sampleFrom(source, planes, shrunk(map, left, top, 2 ** halvings))
    }
    return this.#finished(planes)
  }

  /** Rec. 601 luma, 0..255, of a picture that was made in colour, into `grey`. */
  luma(colour: Planes, grey: Planes): Float32Array {
    const { red, green, blue } = placesOf(colour)
    const count = colour.width * colour.height
    this.#kernel.luma(red, green, blue, grey.address, count, colour.subtract / colour.divide, colour.divide)
    return this.view(grey)
  }

  /** The values of a picture; valid until the canvas grows for a larger frame. */
  view(planes: Planes): Float32Array {
    const length = planes.width * planes.height * (planes.order === 'grey' ? 1 : 3)
    return new Float32Array(this.#kernel.memory.buffer, planes.address, length)
  }

  /** Overwrites the frame and every picture made from it. */
  erase(): void {
    new Uint8Array(this.#kernel.memory.buffer, 0, this.#used).fill(0)
  }

  /** The same with every sample taken from the frame itself: slower, for whoever looks at its finest detail. */
  sampleFinely(planes: Planes, map: Affine): Float32Array {
    this.#sampleFrom({ ...this.#picture, address: this.#reserved }, planes, map)
    return this.#finished(planes)
  }

  #sampleFrom(source: Source, planes: Planes, [a, b, c, d, e, f]: Affine): void {
    const taps = tapsFor([a, b, c, d, e, f])
    const { gain, offset, red, green, blue } = placesOf(planes)
    this.#kernel.sample(
      source.address,
      source.width,
      source.height,
      source.channels,
      a,
      b,
      c,
      d,
      e,
      f,
      planes.width,
      planes.height,
      taps,
      gain / (taps * taps),
      offset,
      red,
      green,
      blue,
    )
  }

  /** A part of the frame, halved some times, and where what was halved begins in the frame. */
  #halved(part: Part, halvings: number): { source: Source; left: number; top: number } {
    const known = this.#halves
    const step = 2 ** (halvings + 1)
    const halves = known !== null && holds(known.part, part, step) ? known : { part, levels: [] }
    this.#halves = halves
    const { levels } = halves
    const { left, top } = halves.part
    while (levels.length < halvings) levels.push(this.#halve(levels.at(-1) ?? this.#whole(halves.part)))
    return { source: levels[halvings - 1]!, left, top }
  }

  #whole({ left, top, right, bottom }: Part): Level {
    const { width, channels } = this.#picture
    return {
      address: this.#reserved + (top * width + left) * channels,
      width: right - left,
      height: bottom - top,
      channels,
      stride: width * channels,
      free: this.#scratchAddress(this.#picture),
    }
  }

  #halve({ address, stride, channels, width, height, free }: Level): Level {
    const half = { width: width / 2, height: height / 2 }
    this.#kernel.halve(address, stride, channels, half.width, half.height, free)
    const stillFree = aligned(free + halfBytes(half.width, half.height))
    return { ...half, address: free, channels: 4, stride: half.width * 4, free: stillFree }
  }

  #shrink(planes: Planes, scaleX: number, scaleY: number): void {
    const { width, height, channels } = this.#picture
    const { gain, offset, red, green, blue } = placesOf(planes)
    this.#kernel.shrink(
      this.#reserved,
      width,
      height,
      channels,
      scaleX,
      scaleY,
      planes.width,
      planes.height,
      gain / (scaleX * scaleY),
      offset,
      red,
      green,
      blue,
      this.#scratchAddress(this.#picture),
    )
  }

  /** The same values in less than half the time. */
  #shrinkWhole(planes: Planes, scaleX: number, scaleY: number): void {
    const { width, channels } = this.#picture
    const { gain, offset, red, green, blue } = placesOf(planes)
    this.#kernel.shrinkWhole(
      this.#reserved,
      width,
      channels,
      scaleX,
      scaleY,
      planes.width,
      planes.height,
      gain / (scaleX * scaleY),
      offset,
      red,
      green,
      blue,
      this.#scratchAddress(this.#picture),
    )
  }

  #finished(planes: Planes): Float32Array {
    if (planes.order === 'grey') {
      const { red, green, blue } = placesOf(planes)
      const count = planes.width * planes.height
      const { subtract, divide } = planes
      this.#kernel.luma(red, green, blue, planes.address, count, -subtract, 1 / divide)
    }
    return this.view(planes)
  }

  /** Behind the frame, past the row that the kernel may read below it. */
  #scratchAddress({ width, height, channels }: Pick<Raster, 'width' | 'height' | 'channels'>): number {
    return aligned(this.#reserved + width * channels * (height + 1) + slackBytes)
  }

  #makeRoom(bytes: number): void {
    const { memory } = this.#kernel
    const missing = bytes - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
    this.#used = Math.max(this.#used, bytes)
  }
}

/** A picture in the canvas. */
interface Source extends Pick<Raster, 'width' | 'height' | 'channels'> {
  readonly address: number
}

/** One halving: its rows are `stride` bytes apart, and the next one may lie from `free` on. */
interface Level extends Source {
  readonly stride: number
  readonly free: number
}

/** Whether what was halved from `part` shows all of `inner` pixel for pixel: it does when both lie on multiples of `step`. */
function holds(part: Part, inner: Part, step: number): boolean {
  const { left, top, right, bottom } = part
  return (
    [left, top, right, bottom].every((side) => side % step === 0) &&
    left <= inner.left &&
    top <= inner.top &&
    right >= inner.right &&
    bottom >= inner.bottom
  )
}

interface Places {
  readonly gain: number
  readonly offset: number
  readonly red: number
  readonly green: number
  readonly blue: number
}

/** Where the three colours go; a grey picture's stay plain pixel values until they are mixed. */
function placesOf({ width, height, order, subtract, divide, address }: Planes): Places {
  const plane = width * height * 4
  const first = order === 'grey' ? address + plane : address
  const green = first + plane
  const last = green + plane
  const [red, blue] = order === 'bgr' ? [last, first] : [first, last]
  return order === 'grey'
    ? { gain: 1, offset: 0, red, green, blue }
    : { gain: 1 / divide, offset: subtract / divide, red, green, blue }
}

/** For the sums of a row of `shrink`, or for a frame halved again and again, each with a row below that may be read. */
function scratchBytes({ width, height, channels }: Pick<Raster, 'width' | 'height' | 'channels'>): number {
  let bytes = 0
  for (let [w, h] = [width, height]; w >= 1 && h >= 1; [w, h] = [w / 2, h / 2])
    bytes += aligned(halfBytes(w / 2, h / 2))
  return Math.max((width * channels + 16) * 4, Math.ceil(bytes)) + slackBytes
}

function halfBytes(width: number, height: number): number {
  return width * 4 * (height + 1) + slackBytes
}

function aligned(address: number): number {
  return Math.ceil(address / 16) * 16
}
