import { describe, expect, it } from 'vitest'
import { prettifyError, ZodError } from 'zod'
import {
  createScript,
  outcomeOf,
  ruleSchema,
  type Seen,
  transportOf,
} from '../../../../src-hub/providers/simulator/script.ts'

const payment: Seen = {
  wallet: 'alipay',
  operation: 'pay',
  outTradeNo: 'abc_1',
  payer: '2088000000000001',
  amountMinor: 1250,
}
const rule = (value: unknown) => ruleSchema.parse(value)

describe('rules of the simulator', () => {
  it('apply once unless they say otherwise, and the first that fits decides', () => {
    const script = createScript([
      rule({ do: { kind: 'loseReply' } }),
      rule({ do: { kind: 'approve' }, times: 2 }),
    ])
    expect(script.take(payment)).toEqual([{ kind: 'loseReply' }])
    expect(script.take(payment)).toEqual([{ kind: 'approve' }])
    expect(script.take(payment)).toEqual([{ kind: 'approve' }])
    expect(script.take(payment)).toBeNull()
  })

  it('apply to the nth request of their kind, and the others pass', () => {
    const script = createScript([rule({ match: { operation: 'pay', nth: 3 }, do: { kind: 'answerTwice' } })])
    expect(script.take(payment)).toBeNull()
    expect(script.take({ ...payment, operation: 'query' })).toBeNull()
    expect(script.take(payment)).toBeNull()
    expect(script.take(payment)).toEqual([{ kind: 'answerTwice' }])
    expect(script.take(payment)).toBeNull()
  })

  it.each([
    [{ wallet: 'wechat' }, false],
    [{ wallet: 'alipay' }, true],
    [{ outTradeNo: 'abc_1' }, true],
    [{ outTradeNo: 'abc*' }, true],
    [{ outTradeNo: 'abd*' }, false],
    [{ payer: '2088000000000001' }, true],
    [{ payer: '2088000000000002' }, false],
    [{ amountMinor: 1250 }, true],
    [{ amountMinor: 1251 }, false],
  ])('%j fits: %s', (match, fits) => {
    expect(createScript([rule({ match, do: { kind: 'approve' } })]).take(payment) !== null).toBe(fits)
  })

  it('may hold what the wallet decides beside what the network makes of it', () => {
    const actions = rule({
      do: [
        { kind: 'decline', code: 'ACQ.PAYMENT_FAIL' },
        { kind: 'delay', ms: 5 },
      ],
    }).do
    expect(outcomeOf(actions)).toEqual({ kind: 'decline', code: 'ACQ.PAYMENT_FAIL' })
    expect(transportOf(actions, 'delay')).toEqual({ kind: 'delay', ms: 5, where: 'reply' })
    expect(transportOf(actions, 'loseReply')).toBeNull()
    expect(outcomeOf([])).toEqual({ kind: 'approve' })
  })

  it.each([
    {},
    { do: { kind: 'explode' } },
    { do: [] },
    { do: { kind: 'delay', ms: -1 } },
    { do: { kind: 'loseReply' }, time: 2 },
  ])('%j is no rule', (value) => {
    expect(ruleSchema.safeParse(value).success).toBe(false)
  })

  it.each([
    [{ match: { walet: 'alipay' }, do: { kind: 'loseReply' } }, 'walet', 'match'],
    [{ do: { kind: 'delay', ms: 5, wher: 'request' } }, 'wher', 'do[0]'],
  ])('%j is no rule for every request: what is misspelt is named, with its place', (value, word, place) => {
    const said = prettifyError(ruleSchema.safeParse(value).error ?? new ZodError([]))
    expect(said).toContain(word)
    expect(said).toContain(place)
  })
})
