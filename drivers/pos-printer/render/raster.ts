/** Dots in rows, eight to a byte, most significant bit left. */
export interface Raster {
  readonly bytesPerRow: number
  readonly bytes: Uint8Array
}

/** A raster goes out in bands, so that each fits a part that the printer confirms. */
const bandBytes = 400
const DLE = 0x10
/** EOT, ENQ and DC4 behind a DLE begin a real-time command, which a printer obeys inside a picture too. */
const realTime = new Set([0x04, 0x05, 0x14])

/** GS v 0 in bands, at the left edge or in the middle of a paper that is `widthDots` wide. */
export function rasterBands(
  { bytesPerRow, bytes }: Raster,
  widthDots: number,
  align: 'left' | 'center' = 'left',
): Uint8Array[] {
  const rows = Math.floor(bytes.length / bytesPerRow)
  const bandRows = Math.max(1, Math.floor(bandBytes / bytesPerRow))
  const safe = withoutRealTimeCommands(bytes)
  const bands: Uint8Array[] = []
  for (let y = 0; y < rows; y += bandRows) {
    const height = Math.min(bandRows, rows - y)
    const header = Buffer.of(0x1d, 0x76, 0x30, 0, bytesPerRow & 0xff, bytesPerRow >> 8, height, 0)
    const dots = safe.subarray(y * bytesPerRow, (y + height) * bytesPerRow)
    bands.push(Buffer.concat([...(y === 0 ? [wholeWidth(widthDots, align)] : []), header, dots]))
  }
  return bands
}

/** GS L 0, GS W, ESC a: the whole width again, whatever the line before had. */
function wholeWidth(widthDots: number, align: 'left' | 'center'): Uint8Array {
  const alignment = align === 'left' ? 0 : 1
  return Buffer.of(0x1d, 0x4c, 0, 0, 0x1d, 0x57, widthDots & 0xff, widthDots >> 8, 0x1b, 0x61, alignment)
}

/** A lone dot that would read as DLE gets a neighbour. */
export function withoutRealTimeCommands(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, at) => (byte === DLE && realTime.has(bytes[at + 1] ?? 0) ? 0x18 : byte))
}

/** Packs one byte a pixel, 0 black to 255 white, into dots; `threshold` and above is paper. */
export function rasterOf(pixels: Uint8Array, widthDots: number, threshold: number): Raster {
  const bytesPerRow = Math.ceil(widthDots / 8)
  const rows = Math.floor(pixels.length / widthDots)
  const bytes = new Uint8Array(bytesPerRow * rows)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < widthDots; x++) {
      if ((pixels[y * widthDots + x] ?? 255) < threshold) {
        const at = y * bytesPerRow + (x >> 3)
        bytes[at] = (bytes[at] ?? 0) | (0x80 >> (x & 7))
      }
    }
  }
  return { bytesPerRow, bytes }
}
