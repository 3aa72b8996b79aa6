import type { Dice } from '../schedule/dice.ts'

/** What befalls one request on its way and the answer on its way back. */
export type Fault =
  | { readonly kind: 'none' }
  /** Both ways arrive later. */
  | { readonly kind: 'latency'; readonly delayMs: number }
  /** The line breaks before a byte has arrived. */
  | { readonly kind: 'cut' }
  /** The line breaks when the answer comes: everything was done, nobody heard of it. */
  | { readonly kind: 'lostReply' }
  /**
   * One side believes in a line that the other has lost: nothing comes back. Where `lateMs` is a number, what was sent
   * arrives all the same, that much later, whether or not anybody waits for it still.
   */
  | { readonly kind: 'halfOpen'; readonly lateMs: number | null }
  /** Arrives twice, over two connections; one answer comes back. */
  | { readonly kind: 'duplicate'; readonly afterMs: number }
  /** A few bytes at a time. */
  | { readonly kind: 'slowDrip'; readonly everyMs: number }
export type FaultKind = Fault['kind']

const usual = { latency: 5, cut: 3, lostReply: 4, halfOpen: 2, duplicate: 4, slowDrip: 2 } as const
/** What is dangerous for a payment: the answer that is lost, the order that comes twice, or late, or both. */
const dangerous = { latency: 3, cut: 2, lostReply: 5, halfOpen: 4, duplicate: 5, slowDrip: 2 } as const

/** `roughness` is the part of requests that something happens to. */
export function drawFault(dice: Dice, roughness: number): Fault {
  return dice.chance(roughness) ? draw(dice, usual, 500) : { kind: 'none' }
}

/** The same for an order of money; what arrives late arrives after its sender has given up and cancelled it. */
export function drawPaymentFault(dice: Dice, roughness: number): Fault {
  return dice.chance(roughness) ? draw(dice, dangerous, 1_800) : { kind: 'none' }
}

function draw(
  dice: Dice,
  weights: Readonly<Record<Exclude<FaultKind, 'none'>, number>>,
  lateFromMs: number,
): Fault {
  const kind = dice.weighted(weights)
  switch (kind) {
    case 'latency':
      return { kind, delayMs: dice.between(5, 250) }
    case 'cut':
    case 'lostReply':
      return { kind }
    case 'halfOpen':
      return { kind, lateMs: dice.chance(0.75) ? dice.between(lateFromMs, lateFromMs + 2_000) : null }
    case 'duplicate':
      return { kind, afterMs: dice.between(0, 150) }
    case 'slowDrip':
      return { kind, everyMs: dice.between(1, 8) }
  }
}
