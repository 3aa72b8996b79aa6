import { goodsCount, goodsFromMinor } from '../lane/goods.ts'
import type { Dice } from './dice.ts'

/** What a shopper has in mind when they come. What comes of it, the lane and the day decide. */
export interface Visit {
  readonly lane: number
  readonly number: number
  /**
   * `face` and `code` pay in one go; `walkAway` leaves before paying; `split` pays with cash and with another tender;
   * `changeOfMind` pays a part and leaves; `return` pays, and brings the bag back afterwards.
   */
  readonly plan: 'face' | 'code' | 'walkAway' | 'split' | 'changeOfMind' | 'return'
  /** Of the goods: with `person` it is this visit's alone. */
  readonly priceMinor: number
  readonly withBag: boolean
  /** Whose face it is. */
  readonly person: number
  readonly phone: 'alipay' | 'wechat'
  /** 15 digits that no other visit's codes have; a sixteenth counts the codes of the visit. */
  readonly codeDigits: string
  /** Of `split` and `changeOfMind`: how the first part is paid, and how much that is; this visit's alone, too. */
  readonly firstTender: 'face' | 'code' | 'cash'
  readonly firstMinor: number
  readonly takesPaper: boolean
  readonly thinkMs: number
  /** Waiting for an answer, until staff is asked to end it. */
  readonly patienceMs: number
  readonly staffSays: 'refused' | 'helped'
}

/** Even a short campaign sees one of each. */
const firstPlans: readonly Visit['plan'][] = ['face', 'code', 'split', 'changeOfMind', 'return']

/** Faces of one lane. */
export const personsPerLane = 6

export function drawVisit(own: Dice, lane: number, number: number): Visit {
  const drawn = own.weighted({ face: 38, code: 26, walkAway: 4, split: 14, changeOfMind: 8, return: 10 })
  const plan = firstPlans[number] ?? drawn
  return {
    lane,
    number,
    plan,
    priceMinor: goodsFromMinor + (number % goodsCount),
    withBag: plan === 'return' || plan === 'split' || plan === 'changeOfMind',
    person: lane * personsPerLane + own.between(0, personsPerLane - 1),
    phone: own.chance(0.6) ? 'alipay' : 'wechat',
    codeDigits: `${String(lane).padStart(2, '0')}${String(number).padStart(6, '0')}${String(own.between(0, 9_999_999)).padStart(7, '0')}`,
    firstTender: own.weighted({ face: 4, code: 3, cash: 3 }),
    firstMinor: 20_000 + 2 * (number % goodsCount),
    takesPaper: own.chance(0.8),
    thinkMs: own.chance(0.7) ? 0 : own.between(5, 120),
    patienceMs: own.between(500, 4_000),
    staffSays: own.chance(0.7) ? 'refused' : 'helped',
  }
}
