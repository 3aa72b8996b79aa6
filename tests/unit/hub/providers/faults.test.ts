import { describe, expect, it } from 'vitest'
import { createFaults, faultsSchema } from '../../../../src-hub/providers/simulator/faults.ts'
import type { Seen } from '../../../../src-hub/providers/simulator/script.ts'

const rates = faultsSchema.parse({
  loseReply: 0.3,
  answerTwice: 0.2,
  garbage: 0.2,
  systemError: 0.1,
  delay: { rate: 0.3, ms: [5, 50] },
  waitBuyer: { rate: 0.4, ms: [100, 900], refuse: 0.5 },
  decline: { rate: 0.2, alipay: ['A', 'B'], wechat: ['C'] },
  down: { rate: 0.05, ms: [10, 20] },
})

function payment(n: number): Seen {
  return { wallet: 'alipay', operation: 'pay', outTradeNo: `n${n}`, payer: null, amountMinor: 1 }
}
const requests = Array.from({ length: 400 }, (_, n) => payment(n))

describe('random faults', () => {
  it('are the same for the same seed, in whatever order the requests come', () => {
    const forwards = createFaults(rates, 7)
    const backwards = createFaults(rates, 7)
    const one = requests.map((request) => forwards(request))
    const other = [...requests].reverse().map((request) => backwards(request))
    expect(other.reverse()).toEqual(one)
  })

  it('are others for another seed, and for the same request when it comes again', () => {
    const draw = createFaults(rates, 7)
    const again = requests.map((request) => draw(request))
    expect(requests.map((request) => draw(request))).not.toEqual(again)
    const other = createFaults(rates, 8)
    expect(requests.map((request) => other(request))).not.toEqual(again)
  })

  it('come about as often as they should, within their bounds', () => {
    const draw = createFaults(rates, 7)
    const all = requests.flatMap((request) => [...draw(request)])
    const share = all.filter(({ kind }) => kind === 'loseReply').length / requests.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.4)
    for (const action of all) {
      if (action.kind === 'delay') expect(action.ms).toBeGreaterThanOrEqual(5)
      if (action.kind === 'delay') expect(action.ms).toBeLessThanOrEqual(50)
    }
  })

  it('of the buyer and the wallet meet payments only', () => {
    const draw = createFaults(rates, 7)
    const kinds = requests.flatMap((request) =>
      draw({ ...request, operation: 'query' }).map(({ kind }) => kind),
    )
    expect(kinds).toContain('loseReply')
    expect(kinds).not.toContain('waitBuyer')
    expect(kinds).not.toContain('decline')
    expect(kinds).not.toContain('systemError')
  })

  it('do not come where no rate is given', () => {
    const draw = createFaults(faultsSchema.parse({}), 7)
    expect(requests.flatMap((request) => [...draw(request)])).toEqual([])
  })
})
