import { describe, expect, it } from 'vitest'
import { faceOrder, joinedLane, newAccount, newKey, TestJournal, useHubs } from './harness.ts'
import { cancelled, codeOrder, control, outcomeOf, useShops, walletCode } from './wallets.ts'

const hubs = useHubs()
const openShop = useShops(hubs)

describe('a payment whose wallet does not answer at once', () => {
  it.each(['alipay', 'wechat'] as const)(
    'of %s is pending while the buyer is asked, and approved once they have paid',
    async (wallet) => {
      const shop = await openShop()
      const lane = await joinedLane(shop.hub)
      await shop.script({
        match: { operation: 'pay' },
        do: [{ kind: 'waitBuyer', ms: 20_000, then: 'pay' }],
        times: 1,
      })
      const order = codeOrder(walletCode(wallet))
      expect((await lane.call('authorise', order)).json.outcome).toEqual({ kind: 'pending' })
      await shop.pass(6_000)
      expect(await outcomeOf(lane, order.attemptKey)).toEqual({ kind: 'pending' })
      await shop.pass(16_000)
      expect(await outcomeOf(lane, order.attemptKey)).toMatchObject({ kind: 'approved' })
      expect(await shop.books(order.attemptKey)).toEqual({ charges: 1, chargedMinor: 500, backMinor: 0 })
    },
  )

  it.each([
    ['alipay', [5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57, 60], 60],
    ['wechat', [5, 10, 15, 20, 25, 30, 35, 40, 45], 45],
  ] as const)(
    'of %s is asked about by the wallet’s timetable, and taken back at once after the last question',
    async (wallet, askedAtS, takenBackAtS) => {
      // The hub's clock stands still between the seconds, however long the work of one takes.
      let hubMs = Date.now()
      const shop = await openShop({ nowMs: () => hubMs })
      const lane = await joinedLane(shop.hub)
      await shop.script({
        match: { operation: 'pay' },
        do: [{ kind: 'waitBuyer', ms: 0, then: 'never' }],
        times: 1,
      })
      await lane.call('authorise', codeOrder(walletCode(wallet)))
      const asked = new Map<string, number[]>([
        ['query', []],
        ['cancel', []],
      ])
      const known = async () =>
        (await control(shop.simulator, 'GET', 'log')).requests as { operation: string }[]
      for (let second = 1; second <= 70; second += 1) {
        const before = (await known()).length
        hubMs += 1_000
        await shop.pass(1_000)
        for (const { operation } of (await known()).slice(before)) asked.get(operation)?.push(second)
      }
      expect(asked.get('query')).toEqual(askedAtS)
      expect(asked.get('cancel')).toEqual([takenBackAtS])
    },
  )

  it.each(['alipay', 'wechat'] as const)(
    'of %s is closed when its patience ends, and then never charged',
    async (wallet) => {
      const shop = await openShop()
      const lane = await joinedLane(shop.hub)
      await shop.script({
        match: { operation: 'pay' },
        do: [{ kind: 'waitBuyer', ms: 90_000, then: 'pay' }],
        times: 1,
      })
      const order = codeOrder(walletCode(wallet))
      await lane.call('authorise', order)
      for (let second = 0; second < 60; second += 10) await shop.pass(10_000)
      expect(await outcomeOf(lane, order.attemptKey)).toEqual({ kind: 'cancelled' })
      await shop.pass(60_000)
      expect(await shop.books(order.attemptKey)).toMatchObject({ charges: 0 })
    },
  )

  it('is found out by asking when the reply was lost, and charged once', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    await shop.script({ match: { operation: 'pay' }, do: [{ kind: 'loseReply' }], times: 1 })
    const order = codeOrder(walletCode('alipay'))
    expect((await lane.call('authorise', order)).json.outcome).toEqual({ kind: 'pending' })
    await shop.pass(5_000)
    expect(await outcomeOf(lane, order.attemptKey)).toMatchObject({ kind: 'approved' })
    expect((await lane.call('authorise', order)).json.outcome.kind).toBe('approved')
    expect(await shop.books(order.attemptKey)).toEqual({ charges: 1, chargedMinor: 500, backMinor: 0 })
  })

  it('keeps neither code nor token, and is only asked about once they are gone', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    await shop.script({ match: { operation: 'pay' }, do: [{ kind: 'down', ms: 30_000 }], times: 1 })
    const order = codeOrder(walletCode('wechat'))
    expect((await lane.call('authorise', order)).json.outcome).toEqual({ kind: 'pending' })
    for (const table of ['payment_attempt', 'session_answer']) {
      const rows = await shop.hub.database.query(`SELECT t::text AS row FROM ${table} t`)
      expect(JSON.stringify(rows)).not.toContain(order.instrument.code)
    }
    for (let second = 0; second < 90; second += 15) await shop.pass(15_000)
    expect(await outcomeOf(lane, order.attemptKey)).toEqual({ kind: 'cancelled' })
    expect(await shop.books(order.attemptKey)).toMatchObject({ charges: 0 })
  })

  it('may be taken back by its lane: WeChat’s not before 15 s, and the lane waits for the certainty', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    await shop.script({
      match: { operation: 'pay' },
      do: [{ kind: 'waitBuyer', ms: 12_000, then: 'pay' }],
      times: 1,
    })
    const order = codeOrder(walletCode('wechat'))
    await lane.call('authorise', order)
    expect(await cancelled(lane, order.attemptKey)).toEqual({ kind: 'pending' })
    await shop.pass(13_000)
    expect(await cancelled(lane, order.attemptKey)).toEqual({ kind: 'pending' })
    await shop.pass(3_000)
    expect(await outcomeOf(lane, order.attemptKey)).toEqual({ kind: 'cancelled' })
    const books = await shop.books(order.attemptKey)
    expect(books.chargedMinor).toBe(books.backMinor)
  })

  it('that nobody gets an answer about becomes a case with an owner, which its answer closes', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    await shop.script({ match: {}, do: [{ kind: 'garbage', form: 'otherKey' }], times: 0 })
    const order = codeOrder(walletCode('alipay'))
    await lane.call('authorise', order)
    for (let minute = 0; minute < 12; minute++) await shop.pass(60_000)
    const { cases } = (await shop.hub.operator('GET', '/operator/v1/payments/cases')).json
    expect(cases).toMatchObject([{ kind: 'providerSilent', attemptKey: order.attemptKey, owner: 'operator' }])
    expect(await outcomeOf(lane, order.attemptKey)).toEqual({ kind: 'pending' })
    await shop.clearScript()
    await shop.pass(60_000)
    expect(await outcomeOf(lane, order.attemptKey)).toEqual({ kind: 'cancelled' })
    expect((await shop.hub.operator('GET', '/operator/v1/payments/cases')).json.cases).toEqual([])
    const books = await shop.books(order.attemptKey)
    expect(books.chargedMinor).toBe(books.backMinor)
  })

  it('can be ended by a person, who must say what they found', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    await shop.script({ match: {}, do: [{ kind: 'garbage', form: 'otherKey' }], times: 0 })
    const order = codeOrder(walletCode('alipay'))
    await lane.call('authorise', order)
    for (let minute = 0; minute < 12; minute++) await shop.pass(60_000)
    const [open] = (await shop.hub.operator('GET', '/operator/v1/payments/cases')).json.cases
    const path = `/operator/v1/payments/cases/${open.caseId}/close`
    const unsaid = await shop.hub.operator('POST', path, { note: 'looked' })
    expect(unsaid).toMatchObject({ status: 409, json: { error: { code: 'case.findingNeeded' } } })
    const said = await shop.hub.operator('POST', path, { note: 'in their portal', finding: 'charged' })
    expect(said).toMatchObject({ status: 200, json: { resolution: 'charged: in their portal' } })
    expect(await outcomeOf(lane, order.attemptKey)).toMatchObject({ kind: 'approved' })
  })
})

describe('a wallet that is slow', () => {
  it('keeps fourteen of its payers waiting, and neither the journal nor the hub’s own money', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const other = await joinedLane(shop.hub, 'lane-2')
    const account = await newAccount(shop.hub)
    await shop.script({
      match: { operation: 'pay' },
      do: [{ kind: 'delay', ms: 4_000, where: 'reply' }],
      times: 0,
    })
    const orders = Array.from({ length: 14 }, () => codeOrder(walletCode('wechat'), 100))
    const slow = orders.map((order) => lane.call('authorise', order))
    const journal = new TestJournal(other)
    journal.genesis()
    const quick = (async () => {
      await other.call('append', { entries: journal.entries })
      return (await other.call('authorise', faceOrder(account, 100))).json.outcome.kind
    })()
    expect(await Promise.race([quick, Promise.any(slow).then(() => 'the slow ones first')])).toBe('approved')
    await Promise.all(slow)
    await shop.pass(5_000)
    await shop.pass(5_000)
    for (const { attemptKey } of orders) {
      expect(await outcomeOf(lane, attemptKey)).toMatchObject({ kind: 'approved' })
      expect((await shop.books(attemptKey)).charges).toBe(1)
    }
  })
})

describe('money back from a wallet', () => {
  it('comes in parts under keys of its own, once each, and a void then gives back the rest', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const order = codeOrder(walletCode('alipay'), 1000)
    await lane.call('authorise', order)
    const refund = { attemptKey: order.attemptKey, refundKey: newKey(), amountMinor: 300, currency: 'CNY' }
    await shop.script({ match: { operation: 'refund' }, do: [{ kind: 'loseReply' }], times: 1 })
    expect((await lane.call('refund', refund)).json.outcome).toEqual({ kind: 'pending' })
    const more = { ...refund, refundKey: newKey(), amountMinor: 701 }
    expect(await lane.call('refund', more)).toMatchObject({
      status: 409,
      json: { error: { code: 'payment.refundTooLarge' } },
    })
    await shop.pass(10_000)
    expect((await lane.call('refund', refund)).json.outcome.kind).toBe('refunded')
    expect((await shop.books(order.attemptKey)).backMinor).toBe(300)
    expect(await cancelled(lane, order.attemptKey)).toEqual({ kind: 'cancelled' })
    expect(await shop.books(order.attemptKey)).toEqual({ charges: 1, chargedMinor: 1000, backMinor: 1000 })
  })
})

describe('a signed debit agreement', () => {
  it('is what a face is charged under, up to its limit; ended, the balance is', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const account = await newAccount(shop.hub, 5000)
    await shop.agreement(account, 800)
    const order = faceOrder(account, 700)
    expect((await lane.call('authorise', order)).json.outcome.kind).toBe('approved')
    expect(await shop.books(order.attemptKey)).toEqual({ charges: 1, chargedMinor: 700, backMinor: 0 })
    const large = await lane.call('authorise', faceOrder(account, 801))
    expect(large.json.outcome).toMatchObject({ kind: 'declined', reason: 'amountOverLimit' })
    await shop.hub.operator('POST', `/operator/v1/accounts/${account}/agreement/end`, {})
    const after = faceOrder(account, 900)
    expect((await lane.call('authorise', after)).json.outcome.kind).toBe('approved')
    expect((await shop.books(after.attemptKey)).charges).toBe(0)
    expect((await shop.hub.operator('GET', '/operator/v1/ledger')).json.chargedMinor).toEqual({ CNY: 900 })
  })

  it('belongs to one account, and nobody else’s is taken', async () => {
    const shop = await openShop()
    const [one, other] = [await newAccount(shop.hub), await newAccount(shop.hub)]
    const agreementNo = await shop.agreement(one)
    const taken = await shop.hub.operator('POST', `/operator/v1/accounts/${other}/agreement`, {
      provider: 'alipay',
      agreementNo,
      paymentLimitMinor: 100,
    })
    expect(taken).toMatchObject({ status: 409, json: { error: { code: 'agreement.taken' } } })
    const unknown = await shop.hub.operator('POST', `/operator/v1/accounts/${other}/agreement`, {
      provider: 'nobody',
      agreementNo: '1',
      paymentLimitMinor: 100,
    })
    expect(unknown).toMatchObject({ status: 409, json: { error: { code: 'agreement.provider' } } })
  })

  it('is signed and ended by the shopper on their own page, and refused in words when it is not theirs', async () => {
    const shop = await openShop()
    const { hub } = shop
    await newAccount(hub)
    const other = await newAccount(hub)
    const theirs = await shop.agreement(other)
    const { accounts } = (await hub.operator('GET', '/operator/v1/accounts')).json
    const page = `${hub.url}${new URL(accounts[0].walletUrl).pathname}/agreement`
    const post = (path: string, fields: Record<string, string>) =>
      fetch(path, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' },
        body: new URLSearchParams(fields).toString(),
      })
    const refused = await post(page, { provider: 'alipay', agreementNo: theirs, limit: '12.50' })
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('This agreement cannot be used')
    const own = await control(shop.simulator, 'POST', 'agreements', {})
    const agreementNo = own.agreementNo as string
    for (const limit of ['0', '-1', '1.234', 'all of it'])
      expect((await post(page, { provider: 'alipay', agreementNo, limit })).status).toBe(409)
    expect((await post(page, { provider: 'alipay', agreementNo, limit: '12.50' })).status).toBe(303)
    const signed = await (await fetch(page, { headers: { 'accept-language': 'en' } })).text()
    expect(signed).toContain('charged by alipay, up to ¥12.50 each time')
    expect((await post(`${page}/end`, {})).status).toBe(303)
    expect((await post(page, { provider: 'alipay', agreementNo, limit: '12.50' })).status).toBe(409)
  })
})
