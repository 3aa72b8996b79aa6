import type { KeyStream } from './keyStream.ts'

/**
 * An orthonormal map of R^length as rounds of plane rotations: in each round every coordinate meets one other, chosen by
 * chance, and the two turn by an angle chosen by chance. It costs length/2 rotations a round instead of a full matrix.
 */
export interface Butterfly {
  readonly length: number
  /** Coordinates met, two by two, round after round. */
  readonly pairs: Uint32Array
  /** Cosine and sine of each meeting, alternating. */
  readonly turns: Float64Array
}

/**
 * Rounds for one power of two of the length. One would let every coordinate reach every other; after about two the
 * energy of a unit vector is spread evenly, and the rest is margin.
 */
const ROUNDS_PER_DOUBLING = 4
const LEAST_ROUNDS = 8

/** `length`: even, at least 2. */
export function drawButterfly(stream: KeyStream, length: number): Butterfly {
  const rounds = Math.max(LEAST_ROUNDS, ROUNDS_PER_DOUBLING * Math.ceil(Math.log2(length)))
  const pairs = new Uint32Array(rounds * length)
  const turns = new Float64Array(rounds * length)
  for (let offset = 0; offset < pairs.length; offset += length) {
    drawPermutation(stream, pairs.subarray(offset, offset + length))
    for (let index = 0; index < length; index += 2) drawTurn(stream, turns, offset + index)
  }
  return { length, pairs, turns }
}

/** Turns `values` (length of the butterfly) where they stand. */
export function turn({ pairs, turns }: Butterfly, values: Float64Array): void {
  for (let at = 0; at < pairs.length; at += 2) {
    const first = pairs[at]!
    const second = pairs[at + 1]!
    const cosine = turns[at]!
    const sine = turns[at + 1]!
    const a = values[first]!
    const b = values[second]!
    values[first] = cosine * a - sine * b
    values[second] = sine * a + cosine * b
  }
}

/** The opposite of `turn`. */
export function turnBack({ pairs, turns }: Butterfly, values: Float64Array): void {
  for (let at = pairs.length - 2; at >= 0; at -= 2) {
    const first = pairs[at]!
    const second = pairs[at + 1]!
    const cosine = turns[at]!
    const sine = turns[at + 1]!
    const a = values[first]!
    const b = values[second]!
    values[first] = cosine * a + sine * b
    values[second] = cosine * b - sine * a
  }
}

/** Fisher and Yates: every order is as likely as any other. */
function drawPermutation(stream: KeyStream, into: Uint32Array): void {
  for (let index = 0; index < into.length; index += 1) into[index] = index
  for (let left = into.length - 1; left > 0; left -= 1) {
    const other = stream.below(left + 1)
    const kept = into[left]!
    into[left] = into[other]!
    into[other] = kept
  }
}

/** A uniform direction: a point in the unit disc, drawn until it lies inside, pushed out to its edge. */
function drawTurn(stream: KeyStream, turns: Float64Array, at: number): void {
  for (;;) {
    const x = stream.signedUnit()
    const y = stream.signedUnit()
    const square = x * x + y * y
    if (square > 1 || square < 1e-6) continue
    const size = Math.sqrt(square)
    turns[at] = x / size
    turns[at + 1] = y / size
    return
  }
}
