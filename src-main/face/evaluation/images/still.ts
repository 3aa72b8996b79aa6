import { readFile, stat } from 'node:fs/promises'
import sharp from 'sharp'
import { err, ok, type Result } from '../../../contract/result.ts'
import { nativeCode } from '../failures.ts'

/** RGBA pixels, 8 bits a channel, rows top to bottom, upright. */
export interface Still {
  readonly widthPx: number
  readonly heightPx: number
  readonly data: ArrayBuffer
}

/** Longer sides are shrunk to this; no face that a till could use is lost by it. */
export const longestSidePx = 1920
/** A picture beyond it is refused from its header: 8192 x 8192. */
export const maxPixels = 8192 * 8192
/** Larger than any picture of that size that a camera writes. */
const maxFileBytes = 512 * 1024 * 1024

/** Photographs come in these; anything else that a decoder might take (SVG, PDF) is a program, not a picture. */
const formats: readonly string[] = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'heif']

// Pictures of people must not outlive their use in a decoder's cache.
sharp.cache(false)

/**
 * Reads one picture of any size, orientation (EXIF), colour space, depth and format of photographs; transparency is
 * laid on mid grey, of an animation the first frame is taken. The error says in a few words why it cannot be read.
 */
export async function readStill(file: string): Promise<Result<Still, string>> {
  let bytes: Buffer
  try {
    const { size } = await stat(file)
    if (size === 0) return err('the file is empty')
    if (size > maxFileBytes) return err('the file is larger than 512 MiB')
    bytes = await readFile(file)
  } catch (thrown) {
    return err(`the file cannot be opened (${nativeCode(thrown)})`)
  }
  try {
    return await decode(bytes)
  } catch (thrown) {
    return err(`the picture is damaged (${firstLine(thrown)})`)
  } finally {
    bytes.fill(0)
  }
}

async function decode(bytes: Buffer): Promise<Result<Still, string>> {
  const image = sharp(bytes, { limitInputPixels: false, failOn: 'error', sequentialRead: true })
  const header = await image.metadata().catch(() => undefined)
  if (header === undefined || !formats.includes(header.format)) return err('it is not a picture')
  if (header.width * header.height > maxPixels) {
    return err(`it has ${header.width}x${header.height} pixels, more than 8192x8192`)
  }
  const { data, info } = await image
    .autoOrient()
    .resize({ width: longestSidePx, height: longestSidePx, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== 4) return err(`it decodes to ${info.channels} channels`)
  const pixels = new ArrayBuffer(data.byteLength)
  new Uint8Array(pixels).set(data)
  data.fill(0)
  return ok({ widthPx: info.width, heightPx: info.height, data: pixels })
}

function firstLine(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return (text.split('\n')[0] ?? '').slice(0, 120)
}
