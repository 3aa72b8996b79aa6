import { describe, expect, it } from 'vitest'
import type { LaneEventOf } from '../../../src-main/contract/events.ts'
import { memberCardsPath } from '../../../src-main/contract/membership.ts'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import {
  type Json,
  joinedLane,
  newAccount,
  newKey,
  saleCompleted,
  TestJournal,
  type TestHub,
  type TestLane,
  useHubs,
} from './harness.ts'

const hubs = useHubs()
const memberNumber = '8800123456'

async function addCard(hub: TestHub, accountId: string, number = memberNumber) {
  return hub.operator('POST', memberCardsPath, { accountId, memberNumber: number })
}

async function lookUp(lane: TestLane, number = memberNumber): Promise<Json> {
  const { status, json } = await lane.call('lookUpMember', { memberNumber: number, currency: 'CNY' })
  expect(status).toBe(200)
  return json
}

/** Points as the hub tells them to a lane. */
async function points(lane: TestLane, accountId: string): Promise<number> {
  return (await lane.call('points', { accountId, currency: 'CNY' })).json.balanceMinor as number
}

type Payment = LaneEventOf<'sale.completed'>['payments'][number]

const paid = (tender: Payment['tender'], amountMinor: number): Payment => ({
  attemptKey: newKey(),
  tender,
  mode: 'local',
  amountMinor,
})

/** Two pieces of one article, so that one can come back. */
function memberSale(memberKey: string, earnedMinor: number, payments = [paid('cash', 10_000)]) {
  const saleId = newKey()
  const lines: LaneEventOf<'sale.completed'>['lines'] = [
    {
      lineId: 1,
      sku: 'tea',
      name: { 'zh-CN': '茶', en: 'Tea' },
      quantity: { kind: 'each', count: 2 },
      unitPriceMinor: 5_000,
      totalMinor: 10_000,
      taxClass: 'exempt',
    },
  ]
  const sale = saleCompleted(saleId, { totalMinor: 10_000 })
  return { ...sale, lines, payments, member: { memberKey, earnedMinor } }
}

interface Shop {
  readonly hub: TestHub
  readonly lane: TestLane
  readonly journal: TestJournal
  readonly accountId: string
  readonly memberKey: string
  send(...events: LaneEventOf<'sale.completed'>[]): Promise<Json>
}

async function shop(): Promise<Shop> {
  const hub = await hubs.start()
  const accountId = await newAccount(hub)
  const lane = await joinedLane(hub)
  const journal = new TestJournal(lane)
  journal.genesis()
  const { json } = await addCard(hub, accountId)
  return {
    hub,
    lane,
    journal,
    accountId,
    memberKey: json.memberKey,
    async send(...events) {
      for (const event of events) journal.add(event, { kind: 'sale', id: event.saleId })
      const { status, json: standing } = await lane.call('append', { entries: journal.entries })
      expect(status).toBe(200)
      return standing
    },
  }
}

/** One of the two pieces of a sale comes back for cash. */
async function returnOne({ lane }: Shop, sale: ReturnType<typeof memberSale>): Promise<void> {
  const [payment] = sale.payments
  const order = {
    returnKey: newKey(),
    saleId: sale.saleId,
    reason: 'changedMind',
    staffId: 'staff-1',
    lines: [{ lineId: 1, quantity: { kind: 'each', count: 1 } }],
    refunds: [
      {
        refundKey: newKey(),
        attemptKey: payment?.attemptKey,
        tender: payment?.tender,
        mode: 'local',
        amountMinor: 5_000,
      },
    ],
  }
  expect((await lane.call('orderReturn', order)).json).toMatchObject({ kind: 'accepted' })
}

describe("a member's card at the hub", () => {
  it('is told to a lane masked, with its points and what a sale earns, and by a key of its own', async () => {
    const { hub, lane, accountId, memberKey } = await shop()
    await hub.operator('POST', `/operator/v1/accounts/${accountId}/points`, {
      grantKey: newKey(),
      amountMinor: 120,
      currency: 'CNY',
    })
    expect(await lookUp(lane)).toEqual({
      kind: 'member',
      member: {
        memberKey,
        maskedName: '*小明',
        maskedNumber: '****3456',
        pointsMinor: 120,
        earnPermille: 10,
      },
    })
    expect(memberKey).not.toBe(accountId)
  })

  it('is known however its letters are written', async () => {
    const { hub, lane, accountId } = await shop()
    await addCard(hub, accountId, '04a1b2c3d4e5f6')
    expect(await lookUp(lane, '04A1B2C3D4E5F6')).toMatchObject({ kind: 'member' })
  })

  it('is unknown without an account, blocked when the operator says so, and known again after', async () => {
    const { hub, lane, memberKey } = await shop()
    expect(await lookUp(lane, '8800000000')).toEqual({ kind: 'unknown' })
    const blocked = await hub.operator('POST', `${memberCardsPath}/${memberKey}/block`)
    expect(blocked).toMatchObject({ status: 200, json: { memberKey, state: 'blocked' } })
    expect(await lookUp(lane)).toEqual({ kind: 'blocked' })
    await hub.operator('POST', `${memberCardsPath}/${memberKey}/unblock`)
    expect(await lookUp(lane)).toMatchObject({ kind: 'member' })
  })

  it('belongs to one account: given again it is the same card, given to another it is refused', async () => {
    const { hub, accountId, memberKey } = await shop()
    expect(await addCard(hub, accountId)).toMatchObject({ status: 200, json: { memberKey } })
    const other = await newAccount(hub, 0, 'Ann Lee')
    expect(await addCard(hub, other)).toMatchObject({
      status: 409,
      json: { error: { code: 'member.cardTaken' } },
    })
    expect(await addCard(hub, newKey())).toMatchObject({ status: 404 })
    expect((await hub.operator('GET', memberCardsPath)).json.cards).toMatchObject([
      { memberKey, accountId, maskedNumber: '****3456', state: 'active' },
    ])
    expect(await hub.operator('POST', `${memberCardsPath}/${newKey()}/block`)).toMatchObject({ status: 404 })
  })

  it('that says what no card says is refused before anything is looked up', async () => {
    const { lane, hub, accountId } = await shop()
    for (const number of ['123', '8'.repeat(33), '8800 123456', "8800'--"]) {
      const asked = await lane.call('lookUpMember', { memberNumber: number, currency: 'CNY' })
      expect(asked.status).toBe(400)
      expect((await addCard(hub, accountId, number)).status).toBe(400)
    }
  })

  it('is not guessed: a lane asks thirty times a minute, then it waits, and other lanes do not', async () => {
    const { hub, lane } = await shop()
    for (let asked = 0; asked < 30; asked += 1) await lookUp(lane, `88000000${10 + asked}`)
    const refused = await lane.call('lookUpMember', { memberNumber, currency: 'CNY' })
    expect(refused).toMatchObject({ status: 429, json: { error: { code: 'http.tooMany' } } })
    expect(await lookUp(await joinedLane(hub, 'lane-2'))).toMatchObject({ kind: 'member' })
    hub.advance(60_000)
    expect(await lookUp(lane)).toMatchObject({ kind: 'member' })
  })

  it('has its number nowhere in the database, neither in the clear nor as a hash of it alone', async () => {
    const { hub, lane, memberKey, send } = await shop()
    await lookUp(lane)
    await send(memberSale(memberKey, 100))
    const tables = await hub.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    )
    expect(tables.length).toBeGreaterThan(20)
    for (const { name } of tables) {
      const rows = await hub.database.query(`SELECT t::text AS row FROM ${name} t`)
      for (const written of [memberNumber, Buffer.from(memberNumber).toString('hex')])
        expect(JSON.stringify(rows), name).not.toContain(written)
    }
    const [plain] = await hub.database.query<{ known: boolean }>(
      'SELECT EXISTS (SELECT 1 FROM member_card WHERE number_hash = sha256($1)) AS known',
      [Buffer.from(memberNumber)],
    )
    expect(plain).toEqual({ known: false })
  })
})

describe('points for what a member buys', () => {
  it('come to the account once, however often the entry comes, and the books balance', async () => {
    const { hub, lane, accountId, memberKey, send } = await shop()
    const sale = memberSale(memberKey, 100)
    await send(sale)
    expect(await points(lane, accountId)).toBe(100)
    // The same entries again, as after an answer that was lost.
    expect(await send()).toMatchObject({ parked: 0, quarantined: 0 })
    expect(await points(lane, accountId)).toBe(100)
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('come once for a sale that a copied disk reports a second time', async () => {
    const { hub, lane, accountId, memberKey, send } = await shop()
    const sale = memberSale(memberKey, 100)
    await send(sale)
    const second = new TestJournal(lane)
    second.genesis()
    second.add(sale, { kind: 'sale', id: sale.saleId })
    expect((await lane.call('append', { entries: second.entries })).json).toMatchObject({ parked: 0 })
    expect(await points(lane, accountId)).toBe(100)
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('come for every sale of a batch, and for none of a shopper without a card', async () => {
    const { lane, accountId, memberKey, send } = await shop()
    await send(
      memberSale(memberKey, 100),
      saleCompleted(newKey()),
      memberSale(memberKey, 7),
      memberSale(memberKey, 0),
    )
    expect(await points(lane, accountId)).toBe(107)
  })

  it('are never more than was paid with money: points and coupons bring none', async () => {
    const { lane, accountId, memberKey, send } = await shop()
    await send(
      memberSale(memberKey, 10_000, [paid('points', 6_000), paid('coupon', 3_950), paid('cash', 50)]),
    )
    expect(await points(lane, accountId)).toBe(50)
  })

  it('come for a card that was blocked after it had been shown', async () => {
    const { hub, lane, accountId, memberKey, send } = await shop()
    await hub.operator('POST', `${memberCardsPath}/${memberKey}/block`)
    await send(memberSale(memberKey, 100))
    expect(await points(lane, accountId)).toBe(100)
  })

  it('of a key that no card has go to nobody; the sale counts all the same', async () => {
    const { hub, lane, accountId, send } = await shop()
    const stray = newKey()
    expect(await send(memberSale(stray, 100))).toMatchObject({ parked: 0, quarantined: 0 })
    expect(await points(lane, accountId)).toBe(0)
    expect(await hub.database.query('SELECT member_key, account_id FROM member_sale')).toEqual([
      { member_key: stray, account_id: null },
    ])
  })

  it('go back with the goods, in proportion and for each return once', async () => {
    const { hub, lane, accountId, memberKey, ...rest } = await shop()
    const all = { hub, lane, accountId, memberKey, ...rest }
    const sale = memberSale(memberKey, 101)
    await all.send(sale)
    await returnOne(all, sale)
    expect(await points(lane, accountId)).toBe(50)
    await returnOne(all, sale)
    expect(await points(lane, accountId)).toBe(0)
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('go back when the till itself took the goods back before the hub had the sale', async () => {
    const all = await shop()
    const { lane, accountId, memberKey, journal } = all
    const sale = memberSale(memberKey, 101)
    journal.add(sale, { kind: 'sale', id: sale.saleId })
    const [line] = sale.lines
    if (line === undefined) throw new Error('Nothing was sold')
    const returned: LaneEventOf<'sale.returned'> = {
      type: 'sale.returned',
      returnKey: newKey(),
      saleId: sale.saleId,
      reason: 'changedMind',
      staffId: 'staff-1',
      decidedBy: 'lane',
      currency: 'CNY',
      amountMinor: 5_000,
      lines: [{ ...line, quantity: { kind: 'each', count: 1 }, totalMinor: 5_000 }],
      taxes: [],
      refunds: [
        {
          refundKey: newKey(),
          attemptKey: sale.payments[0]?.attemptKey ?? '',
          tender: 'cash',
          mode: 'local',
          amountMinor: 5_000,
        },
      ],
      receipt: { ...sale.receipt, receiptToken: newKey() },
    }
    journal.add(returned, { kind: 'sale', id: sale.saleId })
    expect(await all.send()).toMatchObject({ parked: 0, quarantined: 0 })
    expect(await points(lane, accountId)).toBe(50)
  })

  it('that are spent cannot go back; the return is not held up, and what is left is taken', async () => {
    const all = await shop()
    const { hub, lane, accountId, memberKey } = all
    const sale = memberSale(memberKey, 100)
    await all.send(sale)
    await hub.database.query(
      `WITH t AS (INSERT INTO wallet_transaction (kind, provider_key, amount_minor, currency, at_ms)
         VALUES ('fund', 'spent', 80, 'CNY', 1) RETURNING transaction_id)
       INSERT INTO wallet_ledger (transaction_id, account_id, amount_minor, currency)
         SELECT transaction_id, a, m, 'CNY' FROM t, (VALUES ($1, -80), ('pointsFunding:CNY', 80)) v (a, m)`,
      [`points:${accountId}:CNY`],
    )
    await returnOne(all, sale)
    expect(await points(lane, accountId)).toBe(0)
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('come right when many tills sell to the same members at once', async () => {
    const hub = await hubs.start()
    const accounts = await Promise.all(['甲', '乙', '丙'].map((name) => newAccount(hub, 0, name)))
    const keys: string[] = []
    for (const [place, accountId] of accounts.entries())
      keys.push((await addCard(hub, accountId, `880000000${place}`)).json.memberKey as string)
    const lanes = await Promise.all([1, 2, 3, 4].map((number) => joinedLane(hub, `lane-${number}`)))
    await Promise.all(
      lanes.map(async (lane, number) => {
        const journal = new TestJournal(lane)
        journal.genesis()
        for (let sold = 0; sold < 30; sold += 1) {
          const sale = memberSale(keys[(sold + number) % 3] ?? '', 10)
          journal.add(sale, { kind: 'sale', id: sale.saleId })
        }
        const { status } = await lane.call('append', { entries: journal.entries })
        expect(status).toBe(200)
      }),
    )
    const [lane] = lanes
    if (lane === undefined) throw new Error('No lane joined')
    for (const accountId of accounts) expect(await points(lane, accountId)).toBe(400)
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })
})
