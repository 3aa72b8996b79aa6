import type { BasketLine } from '../../contract/basket.ts'
import type { Item } from '../../contract/catalogue.ts'
import { noSlot, type ShelfTile } from '../../contract/vending.ts'

/** A slot as the machine is filled. */
export interface ShelfSlot {
  readonly slot: string
  readonly sku: string
  /** Pieces in it when it is full; as many can be bought at once where the machine does not count. */
  readonly capacity: number
}

/** A slot as the machine tells it. */
export interface SlotNow {
  readonly slot: string
  readonly state: 'ready' | 'empty' | 'jammed'
  /** Missing where the machine does not count. */
  readonly left?: number
}

/** Null while the machine does not answer. */
export type MachineNow = readonly SlotNow[] | null

/** Nobody weighs or looks at an age here: such goods are not shown. */
export function isVendable({ unit, minimumAgeYears }: Item): boolean {
  return unit === 'each' && minimumAgeYears === undefined
}

/** One tile for each article, in the order of its first slot. */
export function shelfTiles(
  slots: readonly ShelfSlot[],
  machine: MachineNow,
  itemOf: (sku: string) => Item | null,
  lines: readonly BasketLine[],
): ShelfTile[] {
  const skus = [...new Set(slots.map(({ sku }) => sku))]
  return skus.flatMap((sku) => {
    const item = itemOf(sku)
    if (item === null || !isVendable(item)) return []
    const own = slots.filter((slot) => slot.sku === sku)
    const first = own[0]?.slot
    if (first === undefined) return []
    const picked = pickedOf(lines, sku)
    return [
      {
        slot: first,
        slots: own.map(({ slot }) => slot),
        item,
        state: stateOf(own, machine),
        left: leftOf(own, machine, picked),
        picked,
      },
    ]
  })
}

/** How many pieces of an article the machine can give out now. */
export function stockOf(slots: readonly ShelfSlot[], machine: MachineNow, sku: string): number {
  if (machine === null) return 0
  return slots
    .filter((slot) => slot.sku === sku)
    .reduce((sum, { slot, capacity }) => {
      const now = machine.find((other) => other.slot === slot)
      return now?.state === 'ready' ? sum + (now.left ?? capacity) : sum
    }, 0)
}

/** Whether the machine can give out the whole basket now. */
export function canGiveOut(
  slots: readonly ShelfSlot[],
  machine: MachineNow,
  lines: readonly BasketLine[],
): boolean {
  return lines.every(({ item: { sku } }) => pickedOf(lines, sku) <= stockOf(slots, machine, sku))
}

/**
 * The slots of an article as often as each holds one of it, for `planVend`: those that can turn first. What the machine
 * says may be older than the payment, so that slots it calls empty follow: it refuses them itself. For what is paid and
 * lies nowhere any more it is `noSlot`, so that every paid piece has a job and none is forgotten.
 */
export function slotsFor(
  slots: readonly ShelfSlot[],
  machine: MachineNow,
  lines: readonly BasketLine[],
  sku: string,
): string[] {
  const holding = slots
    .filter((slot) => slot.sku === sku)
    .map(({ slot, capacity }) => ({ slot, capacity, now: machine?.find((other) => other.slot === slot) }))
  const turning = holding.filter(({ now }) => now === undefined || now.state === 'ready')
  const others = holding.filter((slot) => !turning.includes(slot))
  return [
    ...turning.flatMap(({ slot, capacity, now }) => repeated(slot, now?.left ?? capacity)),
    ...others.flatMap(({ slot, capacity }) => repeated(slot, capacity)),
    ...repeated(noSlot, pickedOf(lines, sku)),
  ]
}

function repeated(slot: string, times: number): string[] {
  return Array.from({ length: times }, () => slot)
}

function pickedOf(lines: readonly BasketLine[], sku: string): number {
  return lines.reduce(
    (sum, { item, quantity }) => (item.sku === sku && quantity.kind === 'each' ? sum + quantity.count : sum),
    0,
  )
}

function stateOf(own: readonly ShelfSlot[], machine: MachineNow): ShelfTile['state'] {
  if (machine === null) return 'away'
  const states = own.map(({ slot }) => machine.find((other) => other.slot === slot)?.state)
  if (states.includes('ready')) return 'ready'
  return states.includes('empty') ? 'soldOut' : 'outOfOrder'
}

function leftOf(own: readonly ShelfSlot[], machine: MachineNow, picked: number): number | null {
  if (machine === null) return null
  const ready = machine.filter(
    ({ slot, state }) => state === 'ready' && own.some((other) => other.slot === slot),
  )
  const counts = ready.map(({ left }) => left)
  if (counts.some((count) => count === undefined)) return null
  return Math.max(counts.reduce<number>((sum, count = 0) => sum + count, 0) - picked, 0)
}
