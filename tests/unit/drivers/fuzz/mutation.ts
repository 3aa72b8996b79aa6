import type { Chance } from './chance.ts'

const longestNoise = 40
/** Spoiling must not make frames longer and longer. */
const longestFrame = 1024
/** Bytes on which parsers turn: ends, escapes, lengths, flags. */
const telling = Uint8Array.of(
  0x00, 0x01, 0x02, 0x03, 0x04, 0x06, 0x0a, 0x0d, 0x10, 0x11, 0x13, 0x15, 0x1d, 0x20, 0x22, 0x2c, 0x3f, 0x5d, 0x7b, 0x7f,
  0x80, 0x81, 0x82, 0xd8, 0xd9, 0xf0, 0xf9, 0xfe, 0xff,
) // prettier-ignore
/** The frame in the making: a million of them are made in a second or two. */
const scratch = new Uint8Array(2 * longestFrame)

/** One frame of the row: a recorded one as it was, a spoiled one, or noise. The bytes are the caller's. */
export function nextFrame(chance: Chance, corpus: readonly Uint8Array[]): Uint8Array {
  const way = chance.below(20)
  if (way < 4) return noise(chance)
  const recorded = corpus[chance.below(corpus.length)] ?? telling
  let length = Math.min(recorded.length, longestFrame)
  scratch.set(recorded.subarray(0, length))
  if (way >= 8) {
    for (let turns = 1 + chance.below(3); turns > 0; turns--) length = spoil(chance, length, corpus)
  }
  return scratch.slice(0, length)
}

/** Cuts a frame into one to four pieces. */
export function chunksOf(chance: Chance, frame: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let from = 0
  for (let cuts = chance.below(4); cuts > 0 && from < frame.length; cuts--) {
    const to = from + chance.below(frame.length - from + 1)
    chunks.push(frame.subarray(from, to))
    from = to
  }
  chunks.push(frame.subarray(from))
  return chunks
}

function noise(chance: Chance): Uint8Array {
  const bytes = new Uint8Array(chance.below(longestNoise))
  for (let at = 0; at < bytes.length; at++) bytes[at] = chance.below(256)
  return bytes
}

/** Changes the frame in `scratch`; returns its new length. */
function spoil(chance: Chance, length: number, corpus: readonly Uint8Array[]): number {
  const at = chance.below(length + 1)
  const run = Math.min(chance.below(16), length - at)
  switch (chance.below(7)) {
    case 0:
      scratch[at] = (scratch[at] ?? 0) ^ (1 << chance.below(8))
      return length
    case 1:
      scratch[at] = telling[chance.below(telling.length)] ?? 0
      return length
    case 2:
      scratch[at] = chance.below(256)
      return length
    case 3:
      scratch.copyWithin(at, at + run, length)
      return length - run
    case 4:
      scratch.copyWithin(at + run, at, length)
      return Math.min(length + run, longestFrame)
    case 5:
      return at
    default: {
      const other = corpus[chance.below(corpus.length)] ?? telling
      const tail = other.subarray(chance.below(other.length + 1)).subarray(0, longestFrame - at)
      scratch.set(tail, at)
      return at + tail.length
    }
  }
}
