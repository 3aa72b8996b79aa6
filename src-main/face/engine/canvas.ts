import type { Affine, ChannelOrder, Part, Raster } from './image.ts'
import { halvingsFor, partSeen, shrunk, tapsFor } from './image.ts'
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
  }

  /** The whole frame, anti-aliased, its aspect ratio not kept. */
  wholeFrame(planes: Planes): Float32Array {
    const { width, height } = this.#picture
    const scaleX = width / planes.width
    const scaleY = height / planes.height
    if (scaleX < 1 || scaleY < 1) {
      return this.sample(planes, [scaleX, 0, (scaleX - 1) / 2, 0, scaleY, (scaleY - 1) / 2])
    }
    if (Number.isInteger(scaleX) && Number.isInteger(scaleY) && scaleX * scaleY <= mostWholePixels)
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
      const { left, top } = part
      this.#sampleFrom(this.#halved(part, halvings), planes, shrunk(map, left, top, 2 ** halvings))
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

  /** A part of the frame, halved some times; it lies where the rows of `shrink` do, until the next one. */
  #halved({ left, top, right, bottom }: Part, halvings: number): Source {
    const { width, channels } = this.#picture
    let source: Source & { readonly stride: number } = {
      address: this.#reserved + (top * width + left) * channels,
      width: right - left,
      height: bottom - top,
      channels,
      stride: width * channels,
    }
    let address = this.#scratchAddress(this.#picture)
    for (let i = 0; i < halvings; i++) {
      const [outWidth, outHeight] = [source.width / 2, source.height / 2]
      this.#kernel.halve(source.address, source.stride, source.channels, outWidth, outHeight, address)
      source = { address, width: outWidth, height: outHeight, channels: 4, stride: outWidth * 4 }
      address = aligned(address + halfBytes(outWidth, outHeight))
    }
    return source
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
