import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { believable } from '../../../../src-hub/providers/package-answers.ts'
import type { MoneyBack, PaymentProvider, ProviderOrder } from '../../../../src-hub/providers/port.ts'
import { noTransaction } from '../../../conformance/providers/support/simulated.ts'

const attemptKey = randomBytes(16).toString('hex')
const order: ProviderOrder = {
  providerKey: `${attemptKey}-1`,
  attemptKey,
  laneId: 'lane-1',
  saleId: 'd'.repeat(32),
  amountMinor: 1000,
  currency: 'CNY',
  payer: { kind: 'agreement', accountId: 'a'.repeat(32), provider: 'tab', agreementNo: '1' },
  atMs: 1,
  signal: AbortSignal.timeout(60_000),
}
const back: MoneyBack = { ...order, chargeKey: order.providerKey, chargedMinor: 1000 }
const nonsense = { kind: 'pending', nativeCode: 'nonsense' }
const approved = {
  kind: 'approved',
  approvedMinor: 1000,
  accountId: null,
  approvalCode: '1',
  providerReference: 'r',
  maskedAccount: '***',
}

/** A package that answers whatever it is asked with this. */
function saying(answer: unknown, partialApproval = false): PaymentProvider {
  const say = () => Promise.resolve(answer as never)
  return believable({
    name: 'tab',
    ledger: 'outside',
    declares: {
      deferrable: true,
      capture: 'immediate',
      partialRefund: true,
      needsLiveToken: false,
      takesBench: true,
      partialApproval,
    },
    timetable: { firstQueryMs: 1000, everyMs: 1000, patienceMs: 10_000, cancelNotBeforeMs: 0 },
    authorise: say,
    query: say,
    cancel: say,
    refund: say,
  })
}

describe('an answer of a provider package', () => {
  it('is believed when it has the port’s form and the amount that was asked for', async () => {
    expect(await saying(approved).authorise(noTransaction, order)).toEqual(approved)
    expect(await saying(null).query(noTransaction, order)).toBeNull()
    const done = { kind: 'done', providerReference: 'r' }
    expect(await saying(done).refund(noTransaction, back)).toEqual(done)
  })

  it.each([
    undefined,
    'approved',
    {},
    { kind: 'ok' },
    { kind: 'approved' },
    { ...approved, approvedMinor: '1000' },
    { ...approved, approvedMinor: 999.5 },
    { ...approved, approvedMinor: Number.NaN },
    { ...approved, approvedMinor: 0 },
    { ...approved, approvedMinor: -1000 },
    { ...approved, approvedMinor: 1001 },
    { ...approved, approvedMinor: 999 },
    { ...approved, accountId: 'a'.repeat(32) },
    { kind: 'declined', reason: 'noIdea', accountId: null },
  ])('%j is neither an approval nor a refusal', async (answer) => {
    expect(await saying(answer).authorise(noTransaction, order)).toMatchObject(nonsense)
    expect(await saying(answer).query(noTransaction, order)).toMatchObject(nonsense)
  })

  it.each([undefined, true, { kind: 'done' }, { kind: 'approved' }, { kind: 'refused' }])(
    '%j is not money back, and no refusal of it',
    async (answer) => {
      expect(await saying(answer).cancel(noTransaction, back)).toMatchObject(nonsense)
      expect(await saying(answer).refund(noTransaction, back)).toMatchObject(nonsense)
    },
  )

  it('approves a part only where that is declared', async () => {
    const part = { ...approved, approvedMinor: 1 }
    expect(await saying(part).authorise(noTransaction, order)).toMatchObject(nonsense)
    expect(await saying(part, true).authorise(noTransaction, order)).toMatchObject(part)
  })
})
