import { describe, expect, it } from 'vitest'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import {
  attempted,
  balanceOf,
  codeFor,
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  saleCompleted,
  TestJournal,
  type TestHub,
  type TestLane,
  useHubs,
} from './harness.ts'
import { cancelled, codeOrder, useShops, walletCode } from './wallets.ts'

const hubs = useHubs()
const openShop = useShops(hubs)

/** Goods for 7.00 left the store and the account held 0.50. */
async function owing(hub: TestHub, lane: TestLane, accountId?: string) {
  const account = accountId ?? (await newAccount(hub, 50))
  const journal = new TestJournal(lane)
  journal.genesis()
  const intent = attempted(account, 700, 'deferred')
  const receiptToken = newKey()
  const sale = { kind: 'sale' as const, id: intent.saleId }
  journal.add(intent, sale)
  journal.add(saleCompleted(intent.saleId, { receiptToken, totalMinor: 700 }), sale)
  await lane.call('append', { entries: journal.entries })
  await hub.settle()
  const [block] = await blocks(lane)
  return { account, intent, receiptToken, recoveryKey: block?.recoveryKey as string }
}

interface Block {
  readonly accountId: string
  readonly blocked: boolean
  readonly recoveryKey?: string
}

async function blocks(lane: TestLane): Promise<Block[]> {
  const hubEpoch = lane.session?.hubEpoch ?? ''
  const { json } = await lane.call('feed', { hubEpoch, cursor: null, waitMs: 0 })
  const items: { item: Block & { kind: string } }[] = json.items
  return items.map(({ item }) => item).filter(({ kind }) => kind === 'faceTender')
}

/** The shopper went without the goods: other parts of the sale were still to be paid. */
async function leavesWithout(hub: TestHub, lane: TestLane, journal: TestJournal, saleId: string) {
  journal.add(
    { type: 'sale.cancelled', saleId, currency: 'CNY', totalMinor: 1200, lines: [], reason: 'shopper' },
    { kind: 'sale', id: saleId },
  )
  await lane.call('append', { entries: journal.entries })
  await hub.settle()
}

describe('a deferred payment that was declined before its sale was given up', () => {
  /** A part of the sale was paid on trust, and its wallet refused it later. */
  async function declinedPart(hub: TestHub, lane: TestLane) {
    const account = await newAccount(hub, 50)
    const journal = new TestJournal(lane)
    journal.genesis()
    const intent = attempted(account, 700, 'deferred')
    journal.add(intent, { kind: 'sale', id: intent.saleId })
    await lane.call('append', { entries: journal.entries })
    await hub.settle()
    const [block] = await blocks(lane)
    return { account, journal, intent, recoveryKey: block?.recoveryKey as string }
  }

  it('is owed by nobody: no goods left the store', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { account, journal, intent } = await declinedPart(hub, lane)
    expect(await blocks(lane)).toMatchObject([{ accountId: account, blocked: true }])
    await leavesWithout(hub, lane, journal, intent.saleId)
    expect(await blocks(lane)).toEqual([{ kind: 'faceTender', accountId: account, blocked: false }])
    expect((await hub.operator('GET', '/operator/v1/recoveries')).json.recoveries).toEqual([])
    expect((await lane.call('authorise', faceOrder(account, 10))).json.outcome.kind).toBe('approved')
  })

  it('gives back what was paid for that debt meanwhile', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { account, journal, intent, recoveryKey } = await declinedPart(hub, lane)
    const friend = await newAccount(hub, 5000)
    const order = codeOrder(await codeFor(hub, friend), 700, { saleId: recoveryKey, recoveryKey })
    expect((await lane.call('authorise', order)).json.outcome.kind).toBe('approved')
    await leavesWithout(hub, lane, journal, intent.saleId)
    expect(await balanceOf(hub, friend)).toBe(5000)
    expect(await blocks(lane)).toEqual([{ kind: 'faceTender', accountId: account, blocked: false }])
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('in the same batch opens no debt either', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = new TestJournal(lane)
    journal.genesis()
    const intent = attempted(await newAccount(hub, 50), 700, 'deferred')
    journal.add(intent, { kind: 'sale', id: intent.saleId })
    await leavesWithout(hub, lane, journal, intent.saleId)
    expect((await blocks(lane)).filter(({ blocked }) => blocked)).toEqual([])
  })
})

describe('a deferred payment that was declined', () => {
  it('takes the face tender from who owes it, on every lane, and says what is owed', async () => {
    const hub = await hubs.start()
    const [lane, other] = [await joinedLane(hub), await joinedLane(hub, 'lane-2')]
    const { account, recoveryKey, intent } = await owing(hub, lane)
    for (const each of [lane, other]) {
      expect(await blocks(each)).toMatchObject([
        { accountId: account, blocked: true, recoveryKey, owed: { amountMinor: 700, currency: 'CNY' } },
      ])
    }
    const byFace = await other.call('authorise', faceOrder(account, 10))
    expect(byFace.json.outcome).toEqual({ kind: 'declined', reason: 'accountBlocked', nativeCode: 'owes' })
    expect((await other.call('recovery', { recoveryKey })).json).toMatchObject({
      kind: 'recovery',
      saleId: intent.saleId,
      amountMinor: 700,
      state: 'open',
    })
    expect((await hub.operator('GET', '/operator/v1/recoveries')).json.recoveries).toMatchObject([
      { recoveryKey, accountId: account },
    ])
  })

  it('can be paid with anybody’s code at any lane, whole and once, and then the face pays again', async () => {
    const hub = await hubs.start()
    const [lane, other] = [await joinedLane(hub), await joinedLane(hub, 'lane-2')]
    const { account, recoveryKey } = await owing(hub, lane)
    const friend = await newAccount(hub, 5000)
    const pay = async (amountMinor: number) =>
      other.call(
        'authorise',
        codeOrder(await codeFor(hub, friend), amountMinor, { saleId: recoveryKey, recoveryKey }),
      )
    expect(await pay(699)).toMatchObject({ status: 409, json: { error: { code: 'recovery.amountDiffers' } } })
    const both = await Promise.all([pay(700), pay(700)])
    const kinds = both.map(({ json }) => json.outcome.kind).sort()
    expect(kinds).toContain('approved')
    await hub.settle()
    expect(await balanceOf(hub, friend)).toBe(4300)
    expect(await blocks(lane)).toEqual([{ kind: 'faceTender', accountId: account, blocked: false }])
    expect((await other.call('authorise', faceOrder(account, 10))).json.outcome.kind).toBe('approved')
    expect((await pay(700)).json.outcome).toMatchObject({ kind: 'declined', nativeCode: 'nothingOwed' })
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('stands again when its payment is taken back', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { account, recoveryKey } = await owing(hub, lane)
    const friend = await newAccount(hub, 5000)
    const order = codeOrder(await codeFor(hub, friend), 700, { saleId: recoveryKey, recoveryKey })
    await lane.call('authorise', order)
    expect(await cancelled(lane, order.attemptKey)).toEqual({ kind: 'cancelled' })
    expect(await blocks(lane)).toMatchObject([{ accountId: account, blocked: true, recoveryKey }])
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('can be paid with a wallet outside', async () => {
    const { hub, books } = await openShop()
    const lane = await joinedLane(hub)
    const { recoveryKey } = await owing(hub, lane)
    const order = codeOrder(walletCode('wechat'), 700, { saleId: recoveryKey, recoveryKey })
    expect((await lane.call('authorise', order)).json.outcome.kind).toBe('approved')
    expect((await books(order.attemptKey)).chargedMinor).toBe(700)
    expect(await blocks(lane)).toMatchObject([{ blocked: false }])
  })

  it('can be paid on the shopper’s own page once there is balance, and their receipt says so', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { account, recoveryKey, receiptToken } = await owing(hub, lane)
    const english = { headers: { 'accept-language': 'en' } }
    const receipt = async () => (await fetch(`${hub.url}/r/${receiptToken}`, english)).text()
    expect(await receipt()).toContain('did not go through')
    const { accounts } = (await hub.operator('GET', '/operator/v1/accounts')).json
    const page = new URL(accounts[0].walletUrl).pathname
    const wallet = async () => (await fetch(hub.url + page, english)).text()
    expect(await wallet()).toContain('There is not enough balance')
    await hub.operator('POST', `/operator/v1/accounts/${account}/fund`, {
      grantKey: newKey(),
      amountMinor: 1000,
      currency: 'CNY',
    })
    expect(await wallet()).toContain('Pay it now')
    const body = new URLSearchParams({ recoveryKey })
    const press = () =>
      fetch(`${hub.url}${page}/pay`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: body.toString(),
      })
    expect((await Promise.all([press(), press(), press()])).map(({ status }) => status)).toEqual([
      303, 303, 303,
    ])
    expect(await balanceOf(hub, account)).toBe(350)
    expect(await wallet()).not.toContain('Pay it now')
    expect(await receipt()).toContain('Paid later')
    expect(await blocks(lane)).toMatchObject([{ blocked: false }])
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('can be let go by the merchant', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { account, recoveryKey } = await owing(hub, lane)
    await hub.operator('POST', `/operator/v1/recoveries/${recoveryKey}/waive`, {})
    expect(await blocks(lane)).toEqual([{ kind: 'faceTender', accountId: account, blocked: false }])
    const { accounts } = (await hub.operator('GET', '/operator/v1/accounts')).json
    expect(accounts[0].flag).toBeNull()
  })
})
