import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WireEntry } from '../../../src-main/contract/journal.ts'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import {
  attempted,
  balanceOf,
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  saleCompleted,
  TestJournal,
  type TestHub,
  type TestLane,
  useHubs,
  wireEntry,
} from './harness.ts'

const hubs = useHubs()

async function begin(hub: TestHub): Promise<{ lane: TestLane; journal: TestJournal }> {
  const lane = await joinedLane(hub)
  const journal = new TestJournal(lane)
  journal.genesis()
  return { lane, journal }
}

function addSale(journal: TestJournal, saleId = newKey()): WireEntry {
  return journal.add(saleCompleted(saleId), { kind: 'sale', id: saleId })
}

const send = (lane: TestLane, entries: readonly WireEntry[]) => lane.call('append', { entries })

describe('the hub’s archive of a journal', () => {
  it('acknowledges what it committed and keeps the bytes verbatim', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    addSale(journal)

    const reply = await send(lane, journal.entries)

    expect(reply.json).toEqual({
      acked: { epoch: journal.epoch, seq: 1 },
      quarantined: 0,
      parked: 0,
      forked: false,
    })
    const rows = await hub.database.query<{ payload: Buffer; hash: Buffer }>(
      'SELECT payload, hash FROM journal_entry ORDER BY seq',
    )
    expect(rows.map(({ payload }) => payload.toString('base64'))).toEqual(
      journal.entries.map((e) => e.payload),
    )
    expect(rows.map(({ hash }) => hash.toString('hex'))).toEqual(journal.entries.map((e) => e.hash))
  })

  it('does not acknowledge an unsigned tail until a signed head covers it', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const saleId = newKey()
    journal.add(attempted(newKey(), 100, 'online'), { kind: 'sale', id: saleId }, false)
    expect((await send(lane, journal.entries)).json.acked).toMatchObject({ seq: 0 })
    addSale(journal, saleId)
    expect((await send(lane, journal.entries.slice(1))).json.acked).toMatchObject({ seq: 2 })
  })

  it('acknowledges nothing of an epoch before its genesis, and nothing beyond a gap', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    for (let n = 0; n < 3; n++) addSale(journal)
    expect((await send(lane, journal.entries.slice(1))).json.acked).toBeNull()
    await send(lane, journal.entries.slice(0, 2))
    expect((await send(lane, journal.entries.slice(3))).json.acked).toMatchObject({ seq: 1 })
    expect((await send(lane, journal.entries.slice(2))).json.acked).toMatchObject({ seq: 3 })
  })

  it('refuses another lane’s entries whole', async () => {
    const hub = await hubs.start()
    const { journal } = await begin(hub)
    const other = await joinedLane(hub, 'lane-2')
    expect(await send(other, journal.entries)).toMatchObject({
      status: 403,
      json: { error: { code: 'journal.foreignLane' } },
    })
  })

  it('quarantines an epoch whose genesis names a key that is not the lane’s', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = new TestJournal(lane)
    const publicKey = Buffer.alloc(32, 7).toString('base64')
    journal.add({ type: 'journal.genesis', parent: null, publicKey }, { kind: 'journal', id: journal.epoch })
    const reply = await send(lane, journal.entries)
    expect(reply.json).toMatchObject({ acked: null, quarantined: 1, forked: false })
  })

  it('keeps both epochs of a restored lane, and the parent the second one names', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    addSale(journal)
    await send(lane, journal.entries)
    const restored = new TestJournal(lane)
    const parent = { epoch: journal.epoch, seq: 1, hash: journal.entries[1]?.hash ?? '' }
    restored.add(
      { type: 'journal.genesis', parent, publicKey: lane.publicKey.toString('base64') },
      { kind: 'journal', id: restored.epoch },
    )
    addSale(restored)
    const reply = await send(lane, restored.entries)
    expect(reply.json.acked).toEqual({ epoch: restored.epoch, seq: 1 })
    const rows = await hub.database.query('SELECT parent FROM lane_position WHERE epoch = $1', [
      restored.epoch,
    ])
    expect(rows).toEqual([{ parent }])
  })

  it('answers the same for duplicates, whatever slices arrive in whatever order', async () => {
    const hub = await hubs.start()
    const seed = Date.now() & 0xffff
    let laneNumber = 0
    const slices = fc.array(fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 13 })), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(slices, async (cuts) => {
        const lane = await joinedLane(hub, `lane-p${laneNumber++}`)
        const journal = new TestJournal(lane)
        journal.genesis()
        for (let n = 1; n < 13; n++) addSale(journal)
        for (const [from, length] of cuts) {
          const entries = journal.entries.slice(from, from + length)
          if (entries.length > 0) await send(lane, entries)
        }
        const final = await send(lane, journal.entries)
        expect(final.json).toEqual({
          acked: { epoch: journal.epoch, seq: 12 },
          quarantined: 0,
          parked: 0,
          forked: false,
        })
        const rows = await hub.database.query('SELECT 1 FROM sale WHERE lane_id = $1', [lane.laneId])
        expect(rows).toHaveLength(12)
      }),
      { numRuns: 15, seed },
    )
  })

  it('takes the same batch from twenty connections at once as one', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    for (let n = 0; n < 5; n++) addSale(journal)
    const replies = await Promise.all(Array.from({ length: 20 }, () => send(lane, journal.entries)))
    expect(new Set(replies.map(({ json }) => JSON.stringify(json))).size).toBe(1)
    expect(await hub.database.query('SELECT 1 FROM sale')).toHaveLength(5)
  })
})

describe('what does not fit the chain', () => {
  it('goes to quarantine when the same position comes with another hash, with all that follows it', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    addSale(journal)
    const copy = journal.branch()
    addSale(journal)
    await send(lane, journal.entries)
    addSale(copy)
    addSale(copy)

    const reply = await send(lane, copy.entries)
    const again = await send(lane, copy.entries)

    expect(reply.json).toEqual({
      acked: { epoch: journal.epoch, seq: 1 },
      quarantined: 2,
      parked: 0,
      forked: true,
    })
    expect(again.json).toEqual(reply.json)
    const rows = await hub.database.query<{ reason: string; entry: string }>(
      'SELECT reason, entry FROM quarantine ORDER BY seq',
    )
    expect(rows.map(({ reason }) => reason)).toEqual(['fork', 'fork'])
    expect(JSON.parse(rows[0]?.entry ?? '')).toEqual(copy.entries[2])
  })

  it('is a fork too when the next position hangs on another chain', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const copy = journal.branch()
    addSale(journal)
    await send(lane, journal.entries)
    addSale(copy)
    addSale(copy)
    expect((await send(lane, copy.entries.slice(2))).json).toMatchObject({ quarantined: 1, forked: true })
  })

  it('is kept as broken, not as a fork, when a byte of the payload changed', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const sale = addSale(journal)
    const bytes = Buffer.from(sale.payload, 'base64')
    bytes[20] = (bytes[20] ?? 0) ^ 1
    const broken = { ...sale, payload: bytes.toString('base64') }
    const [genesis] = journal.entries
    if (genesis === undefined) throw new Error('no genesis')
    expect((await send(lane, [genesis, broken])).json).toMatchObject({
      acked: { seq: 0 },
      quarantined: 1,
      forked: false,
    })
    expect((await send(lane, journal.entries)).json.acked).toMatchObject({ seq: 1 })
  })

  it('is kept as broken when somebody else signed it', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const other = await joinedLane(hub, 'lane-2')
    await send(lane, journal.entries)
    const sale = addSale(journal)
    const { signature } = wireEntry(Object.assign(Object.create(other) as TestLane, { laneId: 'lane-1' }), {
      epoch: journal.epoch,
      seq: 1,
      prevHash: sale.prevHash,
      type: sale.header.type,
      payload: Buffer.from(sale.payload, 'base64'),
      aggregate: sale.header.aggregate,
      signed: true,
    })
    const reply = await send(lane, [{ ...sale, signature }])
    expect(reply.json).toMatchObject({ acked: { seq: 0 }, quarantined: 1, forked: false })
  })
})

describe('parking', () => {
  const sale = (id: string) => ({ kind: 'sale' as const, id })

  it('holds what this hub cannot read and what follows of its aggregate, and lets all else go on', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const saleId = newKey()
    journal.addRaw('sale.teleported', Buffer.from('{"type":"sale.teleported"}'), sale(saleId))
    addSale(journal, saleId)
    addSale(journal)

    const reply = await send(lane, journal.entries)

    expect(reply.json).toMatchObject({ acked: { seq: 3 }, parked: 2 })
    const parked = await hub.database.query('SELECT seq, reason FROM parked ORDER BY seq')
    expect(parked).toEqual([
      { seq: '1', reason: 'unknownEvent' },
      { seq: '2', reason: 'behind' },
    ])
    expect(await hub.database.query('SELECT 1 FROM sale')).toHaveLength(1)
  })

  it.each([
    ['a NUL', '{"type":"sale.odd","text":"\\u0000"}'],
    ['a lone surrogate', '{"type":"sale.odd","text":"\\ud800"}'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['no JSON at all', 'hello'],
  ])('keeps a payload with %s verbatim', async (_title, payload) => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const entry = journal.addRaw('sale.odd', Buffer.from(payload), sale(newKey()))
    expect((await send(lane, journal.entries)).json).toMatchObject({ acked: { seq: 1 }, parked: 1 })
    const rows = await hub.database.query<{ payload: Buffer }>(
      'SELECT payload FROM journal_entry WHERE seq = 1',
    )
    expect(rows[0]?.payload.toString('base64')).toBe(entry.payload)
  })

  it('applies parked entries in order once what was in the way is gone', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const [saleId, receiptToken] = [newKey(), newKey()]
    await hub.database.query(
      `INSERT INTO sale (sale_id, lane_id, state, currency, total_minor, document, at_ms)
       VALUES ($1, 'lane-1', 'cancelled', 'CNY', 1, '{}', 1)`,
      [saleId],
    )
    journal.add(saleCompleted(saleId, { receiptToken }), sale(saleId))
    expect((await send(lane, journal.entries)).json.parked).toBe(1)
    expect((await hub.operator('POST', '/operator/v1/lanes/lane-1/reapply')).json).toEqual({
      applied: 0,
      parked: 1,
    })

    await hub.database.query('DELETE FROM sale')

    expect((await hub.operator('POST', '/operator/v1/lanes/lane-1/reapply')).json).toEqual({
      applied: 1,
      parked: 0,
    })
    expect(await hub.database.query('SELECT receipt_token FROM sale')).toEqual([
      { receipt_token: receiptToken },
    ])
  })
})

describe('deferred payments', () => {
  it('are charged once when their entry arrives, however often it is sent', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const account = await newAccount(hub, 5000)
    const intent = attempted(account, 700, 'deferred')
    journal.add(intent, { kind: 'sale', id: intent.saleId })

    await Promise.all(Array.from({ length: 10 }, () => send(lane, journal.entries)))
    await hub.settle()

    expect(await balanceOf(hub, account)).toBe(4300)
    expect((await lane.call('query', intent)).json.outcome.kind).toBe('approved')
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('are not charged again when the authorise had arrived before its answer was lost', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const account = await newAccount(hub, 5000)
    const order = faceOrder(account, 700)
    const intent = { ...attempted(account, 700, 'online', order.attemptKey), saleId: order.saleId }
    await lane.call('authorise', order)
    journal.add(intent, { kind: 'sale', id: order.saleId }, false)
    const { attemptKey, saleId } = order
    journal.add(
      { type: 'payment.resolved', attemptKey, saleId, outcome: 'deferred' },
      { kind: 'sale', id: order.saleId },
    )
    expect((await send(lane, journal.entries)).json).toMatchObject({ acked: { seq: 2 }, parked: 0 })
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4300)
  })

  it('that began online are charged from their intent once the lane says deferred, not before', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const account = await newAccount(hub, 5000)
    const intent = attempted(account, 700, 'online')
    journal.add(intent, { kind: 'sale', id: intent.saleId })
    await send(lane, journal.entries)
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(5000)
    const { attemptKey, saleId } = intent
    journal.add(
      { type: 'payment.resolved', attemptKey, saleId, outcome: 'deferred' },
      { kind: 'sale', id: saleId },
    )
    await send(lane, journal.entries)
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4300)
  })

  it.each([
    ['an amount that is text', { amountMinor: '700' }],
    ['an amount below nothing', { amountMinor: -700 }],
    ['no instrument', { instrument: null }],
    ['an instrument of another kind', { instrument: { kind: 'iris' } }],
    ['a currency that is none', { currency: 'cny' }],
  ])('whose intent the hub cannot read are not charged from parts of it: %s', async (_what, over) => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const account = await newAccount(hub, 10_000)
    const intent = attempted(account, 700, 'online')
    const { attemptKey, saleId } = intent
    const sale = { kind: 'sale', id: saleId } as const
    journal.addRaw('payment.attempted', Buffer.from(JSON.stringify({ ...intent, ...over })), sale)
    journal.add({ type: 'payment.resolved', attemptKey, saleId, outcome: 'deferred' }, sale)
    addSale(journal)
    expect((await send(lane, journal.entries)).json).toMatchObject({ acked: { seq: 3 }, parked: 2 })
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(10_000)
    const { json } = await hub.operator('GET', '/operator/v1/lanes/lane-1/waiting')
    expect(json.parked).toMatchObject([{ reason: 'unknownEvent' }, { reason: 'intentMissing' }])
  })

  it('that are declined leave the outcome and a flag on the account, and the sale goes on', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const account = await newAccount(hub, 50)
    const intent = attempted(account, 700, 'deferred')
    journal.add(intent, { kind: 'sale', id: intent.saleId })
    addSale(journal, intent.saleId)
    expect((await send(lane, journal.entries)).json).toMatchObject({ acked: { seq: 2 }, parked: 0 })
    await hub.settle()
    expect((await lane.call('query', intent)).json.outcome).toEqual({
      kind: 'declined',
      reason: 'insufficientFunds',
    })
    const { json } = await hub.operator('GET', '/operator/v1/accounts')
    expect(json.accounts[0]).toMatchObject({ accountId: account, flag: 'deferredDeclined', balanceMinor: 50 })
  })

  it('are executed even while their sale waits for a person', async () => {
    const hub = await hubs.start()
    const { lane, journal } = await begin(hub)
    const account = await newAccount(hub, 5000)
    const intent = attempted(account, 700, 'deferred')
    journal.addRaw('sale.teleported', Buffer.from('{}'), { kind: 'sale', id: intent.saleId })
    journal.add(intent, { kind: 'sale', id: intent.saleId })
    await send(lane, journal.entries)
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4300)
  })
})
