import type { BasketLine } from '../../../src-main/contract/basket.ts'
import { weighingViewSchema, type WeighingView } from '../../../src-main/contract/laneView.ts'

export const weighingStatuses = weighingViewSchema.shape.status.options

/** The plate in each of its states, under one line that waits for its weight. */
export function weighings(line: BasketLine): [WeighingView['status'], WeighingView][] {
  return weighingStatuses.map((status) => {
    const grams = status === 'stable' || status === 'unstable' ? 512 : status === 'zero' ? 0 : null
    const totalMinor = status === 'stable' ? Math.round((line.item.priceMinor * 512) / 1000) : null
    return [status, { line, status, grams, totalMinor, taking: false }]
  })
}
