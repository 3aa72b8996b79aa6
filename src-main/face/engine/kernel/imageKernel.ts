import { imageBytes } from './imageBytes.ts'

/** The kernel's own memory; `buffer` is another one each time it has grown. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer
  /** By whole pages of 65 536 bytes; throws a RangeError when there is no memory left. */
  grow(pages: number): number
}

/** What `image.wat` exports. Addresses are bytes in its memory; its comments say what lies there. */
export interface ImageKernel {
  readonly memory: KernelMemory
  sample(
    picture: number,
    width: number,
    height: number,
    channels: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    outWidth: number,
    outHeight: number,
    taps: number,
    gain: number,
    offset: number,
    red: number,
    green: number,
    blue: number,
  ): void
  shrink(
    picture: number,
    width: number,
    height: number,
    channels: number,
    scaleX: number,
    scaleY: number,
    outWidth: number,
    outHeight: number,
    gain: number,
    offset: number,
    red: number,
    green: number,
    blue: number,
    line: number,
  ): void
  shrinkWhole(
    picture: number,
    width: number,
    channels: number,
    scaleX: number,
    scaleY: number,
    outWidth: number,
    outHeight: number,
    gain: number,
    offset: number,
    red: number,
    green: number,
    blue: number,
    line: number,
  ): void
  halve(at: number, stride: number, channels: number, outWidth: number, outHeight: number, out: number): void
  luma(red: number, green: number, blue: number, out: number, count: number, add: number, times: number): void
}

export function createImageKernel(): ImageKernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(imageBytes), {})
  // The compiled text is compared with the bytes by a test, so its exports are known.
  return exports as unknown as ImageKernel
}
