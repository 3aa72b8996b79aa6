import type { ScaleStatus } from './scale-port.ts'

/** Weights travel as integers of milligrams until they are rounded to the scale's divisions, once. */
export type ScaleAnswer =
  | {
      readonly kind: 'weight'
      readonly stable: boolean
      /** Net; below 0 when less is on the plate than was tared. */
      readonly milligrams: number
      readonly net: boolean
    }
  /** No weight, and why; also the answer to zero and tare commands. */
  | { readonly kind: 'status'; readonly status: ScaleStatus; readonly atZero: boolean; readonly net: boolean }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused' }
  /** The scale answered the probe. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason }

/** `unit`: the scale is set to pounds, ounces… A lane sells by the gram. */
export type UnreadableReason = 'parity' | 'format' | 'tooLong' | 'unit' | 'badCommand'

const milligramsPer: Readonly<Record<string, number>> = { mg: 1, g: 1000, kg: 1_000_000 }

/** `00.512` with `kg` is 512000. Null for a unit that is not metric, a number that is none, or parts of a milligram. */
export function parseMilligrams(text: string, unit: string): number | null {
  const factor = milligramsPer[unit.toLowerCase()]
  const match = /^(-?)(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text)
  if (factor === undefined || match === null) return null
  const [, sign = '', whole = '', fraction = ''] = match
  const scaled = Number(whole + fraction) * factor
  const divisor = 10 ** fraction.length
  if (scaled % divisor !== 0) return null
  const milligrams = scaled / divisor
  return sign === '-' ? -milligrams : milligrams
}

/** The nearest whole division in grams, half away from zero: what a scale with that division shows. */
export function wholeDivisions(milligrams: number, divisionGrams: number): number {
  const divisions = Math.floor(Math.abs(milligrams) / (divisionGrams * 1000) + 0.5)
  const grams = divisions * divisionGrams
  return milligrams < 0 && grams > 0 ? -grams : grams
}

/** OIML R 76-1, 3.2: up to nine divisions more than the maximum may be shown, not more. */
export function isOverCapacity(grams: number, maxGrams: number, divisionGrams: number): boolean {
  return grams > maxGrams + 9 * divisionGrams
}
