import type { PrinterProfile } from '../models/profile.ts'
import { rasterBands, rasterOf } from './raster.ts'

/** A logo is no wider than this share of the paper, and no higher than its width. */
const widthShare = 0.7
/** Grey below this is a dot. */
const threshold = 128

/** The dots of a picture file (PNG and what else `sharp` reads), in the middle of the paper. Rejects when it cannot be read. */
export async function readLogo(file: string, profile: PrinterProfile): Promise<Uint8Array[]> {
  const { default: sharp } = await import('sharp')
  const largest = Math.floor(profile.widthDots * widthShare)
  const { data, info } = await sharp(file)
    .flatten({ background: '#fff' })
    .resize({ width: largest, height: largest, fit: 'inside', withoutEnlargement: true })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const left = Math.floor((profile.widthDots - info.width) / 2)
  const pixels = new Uint8Array(profile.widthDots * info.height).fill(255)
  for (let y = 0; y < info.height; y++) {
    const row = data.subarray(y * info.width, (y + 1) * info.width)
    pixels.set(row, y * profile.widthDots + left)
  }
  return rasterBands(rasterOf(pixels, profile.widthDots, threshold), profile.widthDots)
}
