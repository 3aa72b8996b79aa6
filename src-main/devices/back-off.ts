import type { RandomPort } from '../ports/random.ts'

const firstMs = 250
const longestMs = 5000

/** Waits between attempts to open a device: doubling, capped, each between a half and the whole of its step. */
export function reopenDelayMs(attempt: number, random: Pick<RandomPort, 'unit'>): number {
  const step = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 16))
  return step * (0.5 + random.unit() / 2)
}
