import { type DeclineCase, providerConformance } from '../../../src-hub/providers/kit/conformance.ts'
import type { Rule } from '../../../src-hub/providers/simulator/script.ts'
import { allFaults, codePayer, newCode, type SimulatedRig, useSimulators } from './support/simulated.ts'

const simulated = useSimulators()
const amountMinor = 1000

/** The wallet refuses with a code of its own. */
function refusing(name: 'alipay' | 'wechat', reason: DeclineCase['reason'], code: string): DeclineCase {
  return {
    reason,
    when: `the wallet says ${code}`,
    arrange: async (rig) => {
      const decline: Rule = { match: { operation: 'pay' }, do: [{ kind: 'decline', code }], times: 1 }
      await (rig as SimulatedRig).script(decline)
      return { payer: codePayer(name), amountMinor }
    },
  }
}

const otherCurrency = (name: 'alipay' | 'wechat'): DeclineCase => ({
  reason: 'currencyNotHeld',
  when: 'the lane sells in another currency',
  arrange: async () => ({ payer: codePayer(name), amountMinor, currency: 'EUR' }),
})

const codeGone = (name: 'alipay' | 'wechat'): DeclineCase => ({
  reason: 'codeExpired',
  when: 'the code was forgotten with a crash',
  arrange: async () => ({ payer: { ...codePayer(name), code: null }, amountMinor }),
})

const codeTwice = (name: 'alipay' | 'wechat'): DeclineCase => ({
  reason: 'codeInvalid',
  when: 'a code is shown a second time',
  arrange: async (rig) => {
    const code = newCode(name)
    const order = {
      providerKey: `${'c'.repeat(32)}-1`,
      attemptKey: 'c'.repeat(32),
      laneId: 'lane-1',
      saleId: 'd'.repeat(32),
      amountMinor: 1,
      currency: 'CNY',
      payer: codePayer(name, code),
      atMs: Date.now(),
      signal: AbortSignal.timeout(10_000),
    }
    await rig.call((tx) => rig.provider.authorise(tx, order))
    return { payer: codePayer(name, code), amountMinor }
  },
})

providerConformance({
  name: 'alipay, by a code on the phone',
  ledger: 'outside',
  currency: 'CNY',
  faults: allFaults,
  whyNoOthers: '',
  declines: [
    refusing('alipay', 'insufficientFunds', 'ACQ.BUYER_BALANCE_NOT_ENOUGH'),
    refusing('alipay', 'insufficientFunds', 'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH'),
    refusing('alipay', 'amountOverLimit', 'ACQ.PRODUCT_AMOUNT_LIMIT_ERROR'),
    refusing('alipay', 'codeInvalid', 'ACQ.PAYMENT_AUTH_CODE_INVALID'),
    refusing('alipay', 'accountBlocked', 'ACQ.BUYER_ENABLE_STATUS_FORBID'),
    refusing('alipay', 'other', 'ACQ.PAYMENT_FAIL'),
    otherCurrency('alipay'),
    codeGone('alipay'),
    codeTwice('alipay'),
  ],
  make: () => simulated('alipay', () => async () => codePayer('alipay')),
})

providerConformance({
  name: 'alipay, by the token of its face device',
  ledger: 'outside',
  currency: 'CNY',
  faults: allFaults,
  whyNoOthers: '',
  declines: [
    {
      reason: 'codeInvalid',
      when: 'the token is nobody’s',
      arrange: async () => ({ payer: { kind: 'faceToken', wallet: 'alipay', token: 'fp0' }, amountMinor }),
    },
  ],
  make: () =>
    simulated('alipay', (rig) => async () => ({
      kind: 'faceToken',
      wallet: 'alipay',
      token: await lookedAt(rig),
    })),
})

providerConformance({
  name: 'alipay-agreement, by a debit agreement',
  ledger: 'outside',
  currency: 'CNY',
  faults: allFaults,
  whyNoOthers: '',
  declines: [
    {
      reason: 'accountUnknown',
      when: 'the agreement was never signed',
      arrange: async () => ({ payer: agreement('20269999'), amountMinor }),
    },
    {
      reason: 'accountUnknown',
      when: 'the agreement has ended',
      arrange: async (rig) => ({ payer: await signed(rig as SimulatedRig, { ended: true }), amountMinor }),
    },
    {
      reason: 'amountOverLimit',
      when: 'the agreement allows less',
      arrange: async (rig) => ({
        payer: await signed(rig as SimulatedRig, { limitMinor: 999 }),
        amountMinor,
      }),
    },
  ],
  make: () => simulated('alipay-agreement', (rig) => () => signed(rig, {})),
})

providerConformance({
  name: 'wechat, by a code on the phone',
  ledger: 'outside',
  currency: 'CNY',
  faults: allFaults,
  whyNoOthers: '',
  declines: [
    refusing('wechat', 'insufficientFunds', 'NOT_ENOUGH'),
    refusing('wechat', 'codeExpired', 'AUTH_CODE_EXPIRE'),
    refusing('wechat', 'codeInvalid', 'AUTH_CODE_INVALID'),
    refusing('wechat', 'amountOverLimit', 'RULE_LIMIT'),
    refusing('wechat', 'accountBlocked', 'ACCOUNT_ERROR'),
    refusing('wechat', 'other', 'TRADE_ERROR'),
    otherCurrency('wechat'),
    codeGone('wechat'),
    codeTwice('wechat'),
  ],
  make: () => simulated('wechat', () => async () => codePayer('wechat')),
})

providerConformance({
  name: 'wechat, by the code of its face device',
  ledger: 'outside',
  currency: 'CNY',
  faults: allFaults,
  whyNoOthers: '',
  declines: [],
  make: () =>
    simulated('wechat', (rig) => async () => ({
      kind: 'faceToken',
      wallet: 'wechat',
      token: await lookedAt(rig, 'wechat'),
    })),
})

function agreement(agreementNo: string) {
  return { kind: 'agreement' as const, accountId: 'a'.repeat(32), provider: 'alipay', agreementNo }
}

async function signed(rig: SimulatedRig, wish: { limitMinor?: number; ended?: boolean }) {
  const answer = (await rig.control('POST', 'agreements', wish)) as { agreementNo: string }
  return agreement(answer.agreementNo)
}

/** What the wallet's own device does: begins a session where its protocol has one, and looks at the person. */
async function lookedAt(rig: SimulatedRig, wallet: 'alipay' | 'wechat' = 'alipay'): Promise<string> {
  const session =
    wallet === 'alipay' ? await rig.outside.initialiseFace?.('{}', AbortSignal.timeout(5000)) : undefined
  const reply = await fetch(`${rig.simulator.url}/device/${wallet}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(session?.ok === true ? { zimId: session.value.sessionId } : {}),
  })
  const { token } = (await reply.json()) as { token: string }
  return token
}
