/** `high` of the largest value of a row. */
const highest = 127
const unitsOfHigh = 65_536

/** A probe's values are whole numbers of this many steps to either side, shifted to be positive. */
const probeSteps = 63
export const probeShift = 64

/** What goes with a packed row; see `Layout.columns`. */
export interface PackedTerms {
  readonly scale: number
  readonly offset: number
  readonly error: number
}

/**
 * Whether it can be compared: Float32Array, L2-normalised within what float32 and a template's own rounding leave.
 * False for NaN and infinities.
 */
export function isNormalised(template: Float32Array): boolean {
  let squares = 0
  for (let i = 0; i < template.length; i++) squares += template[i]! * template[i]!
  return Math.abs(squares - 1) < 1e-3
}

/**
 * Writes a template as 24-bit whole numbers of its own scale, split into the high 8 bits that every search reads and
 * the low 16 that only close rows need: together as precise as float32 (comparison scores within 3e-7 at the worst,
 * about 1e-8 in general), in three quarters of the space.
 *
 * `template`: L2-normalised; `high` from `highAt` on and `low` from `lowAt` on take one value each per template value.
 */
export function packRow(
  template: Float32Array,
  high: Int8Array,
  highAt: number,
  low: Int16Array,
  lowAt: number,
): PackedTerms {
  let largest = 0
  for (let i = 0; i < template.length; i++) {
    const size = Math.abs(template[i]!)
    if (size > largest) largest = size
  }
  const scale = Math.fround(largest / (highest * unitsOfHigh))
  const perUnit = 1 / scale
  let sum = 0
  let squares = 0
  for (let i = 0; i < template.length; i++) {
    const whole = Math.floor(template[i]! * perUnit + 0.5)
    const top = (whole + unitsOfHigh / 2) >> 16
    const rest = whole - top * unitsOfHigh
    high[highAt + i] = top
    low[lowAt + i] = rest
    sum += top
    squares += rest * rest
  }
  return { scale, offset: -probeShift * sum, error: Math.sqrt(squares) * scale * roundedUp }
}

/** The opposite of `packRow`, within its rounding. */
export function unpackValue(high: number, low: number, scale: number): number {
  return (high * unitsOfHigh + low) * scale
}

/** A bound that is stored as float32 must not become smaller by it. */
const roundedUp = 1 + 1e-6

/** How far a bound may be off by the float32 arithmetic that computes it. */
const arithmeticSlack = 1e-5

/** What turns the kernel's sums into an upper bound of the comparison score; see `select` in kernel.wat. */
export interface PackedProbe {
  readonly scale: number
  readonly errorWeight: number
  readonly margin: number
}

/**
 * Writes a probe twice: as 7-bit numbers for the pass over all rows, and as float64 for exact scores.
 *
 * With p the probe, p' what its 7 bits say, x a row, x' what its high bits say: p·x = p'·x' + (p - p')·x' + p·(x - x'),
 * and by Cauchy-Schwarz the last two are at most |p - p'| (|x| + |x - x'|) + |p| |x - x'|, for every row.
 */
export function packProbe(probe: Float32Array, bytes: Uint8Array, values: Float64Array): PackedProbe {
  let largest = 0
  for (let i = 0; i < probe.length; i++) largest = Math.max(largest, Math.abs(probe[i]!))
  const step = largest / probeSteps
  let missed = 0
  let squares = 0
  bytes.fill(probeShift)
  values.fill(0)
  for (let i = 0; i < probe.length; i++) {
    const value = probe[i]!
    const whole = Math.round(value / step)
    bytes[i] = whole + probeShift
    values[i] = value
    missed += (value - whole * step) ** 2
    squares += value * value
  }
  const error = Math.sqrt(missed)
  return {
    scale: step * unitsOfHigh,
    errorWeight: Math.sqrt(squares) + error,
    margin: error * longestRow + arithmeticSlack,
  }
}

/** `isNormalised` lets squares be off by 1e-3. */
const longestRow = 1.001
