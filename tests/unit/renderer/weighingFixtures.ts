import type { BasketLine } from '../../../src-main/contract/basket.ts'
import { weighingViewSchema, type WeighingView } from '../../../src-main/contract/laneView.ts'

export const weighingStatuses = weighingViewSchema.shape.status.options

/** The plate in each of its states, under one line that waits for its weight. */
export function weighings(line: BasketLine): [string, WeighingView][] {
  const resting = { line, status: 'stable', grams: 300, totalMinor: null, taking: false } as const
  const held = (['occupied', 'sameItem'] as const).map((plate): [string, WeighingView] => [
    plate,
    { ...resting, plate },
  ])
  const seen = weighingStatuses.map((status): [string, WeighingView] => {
    const grams = status === 'stable' || status === 'unstable' ? 512 : status === 'zero' ? 0 : null
    const totalMinor = status === 'stable' ? Math.round((line.item.priceMinor * 512) / 1000) : null
    return [status, { line, status, grams, totalMinor, taking: false, plate: 'free' }]
  })
  return [...seen, ...held]
}
