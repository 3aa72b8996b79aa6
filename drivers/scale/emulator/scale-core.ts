import { isOverCapacity, wholeDivisions } from '../weight.ts'
import { createPlate, type Plate } from './plate.ts'

export interface ScaleCoreOptions {
  readonly maxGrams: number
  readonly divisionGrams: number
  readonly settleMs: number
  readonly nowMs: () => number
}

/** What the scale's display shows. */
export interface Shown {
  /** Net, in whole divisions. */
  readonly grams: number
  readonly moving: boolean
  readonly over: boolean
  readonly under: boolean
  readonly net: boolean
  /** Within a quarter of a division of nothing, gross. */
  readonly atZero: boolean
  /** Too far from its first zero to be zeroed: 2 % of capacity each way (OIML R 76-1, 4.5.1). */
  readonly outsideZeroCapture: boolean
}

/** A scale without its cable: plate, zero and tare. */
export interface ScaleCore {
  readonly plate: Plate
  shown(): Shown
  /** Each answers whether the scale did it. */
  zero(): boolean
  tare(): boolean
  setTare(grams: number): boolean
  /** Zero and tare are gone, and what lies on the plate now is nothing: as scales do when they start. */
  restart(): void
}

export function createScaleCore({ maxGrams, divisionGrams, settleMs, nowMs }: ScaleCoreOptions): ScaleCore {
  const plate = createPlate(settleMs, nowMs)
  let zeroMilligrams = 0
  let tareMilligrams = 0
  const gross = (): number => plate.read().milligrams - zeroMilligrams
  const captures = (): boolean => Math.abs(plate.read().milligrams) <= maxGrams * 1000 * 0.02

  return {
    plate,
    shown() {
      const { moving } = plate.read()
      const grossGrams = wholeDivisions(gross(), divisionGrams)
      return {
        grams: wholeDivisions(gross() - tareMilligrams, divisionGrams),
        moving,
        over: isOverCapacity(grossGrams, maxGrams, divisionGrams),
        under: gross() - tareMilligrams <= -divisionGrams * 500,
        net: tareMilligrams > 0,
        atZero: Math.abs(gross()) <= divisionGrams * 250,
        outsideZeroCapture: !captures(),
      }
    },
    zero() {
      if (plate.read().moving || tareMilligrams > 0 || !captures()) return false
      zeroMilligrams = plate.read().milligrams
      return true
    },
    tare() {
      const container = wholeDivisions(gross(), divisionGrams)
      if (plate.read().moving || container <= 0 || container > maxGrams) return false
      tareMilligrams = container * 1000
      return true
    },
    setTare(grams) {
      if (plate.read().moving || grams > maxGrams) return false
      tareMilligrams = wholeDivisions(grams * 1000, divisionGrams) * 1000
      return true
    },
    restart() {
      zeroMilligrams = captures() ? plate.read().milligrams : 0
      tareMilligrams = 0
    },
  }
}
