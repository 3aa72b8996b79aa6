/** Markers of ITU-T T.81, table B.1. */
const startOfImage = 0xd8
const endOfImage = 0xd9
const startOfScan = 0xda
/** SOF0…SOF15 carry the picture's size; C4, C8 and CC in that range are other things (DHT, JPG, DAC). */
const notStartOfFrame = new Set([0xc4, 0xc8, 0xcc])

export interface JpegSize {
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * Width and height from a JPEG's frame header, undefined when the bytes are not a JPEG that a camera would send:
 * no SOI, segments that run out, a size of zero. Reads the headers only.
 */
export function readJpegSize(bytes: Uint8Array): JpegSize | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) return undefined
  let at = 2
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === startOfScan || marker === endOfImage) return undefined
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!
    if (length < 2) return undefined
    if (isStartOfFrame(marker)) return sizeAt(bytes, at + 4)
    at += 2 + length
  }
  return undefined
}

function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !notStartOfFrame.has(marker)
}

/** After the length: one byte precision, two bytes height, two bytes width. */
function sizeAt(bytes: Uint8Array, at: number): JpegSize | undefined {
  if (at + 5 > bytes.length) return undefined
  const heightPx = (bytes[at + 1]! << 8) | bytes[at + 2]!
  const widthPx = (bytes[at + 3]! << 8) | bytes[at + 4]!
  return widthPx > 0 && heightPx > 0 ? { widthPx, heightPx } : undefined
}
