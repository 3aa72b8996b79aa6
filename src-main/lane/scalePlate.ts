import type { LiveWeight } from '../../drivers/scale/scale-port.ts'
import type { PlateState } from '../contract/laneView.ts'
import type { Key } from '../contract/values.ts'

/** A line that was weighed on this plate. */
export interface WeighedLine {
  readonly saleId: Key
  readonly lineId: number
}

/**
 * Whose goods may lie on the plate. What was weighed is taken for lying there until the plate was seen near zero, so that
 * it is never a part of the next weight.
 */
export interface ScalePlate {
  /** Something was weighed and was not seen to leave: the plate has to be looked at without a tare. */
  occupied(): boolean
  /** For the item that waits now; `lines` are those of its sale. */
  stateFor(saleId: Key, lines: readonly { readonly lineId: number }[]): PlateState
  weighed(line: WeighedLine): void
  /** What the scale shows without a tare; true when that freed the plate. */
  saw(live: LiveWeight, divisionGrams: number): boolean
  /** The shopper says that the item on it is the one that waits now. */
  confirmed(): void
}

/** Crumbs and drops: what a plate may show of nothing, in divisions of the scale. */
const nearZeroDivisions = 2

export function createScalePlate(): ScalePlate {
  let last: WeighedLine | null = null

  const free = (): boolean => {
    last = null
    return true
  }

  return {
    occupied: () => last !== null,
    stateFor(saleId, lines) {
      if (last === null) return 'free'
      const { saleId: soldIn, lineId } = last
      const stands = saleId !== soldIn || lines.some((line) => line.lineId === lineId)
      return stands ? 'occupied' : 'sameItem'
    },
    weighed(line) {
      last = line
    },
    saw({ status, grams }, divisionGrams) {
      if (last === null) return false
      if (status === 'zero' || status === 'underZero') return free()
      const nothing = status === 'stable' && grams !== null && grams <= nearZeroDivisions * divisionGrams
      return nothing && free()
    },
    confirmed() {
      free()
    },
  }
}
