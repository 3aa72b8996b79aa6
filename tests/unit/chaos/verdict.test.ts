import { describe, expect, it } from 'vitest'
import type { Effect, RobotFact } from '../../chaos/judge/facts.ts'
import { judge } from '../../chaos/judge/verdict.ts'

const saleId = 'abcd1234'.padEnd(32, '0')
const payer = 'payer-of-person-3'
const who = { atMs: 1, lane: 0, visit: 7 }

function visit(...more: RobotFact[]): RobotFact[] {
  return [
    { fact: 'person', atMs: 0, person: 3, payers: [payer, 'points:of-person-3'] },
    { fact: 'visit', ...who, plan: 'face', person: 3, priceMinor: 1_200, withBag: false },
    { fact: 'screen', ...who, screen: 'scanning', saleId, totalMinor: 1_200, paid: [] },
    ...more,
  ]
}
const told: RobotFact = {
  fact: 'screen',
  ...who,
  screen: 'done',
  saleId: null,
  totalMinor: 0,
  paid: [],
  told: 'paid',
  sale: saleId,
  mode: 'online',
}
const left: RobotFact = { fact: 'end', ...who, saleId, end: 'notPaid' }
const went: RobotFact = { fact: 'end', ...who, saleId, end: 'paid' }
const charge: Effect = {
  kind: 'charge',
  trade: 'alipay 1',
  name: 'key-1',
  amountMinor: 1_200,
  payer,
  codeSha256: null,
}
const back: Effect = { ...charge, kind: 'cancel', name: null }

describe('the verdict of a campaign', () => {
  it('finds nothing where who was told that they paid was charged once', () => {
    const verdict = judge(visit(told, went), [charge])
    expect(verdict).toMatchObject({
      sales: 1,
      approved: 1,
      charged: 1,
      lost: 0,
      duplicated: 0,
      orphanCharges: 0,
    })
    expect(verdict.findings).toEqual([])
  })

  it('finds a sale that was told and never charged', () => {
    expect(judge(visit(told, went), [])).toMatchObject({ lost: 1, duplicated: 0, orphanCharges: 0 })
  })

  it('finds a second charge, whatever key it came under', () => {
    const again = { ...charge, trade: 'alipay 2', name: 'another-1' }
    expect(judge(visit(told, went), [charge, again])).toMatchObject({ duplicated: 1, lost: 0 })
  })

  it('lets a second charge pass that was given back', () => {
    const again = { ...charge, trade: 'alipay 2', name: 'another-1' }
    const verdict = judge(visit(told, went), [charge, again, { ...back, trade: 'alipay 2' }])
    expect(verdict).toMatchObject({ duplicated: 0, lost: 0, refunded: 1 })
  })

  it('finds a charge of somebody who left without paying', () => {
    expect(judge(visit(left), [charge])).toMatchObject({ orphanCharges: 1, lost: 0 })
    expect(judge(visit(left), [charge, back])).toMatchObject({ orphanCharges: 0, refunded: 1 })
  })

  it('finds a charge that is of no visit at all', () => {
    expect(judge(visit(left), [{ ...charge, amountMinor: 999 }])).toMatchObject({ orphanCharges: 1 })
  })

  it('finds money that was given back of no charge', () => {
    const verdict = judge(visit(left), [back])
    expect(verdict).toMatchObject({ lost: 1, orphanCharges: 0 })
    expect(verdict.findings).toHaveLength(1)
  })

  it('believes the paper in the hand when the screen died before it could say so', () => {
    const paper: RobotFact = { fact: 'paper', atMs: 2, lane: 0, saleNumbers: ['ABCD-1234'] }
    const lost: RobotFact = { fact: 'end', ...who, saleId, end: 'lost' }
    expect(judge(visit(lost, paper), [charge])).toMatchObject({ approved: 1, orphanCharges: 0 })
    expect(judge(visit(lost), [charge])).toMatchObject({ approved: 0, orphanCharges: 1 })
  })

  it('knows whose money a code was, by the code and not by the product', () => {
    const shown: RobotFact = { fact: 'act', ...who, act: 'code', codeSha256: 'f'.repeat(64) }
    const byCode = { ...charge, payer: 'somebody', codeSha256: 'f'.repeat(64) }
    expect(judge(visit(shown, told, went), [byCode])).toMatchObject({ charged: 1, orphanCharges: 0, lost: 0 })
  })

  it('asks the wallet for no more than what was not paid in cash', () => {
    const inCash: RobotFact = {
      fact: 'screen',
      ...who,
      screen: 'tenderChoice',
      saleId,
      totalMinor: 1_200,
      paid: [{ tender: 'cash', amountMinor: 500, mode: 'local' }],
    }
    const rest: RobotFact = { fact: 'act', ...who, act: 'payment:confirm', totalMinor: 700 }
    const facts = visit(inCash, rest, told, went)
    expect(judge(facts, [{ ...charge, amountMinor: 700 }])).toMatchObject({ lost: 0, duplicated: 0 })
    expect(judge(facts, [charge])).toMatchObject({ lost: 0, duplicated: 1 })
  })

  it('puts the parts together that a sale was paid in, whichever book each stands in', () => {
    const part: RobotFact = { fact: 'act', ...who, act: 'tender:choose', askedMinor: 300 }
    const shown: RobotFact = { fact: 'act', ...who, act: 'coupon', coupon: 'coupon:42' }
    const rest: RobotFact = {
      fact: 'screen',
      ...who,
      screen: 'tenderChoice',
      saleId,
      totalMinor: 1_200,
      dueMinor: 700,
      paid: [],
    }
    const facts = visit(part, shown, rest, told, went)
    const points: Effect = { ...charge, trade: 'hub 1', payer: 'points:of-person-3', amountMinor: 300 }
    const coupon: Effect = { ...charge, trade: 'hub 2', payer: 'coupon:42', amountMinor: 200 }
    const card: Effect = { ...charge, trade: 'card:0 9', payer: 'card:0', amountMinor: 700 }
    const verdict = judge(facts, [points, coupon, card])
    expect(verdict).toMatchObject({ lost: 0, duplicated: 0, orphanCharges: 0 })
    expect(verdict.chargesBy).toEqual({ wallets: 0, cards: 1, points: 1, coupons: 1 })
    expect(judge(facts, [points, coupon])).toMatchObject({ lost: 1 })
    expect(judge(facts, [points, coupon, card, { ...card, trade: 'card:0 10' }])).toMatchObject({
      duplicated: 1,
    })
  })

  it('takes a card at another lane, and a coupon that nobody showed, for nobody known', () => {
    const elsewhere: Effect = { ...charge, trade: 'card:1 3', payer: 'card:1' }
    const unseen: Effect = { ...charge, trade: 'hub 3', payer: 'coupon:43' }
    expect(judge(visit(told, went), [charge, elsewhere, unseen])).toMatchObject({ orphanCharges: 2, lost: 0 })
  })

  it('expects back what the shopper was told to get back for goods, and nothing else', () => {
    const asked: RobotFact = { fact: 'back', ...who, state: 'asked', amountMinor: 200 }
    const toldBack: RobotFact = { fact: 'back', ...who, state: 'told', amountMinor: 200 }
    const refund: Effect = { ...back, kind: 'refund', amountMinor: 200 }
    expect(judge(visit(told, asked, toldBack, went), [charge, refund])).toMatchObject({
      lost: 0,
      duplicated: 0,
    })
    expect(judge(visit(told, asked, toldBack, went), [charge])).toMatchObject({ duplicated: 1 })
    expect(judge(visit(told, asked, toldBack, went), [charge, refund, refund])).toMatchObject({ lost: 1 })
    // Nobody was told how it ended: both are right, a third amount is not.
    expect(judge(visit(told, asked, went), [charge])).toMatchObject({ lost: 0, duplicated: 0 })
    expect(judge(visit(told, asked, went), [charge, refund])).toMatchObject({ lost: 0, duplicated: 0 })
    expect(judge(visit(told, asked, went), [charge, refund, refund])).toMatchObject({ lost: 1 })
  })

  it('counts a visit without an end', () => {
    expect(judge(visit(), [])).toMatchObject({ stuck: 1 })
  })
})
