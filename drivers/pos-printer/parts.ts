const largestPartBytes = 512
const smallestPartBytes = 64
/** No printer boots faster than this. */
const shortestBootMs = 400

/**
 * Joins printed lines to the parts that each get a fence. A part takes less time on the wire than a printer needs to
 * boot: one that restarts while a part is coming in cannot be ready again for the fence at its end, so a part whose
 * beginning was lost is never confirmed.
 */
export function partsOf(lines: readonly Uint8Array[], bytesPerSecond: number): Uint8Array[] {
  const fitting = Math.floor((bytesPerSecond * shortestBootMs) / 1000)
  const limit = Math.min(largestPartBytes, Math.max(smallestPartBytes, fitting))
  const parts: Uint8Array[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const line of lines) {
    if (size + line.length > limit) {
      parts.push([])
      size = 0
    }
    parts.at(-1)?.push(line)
    size += line.length
  }
  return parts.map((part) => Buffer.concat(part))
}
