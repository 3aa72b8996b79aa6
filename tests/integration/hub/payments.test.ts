import { describe, expect, it } from 'vitest'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import { balanceOf, codeFor, faceOrder, joinedLane, moment, newAccount, newKey, useHubs } from './harness.ts'

const hubs = useHubs()

describe('payments at the hub', () => {
  it('charges a face payment and answers with masked particulars', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5000)
    const order = faceOrder(account, 1250)

    const reply = await lane.call('authorise', order)

    expect(reply).toMatchObject({
      status: 200,
      json: { attemptKey: order.attemptKey, outcome: { kind: 'approved', maskedAccount: '138****5678' } },
    })
    expect(await balanceOf(hub, account)).toBe(3750)
    const ledger = await hub.operator('GET', '/operator/v1/ledger')
    expect(ledger.json).toMatchObject({
      chargedMinor: { CNY: 1250 },
      charges: [{ attemptKey: order.attemptKey, saleId: order.saleId, amountMinor: 1250, currency: 'CNY' }],
      balanced: true,
    })
  })

  it('charges once when the same key arrives twenty times at once', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5000)
    const order = faceOrder(account, 100)

    const replies = await Promise.all(Array.from({ length: 20 }, () => lane.call('authorise', order)))

    const references = replies.map(({ json }) => json.outcome.providerReference as string)
    expect(new Set(references).size).toBe(1)
    expect(await balanceOf(hub, account)).toBe(4900)
  })

  it('refuses a key that is used again for another amount, and keeps the first', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    const order = faceOrder(account, 100)
    await lane.call('authorise', order)

    const reply = await lane.call('authorise', { ...order, amountMinor: 200 })

    expect(reply).toMatchObject({ status: 409, json: { error: { code: 'payment.keyReused' } } })
    expect(await balanceOf(hub, account)).toBe(9900)
  })

  it.each([
    ['more than the balance', { amountMinor: 10_001 }, 'insufficientFunds'],
    ['another currency', { currency: 'EUR' }, 'currencyNotHeld'],
    ['more than the limit', { amountMinor: 2_000_000 }, 'amountOverLimit'],
  ])('declines %s and says why', async (_title, change, reason) => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)

    const reply = await lane.call('authorise', { ...faceOrder(account, 100), ...change })

    expect(reply.json.outcome).toEqual({ kind: 'declined', reason })
    expect(await balanceOf(hub, account)).toBe(10_000)
  })

  it('declines an account nobody has', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const reply = await lane.call('authorise', faceOrder(newKey(), 100))
    expect(reply.json.outcome).toEqual({ kind: 'declined', reason: 'accountUnknown' })
  })

  it('takes a bench lane’s money from the wallet', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    const reply = await lane.call('authorise', { ...faceOrder(account, 100), bench: true })
    expect(reply.json.outcome.kind).toBe('approved')
  })

  it('answers a query with what happened, and notFound for a key it never saw', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const order = faceOrder(await newAccount(hub), 100)
    const { json } = await lane.call('authorise', order)

    expect((await lane.call('query', { attemptKey: order.attemptKey })).json).toEqual(json)
    expect((await lane.call('query', { attemptKey: newKey() })).json.outcome).toEqual({ kind: 'notFound' })
  })

  it('lays a tombstone for an unseen key, which refuses the late authorise for ever', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    const order = faceOrder(account, 100)

    const cancel = await lane.call('cancel', { attemptKey: order.attemptKey })
    const late = await lane.call('authorise', order)

    expect(cancel.json.outcome).toEqual({ kind: 'cancelled' })
    expect(late.json.outcome).toEqual({ kind: 'declined', reason: 'attemptCancelled' })
    expect(await balanceOf(hub, account)).toBe(10_000)
  })

  it('gives an approved payment back when it is cancelled, once', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    const order = faceOrder(account, 100)
    await lane.call('authorise', order)

    const replies = await Promise.all(
      [1, 2, 3].map(() => lane.call('cancel', { attemptKey: order.attemptKey })),
    )

    expect(replies.map(({ json }) => json.outcome.kind)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(await balanceOf(hub, account)).toBe(10_000)
    expect((await hub.operator('GET', '/operator/v1/ledger')).json).toMatchObject({
      charges: [],
      balanced: true,
    })
  })

  it('never charges and leaves cancelled when authorise and cancel race', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    for (let round = 0; round < 15; round++) {
      const order = faceOrder(account, 100)
      const [, cancel] = await Promise.all([
        lane.call('authorise', order),
        lane.call('cancel', { attemptKey: order.attemptKey }),
      ])
      expect(cancel.json.outcome).toEqual({ kind: 'cancelled' })
      expect((await lane.call('query', order)).json.outcome).toEqual({ kind: 'cancelled' })
    }
    expect(await balanceOf(hub, account)).toBe(10_000)
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('refunds in parts, each refund key once, and never more than was paid', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    const order = faceOrder(account, 1000)
    await lane.call('authorise', order)
    const refund = { attemptKey: order.attemptKey, refundKey: newKey(), amountMinor: 400, currency: 'CNY' }

    const first = await lane.call('refund', refund)
    const again = await lane.call('refund', refund)
    const tooMuch = await lane.call('refund', { ...refund, refundKey: newKey(), amountMinor: 601 })
    const rest = await lane.call('refund', { ...refund, refundKey: newKey(), amountMinor: 600 })

    expect(first.json.outcome.kind).toBe('refunded')
    expect(again.json).toEqual(first.json)
    expect(tooMuch).toMatchObject({ status: 409, json: { error: { code: 'payment.refundTooLarge' } } })
    expect(rest.json.outcome.kind).toBe('refunded')
    expect((await lane.call('query', order)).json.outcome.kind).toBe('refunded')
    expect(await balanceOf(hub, account)).toBe(10_000)
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('keeps one lane’s attempts from another lane', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const other = await joinedLane(hub, 'lane-2')
    const order = faceOrder(await newAccount(hub), 100)
    await lane.call('authorise', order)

    for (const route of ['query', 'cancel'] as const) {
      const reply = await other.call(route, { attemptKey: order.attemptKey })
      expect(reply).toMatchObject({ status: 403, json: { error: { code: 'payment.foreignAttempt' } } })
    }
  })
})

describe('payment codes', () => {
  function codeOrder(code: string, amountMinor = 100) {
    return {
      attemptKey: newKey(),
      saleId: newKey(),
      amountMinor,
      currency: 'CNY',
      instrument: { kind: 'walletCode', code },
      bench: false,
      attemptedAt: moment(),
    }
  }

  it('pays once: the second sale with the same code is declined', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    const code = await codeFor(hub, account)
    expect(code).toMatch(/^99\d{16}$/)

    const replies = await Promise.all([1, 2, 3, 4].map(() => lane.call('authorise', codeOrder(code))))

    const kinds = replies.map(({ json }) => json.outcome.reason ?? json.outcome.kind).sort()
    expect(kinds).toEqual(['approved', 'codeInvalid', 'codeInvalid', 'codeInvalid'])
    expect(await balanceOf(hub, account)).toBe(9900)
  })

  it('expires after 120 s', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    const [early, late] = [await codeFor(hub, account), await codeFor(hub, account)]
    hub.advance(119_000)
    expect((await lane.call('authorise', codeOrder(early))).json.outcome.kind).toBe('approved')
    hub.advance(2_000)
    expect((await lane.call('authorise', codeOrder(late))).json.outcome).toEqual({
      kind: 'declined',
      reason: 'codeExpired',
    })
  })

  it('does not live longer because the hub’s clock was put back', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const code = await codeFor(hub, await newAccount(hub))
    hub.advance(-3_600_000)
    expect((await lane.call('authorise', codeOrder(code))).json.outcome).toEqual({
      kind: 'declined',
      reason: 'codeExpired',
    })
  })

  it('declines digits nobody was given', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const reply = await lane.call('authorise', codeOrder('991234567890123456'))
    expect(reply.json.outcome).toEqual({ kind: 'declined', reason: 'codeInvalid' })
  })

  it('tells whose it is once, for linking a face, and is used up by that', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    const code = await codeFor(hub, account)

    const resolved = await lane.call('resolveCode', { code }, { counter: 900 })
    const repeated = await lane.call('resolveCode', { code }, { counter: 900 })
    const again = await lane.call('resolveCode', { code })
    const paid = await lane.call('authorise', codeOrder(code))

    expect(resolved.json).toEqual({
      kind: 'account',
      accountId: account,
      maskedName: '*小明',
      maskedAccount: '138****5678',
      phoneLast4: '5678',
    })
    expect(repeated).toEqual(resolved)
    expect(again.json).toEqual({ kind: 'refused', reason: 'codeInvalid' })
    expect(paid.json.outcome).toEqual({ kind: 'declined', reason: 'codeInvalid' })
  })

  it('is nowhere in the database in the clear', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const code = await codeFor(hub, await newAccount(hub))
    await lane.call('authorise', codeOrder(code))
    for (const table of ['payment_attempt', 'wallet_code', 'session_answer', 'wallet_transaction']) {
      const rows = await hub.database.query(`SELECT t::text AS row FROM ${table} t`)
      expect(JSON.stringify(rows)).not.toContain(code)
    }
  })
})
