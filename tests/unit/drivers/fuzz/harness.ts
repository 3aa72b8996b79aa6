import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createChance } from './chance.ts'
import { chunksOf, nextFrame } from './mutation.ts'

/** A parser under fire. */
export interface FuzzTarget {
  readonly name: string
  /** Frames as the device or the host sends them. */
  readonly corpus: readonly Uint8Array[]
  /** A fresh parser: takes bytes as they come, gives back what it read. */
  readonly create: () => (chunk: Uint8Array) => readonly unknown[]
  /** The parser wants whole messages: its frames are not cut. */
  readonly whole?: true
  /** What the parser may throw; anything else is a bug. Left out: nothing. */
  readonly mayThrow?: (thrown: unknown) => boolean
}

export interface FuzzReport {
  readonly frames: number
  /** Things read out of them; 0 would mean that the frames never reached the parser's inside. */
  readonly read: number
  /** Typed errors. */
  readonly refused: number
  /** Bytes of memory after the row minus those after its first fifth, garbage collected both times. */
  readonly grownBytes: number
  /** The first frame whose pieces gave something else than the whole, in hex; null when there was none. */
  readonly chunkedDiffers: string | null
}

/** How many of the frames are also given whole to a second parser, whose answers must be the same. */
const comparedFrames = 20_000

/**
 * Feeds `frames` recorded, spoiled, random and cut frames to one parser, which lives as long as it throws nothing. Throws what
 * the parser throws beyond its typed errors, with the frame's number and bytes in the message.
 */
export function fuzz(
  target: FuzzTarget,
  frames: number,
  seed: number,
  progress: (frame: number) => void,
): FuzzReport {
  const { corpus, whole = false, mayThrow = () => false } = target
  const chance = createChance(seed)
  let parse = target.create()
  let compare = target.create()
  let read = 0
  let refused = 0
  let settledBytes = 0
  let chunkedDiffers: string | null = null
  for (let number = 0; number < frames; number++) {
    if (number % 1024 === 0) progress(number)
    if (number === Math.floor(frames / 5)) settledBytes = usedBytes()
    const frame = nextFrame(chance, corpus)
    try {
      const found: unknown[] = []
      for (const chunk of whole ? [frame] : chunksOf(chance, frame)) {
        const some = parse(chunk)
        read += some.length
        if (number < comparedFrames) found.push(...some)
      }
      if (number < comparedFrames && chunkedDiffers === null) {
        const same = JSON.stringify(compare(frame)) === JSON.stringify(found)
        if (!same) chunkedDiffers = hex(frame)
      }
    } catch (thrown) {
      if (!mayThrow(thrown)) throw new Error(`frame ${number}: ${hex(frame)}`, { cause: thrown })
      refused += 1
      parse = target.create()
      compare = target.create()
    }
  }
  return { frames, read, refused, grownBytes: usedBytes() - settledBytes, chunkedDiffers }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
