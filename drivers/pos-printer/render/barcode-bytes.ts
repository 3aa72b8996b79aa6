import { barcode } from 'receiptline'
import type { PrinterProfile } from '../models/profile.ts'
import { rasterBands, type Raster } from './raster.ts'

export type Symbology = 'ean13' | 'code128'

/** Dots of the narrowest bar: a quarter of a millimetre, which every scanner reads. */
const moduleDots = 2
const heightDots = 56
/** Empty on both sides, in modules: the longer of the two that the symbologies ask for (EAN-13, left). */
const quietModules = 11

const receiptlineNames = { ean13: 'ean', code128: 'code128' } as const

/**
 * The bars as dots (GS v 0), in the middle of the paper; null when they do not fit it, or the data has no such symbol.
 * Not GS k: its data may hold bytes that are a real-time command, and small printers know few symbologies.
 */
export function barcodeBands(
  symbology: Symbology,
  data: string,
  profile: PrinterProfile,
): Uint8Array[] | null {
  const { widths, length } = barcode.generate({
    data,
    type: receiptlineNames[symbology],
    width: moduleDots,
    height: heightDots,
    hri: false,
    quietZone: false,
  })
  if (length === 0 || length + 2 * quietModules * moduleDots > profile.widthDots) return null
  return rasterBands(barsOf(widths, length), profile.widthDots, 'center')
}

/** The first width is the space before the first bar. */
function barsOf(widths: readonly number[], length: number): Raster {
  const bytesPerRow = Math.ceil(length / 8)
  const row = new Uint8Array(bytesPerRow)
  let x = 0
  widths.forEach((width, index) => {
    for (const end = x + width; x < end; x++) {
      if (index % 2 === 1) row[x >> 3] = (row[x >> 3] ?? 0) | (0x80 >> (x & 7))
    }
  })
  const bytes = new Uint8Array(bytesPerRow * heightDots)
  for (let y = 0; y < heightDots; y++) bytes.set(row, y * bytesPerRow)
  return { bytesPerRow, bytes }
}
