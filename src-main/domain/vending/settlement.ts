import type { SoldLine } from '../../contract/basket.ts'
import type { ReturnedLine } from '../../contract/returns.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import type { Key } from '../../contract/values.ts'
import type { VendOutcome } from '../../contract/vending.ts'

export interface VendJob {
  readonly vendKey: Key
  readonly lineId: number
  readonly slot: string
}

/** `soldByWeight`: no spiral weighs. `noSlot`: the machine does not hold enough of it. */
export type VendProblem = 'soldByWeight' | 'noSlot'

/**
 * One job for each piece, in the order of the lines. `slotsOf` names the slots an article lies in, as often as each holds
 * one of it: the first piece comes out of the first. `keyFor` gives a new key for every call.
 */
export function planVend(
  lines: readonly Pick<SoldLine, 'lineId' | 'sku' | 'quantity'>[],
  slotsOf: (sku: string) => readonly string[],
  keyFor: () => Key,
): Result<VendJob[], VendProblem> {
  const jobs: VendJob[] = []
  const taken = new Map<string, number>()
  for (const { lineId, sku, quantity } of lines) {
    if (quantity.kind === 'weight') return err('soldByWeight')
    const from = taken.get(sku) ?? 0
    const slots = slotsOf(sku).slice(from, from + quantity.count)
    if (slots.length < quantity.count) return err('noSlot')
    taken.set(sku, from + quantity.count)
    jobs.push(...slots.map((slot) => ({ vendKey: keyFor(), lineId, slot })))
  }
  return ok(jobs)
}

export interface SettledVend {
  readonly lineId: number
  readonly outcome: VendOutcome
}

/**
 * What was paid and did not drop, less what was given back already; by line, in order. A drop that nobody saw is none:
 * the shopper stands before an empty tray, or nobody can say.
 */
export function notDropped(
  settled: readonly SettledVend[],
  returned: readonly ReturnedLine[],
): ReturnedLine[] {
  const missing = new Map<number, number>()
  for (const { lineId, outcome } of settled) {
    if (outcome !== 'dropped') missing.set(lineId, (missing.get(lineId) ?? 0) + 1)
  }
  for (const { lineId, quantity } of returned) {
    if (quantity.kind === 'each') missing.set(lineId, (missing.get(lineId) ?? 0) - quantity.count)
  }
  return [...missing]
    .filter(([, count]) => count > 0)
    .map(([lineId, count]) => ({ lineId, quantity: { kind: 'each', count } }))
}
