import { describe, expect, it } from 'vitest'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import { faceOrder, joinedLane, newAccount, newKey, type TestHub, useHubs } from './harness.ts'
import { cancelled } from './wallets.ts'

const hubs = useHubs()

function pointsOrder(accountId: string, amountMinor: number) {
  const order = faceOrder(accountId, amountMinor)
  return { ...order, instrument: { ...order.instrument, kind: 'points' as const } }
}

function couponOrder(code: string, amountMinor: number) {
  return { ...faceOrder(newKey(), amountMinor), instrument: { kind: 'coupon' as const, code } }
}

async function withPoints(hub: TestHub, amountMinor: number, grantKey = newKey()): Promise<string> {
  const account = await newAccount(hub, 0)
  const grant = { grantKey, amountMinor, currency: 'CNY' }
  const path = `/operator/v1/accounts/${account}/points`
  await hub.operator('POST', path, grant)
  // The same grant again gives nothing more.
  expect((await hub.operator('POST', path, grant)).json).toEqual({ balanceMinor: amountMinor })
  return account
}

async function newCoupon(hub: TestHub, faceMinor: number, expiresAtMs = Date.now() + 86_400_000) {
  const { json } = await hub.operator('POST', '/operator/v1/coupons', {
    faceMinor,
    currency: 'CNY',
    expiresAtMs,
  })
  return json.code as string
}

describe('points', () => {
  it('pay as much as there is of them, and the rest stays due', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await withPoints(hub, 250)
    const first = await lane.call('authorise', pointsOrder(account, 1000))
    expect(first.json.outcome).toMatchObject({ kind: 'approved', approvedMinor: 250 })
    const second = await lane.call('authorise', pointsOrder(account, 1000))
    expect(second.json.outcome).toEqual({ kind: 'declined', reason: 'insufficientFunds' })
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('pay once when they are asked for from four lanes at once', async () => {
    const hub = await hubs.start()
    const account = await withPoints(hub, 250)
    const lanes = await Promise.all([1, 2, 3, 4].map((number) => joinedLane(hub, `lane-${number}`)))
    const replies = await Promise.all(lanes.map((lane) => lane.call('authorise', pointsOrder(account, 200))))
    const approved = replies.map(({ json }) => json.outcome.approvedMinor ?? json.outcome.kind).sort()
    expect(approved).toEqual([50, 'approved', 'declined', 'declined'])
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('come back as points, whole by a void and in part by a refund', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await withPoints(hub, 250)
    const held = async () => (await lane.call('points', { accountId: account, currency: 'CNY' })).json
    const taken = pointsOrder(account, 200)
    await lane.call('authorise', taken)
    expect(await held()).toEqual({ balanceMinor: 50 })
    expect(await cancelled(lane, taken.attemptKey)).toEqual({ kind: 'cancelled' })
    expect(await held()).toEqual({ balanceMinor: 250 })
    const order = pointsOrder(account, 1000)
    await lane.call('authorise', order)
    const refund = { attemptKey: order.attemptKey, refundKey: newKey(), amountMinor: 100, currency: 'CNY' }
    await lane.call('refund', refund)
    expect(await held()).toEqual({ balanceMinor: 100 })
    // Never more than was approved, however much was asked for.
    const more = await lane.call('refund', { ...refund, refundKey: newKey(), amountMinor: 151 })
    expect(more).toMatchObject({ status: 409, json: { error: { code: 'payment.refundTooLarge' } } })
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })
})

describe('a coupon', () => {
  it('pays its face value or what is due, once', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const small = await newCoupon(hub, 500)
    expect(small).toMatch(/^FC[0-9A-HJKMNP-TV-Z]{12}$/)
    const replies = await Promise.all([1, 2, 3].map(() => lane.call('authorise', couponOrder(small, 1200))))
    const kinds = replies.map(({ json }) => json.outcome.approvedMinor ?? json.outcome.reason).sort()
    expect(kinds).toEqual([500, 'codeInvalid', 'codeInvalid'])
    const large = await newCoupon(hub, 5000)
    const order = couponOrder(large, 1200)
    const reply = await lane.call('authorise', order)
    expect(reply.json.outcome).toMatchObject({ kind: 'approved' })
    expect(reply.json.outcome.approvedMinor).toBeUndefined()
    expect((await lane.call('authorise', couponOrder(large, 100))).json.outcome.reason).toBe('codeInvalid')
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('is good again when its payment is voided, for as much as came back when it is refunded', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const code = await newCoupon(hub, 5000)
    const voided = couponOrder(code, 1200)
    await lane.call('authorise', voided)
    await cancelled(lane, voided.attemptKey)
    const kept = couponOrder(code, 3000)
    expect((await lane.call('authorise', kept)).json.outcome.kind).toBe('approved')
    await lane.call('refund', {
      attemptKey: kept.attemptKey,
      refundKey: newKey(),
      amountMinor: 700,
      currency: 'CNY',
    })
    const again = await lane.call('authorise', couponOrder(code, 3000))
    expect(again.json.outcome).toMatchObject({ kind: 'approved', approvedMinor: 700 })
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('is refused once it has expired, in another currency, or when nobody issued it', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const code = await newCoupon(hub, 500, Date.now() + 3_600_000)
    const euros = { ...couponOrder(code, 100), currency: 'EUR' }
    expect((await lane.call('authorise', euros)).json.outcome.reason).toBe('currencyNotHeld')
    hub.advance(3_600_001)
    expect((await lane.call('authorise', couponOrder(code, 100))).json.outcome.reason).toBe('codeExpired')
    const made = await lane.call('authorise', couponOrder('FC000000000000', 100))
    expect(made.json.outcome.reason).toBe('codeInvalid')
  })

  it('is nowhere in the database in the clear', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const code = await newCoupon(hub, 500)
    await lane.call('authorise', couponOrder(code, 100))
    for (const table of ['payment_attempt', 'coupon', 'session_answer', 'wallet_account']) {
      const rows = await hub.database.query(`SELECT t::text AS row FROM ${table} t`)
      expect(JSON.stringify(rows)).not.toContain(code)
    }
  })
})
