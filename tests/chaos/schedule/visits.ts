import { goodsCount, goodsFromMinor } from '../lane/goods.ts'
import type { TerminalFault } from '../../../drivers/payment-terminal/emulator/terminal-core.ts'
import type { Dice } from './dice.ts'

/** What a shopper has in mind when they come. What comes of it, the lane and the day decide. */
export interface Visit {
  readonly lane: number
  readonly number: number
  /**
   * `face`, `code` and `card` pay in one go; `walkAway` leaves before paying; `split` pays in two parts; `changeOfMind`
   * pays a part and leaves; `return` pays, and brings the bag back afterwards.
   */
  readonly plan: 'face' | 'code' | 'card' | 'walkAway' | 'split' | 'changeOfMind' | 'return'
  /** Of the goods: with `person` it is this visit's alone. */
  readonly priceMinor: number
  readonly withBag: boolean
  /** Whose face it is. */
  readonly person: number
  readonly phone: 'alipay' | 'wechat'
  /** 15 digits that no other visit's codes have; a sixteenth counts the codes of the visit. */
  readonly codeDigits: string
  /** Of `split` and `changeOfMind`: how the first part is paid, and how much that is; this visit's alone, too. */
  readonly firstTender: 'face' | 'code' | 'cash' | 'card' | 'points' | 'coupon'
  readonly firstMinor: number
  /** Of `split`: what is tried first for the rest. */
  readonly lastTender: 'code' | 'card'
  /** What befalls the terminal when a card is held to it. */
  readonly terminalFault: TerminalFault | null
  readonly takesPaper: boolean
  readonly thinkMs: number
  /** Waiting for an answer, until staff is asked to end it. */
  readonly patienceMs: number
  readonly staffSays: 'refused' | 'helped'
}

/** Even a short campaign sees one of each. */
const firstVisits: readonly Partial<Visit>[] = [
  { plan: 'face' },
  { plan: 'code' },
  { plan: 'split', firstTender: 'points' },
  { plan: 'card', terminalFault: 'linkAfterCharge' },
  { plan: 'split', firstTender: 'coupon', lastTender: 'card', terminalFault: null },
  { plan: 'changeOfMind', firstTender: 'card' },
  { plan: 'return' },
]
const terminalFaults: Readonly<Record<TerminalFault, number>> = {
  linkBeforeCharge: 2,
  linkAfterCharge: 3,
  powerBeforeCharge: 2,
  powerAfterCharge: 3,
  silent: 2,
  statusOnly: 1,
  duplicate: 2,
}

/** Faces of one lane. */
export const personsPerLane = 6

export function drawVisit(own: Dice, lane: number, number: number): Visit {
  const drawn = own.weighted({
    face: 34,
    code: 22,
    card: 8,
    walkAway: 3,
    split: 15,
    changeOfMind: 8,
    return: 10,
  })
  const first = firstVisits[number]
  const plan = first?.plan ?? drawn
  return {
    lane,
    number,
    plan,
    priceMinor: goodsFromMinor + (number % goodsCount),
    withBag: plan === 'return' || plan === 'split' || plan === 'changeOfMind',
    person: lane * personsPerLane + own.between(0, personsPerLane - 1),
    phone: own.chance(0.6) ? 'alipay' : 'wechat',
    codeDigits: `${String(lane).padStart(2, '0')}${String(number).padStart(6, '0')}${String(own.between(0, 9_999_999)).padStart(7, '0')}`,
    firstTender: own.weighted({ face: 2, code: 2, cash: 2, card: 2, points: 2, coupon: 2 }),
    firstMinor: 20_000 + 2 * (number % goodsCount),
    lastTender: own.weighted({ code: 2, card: 1 }),
    terminalFault: own.chance(0.35) ? own.weighted(terminalFaults) : null,
    takesPaper: own.chance(0.8),
    thinkMs: own.chance(0.7) ? 0 : own.between(5, 120),
    patienceMs: own.between(500, 4_000),
    staffSays: own.chance(0.7) ? 'refused' : 'helped',
    ...first,
  }
}
