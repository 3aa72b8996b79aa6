import { describe, expect, it } from 'vitest'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import {
  balanceOf,
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  saleCompleted,
  TestJournal,
  type TestHub,
  useHubs,
} from './harness.ts'

const hubs = useHubs()

/** The database fails the first `times` writes to `table`, in the middle of their transaction. */
async function failWritesTo(hub: TestHub, table: string, times: number, how: string): Promise<void> {
  // A sequence is not rolled back with the transaction that it fails.
  await hub.database.query('CREATE SEQUENCE fault')
  await hub.database.query(
    `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN IF nextval('fault') <= ${times} THEN ${how}; END IF; RETURN NULL; END $$`,
  )
  await hub.database.query(
    `CREATE TRIGGER fail AFTER INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION fail()`,
  )
}

const raise = (code: string) => `RAISE EXCEPTION 'on purpose' USING ERRCODE = '${code}'`
const loseConnection = 'PERFORM pg_terminate_backend(pg_backend_pid())'

async function faultsMet(hub: TestHub): Promise<number> {
  const rows = await hub.database.query<{ last_value: string }>('SELECT last_value FROM fault')
  return Number(rows[0]?.last_value)
}

async function journalOfSales(hub: TestHub, sales: number) {
  const lane = await joinedLane(hub)
  const journal = new TestJournal(lane)
  journal.genesis()
  for (let count = 0; count < sales; count += 1) {
    const saleId = newKey()
    journal.add(saleCompleted(saleId), { kind: 'sale', id: saleId })
  }
  return { lane, journal }
}

const countOf = async (hub: TestHub, table: string) =>
  (await hub.database.query(`SELECT 1 FROM ${table}`)).length

describe('a batch whose transaction the database fails', () => {
  it.each([
    ['40001', 'journal_entry'],
    ['40P01', 'journal_entry'],
    ['40001', 'sale'],
    ['40P01', 'sale'],
  ])('with %s while it writes %s is done again, and everything in it is there once', async (code, table) => {
    const hub = await hubs.start()
    const { lane, journal } = await journalOfSales(hub, 4)
    await failWritesTo(hub, table, 2, raise(code))
    const { status, json } = await lane.call('append', { entries: journal.entries })
    expect(status).toBe(200)
    expect(json).toEqual({
      acked: { epoch: journal.epoch, seq: 4 },
      quarantined: 0,
      parked: 0,
      forked: false,
    })
    expect(await faultsMet(hub)).toBe(3)
    expect(await countOf(hub, 'journal_entry')).toBe(5)
    expect(await countOf(hub, 'sale')).toBe(4)
  })

  it.each(['journal_entry', 'sale'])(
    'because the connection is lost while it writes %s leaves nothing, and sent again is there once',
    async (table) => {
      const hub = await hubs.start()
      const { lane, journal } = await journalOfSales(hub, 4)
      await failWritesTo(hub, table, 1, loseConnection)
      const lost = await lane.call('append', { entries: journal.entries })
      expect(lost.status).toBeGreaterThanOrEqual(500)
      expect(await countOf(hub, 'journal_entry')).toBe(0)
      expect(await countOf(hub, 'sale')).toBe(0)
      const again = await lane.call('append', { entries: journal.entries })
      expect(again).toMatchObject({ status: 200, json: { acked: { seq: 4 }, parked: 0 } })
      expect(await countOf(hub, 'sale')).toBe(4)
    },
  )
})

describe('a payment whose transaction the database fails', () => {
  it.each([
    ['40001', 'payment_attempt'],
    ['40P01', 'payment_attempt'],
    ['40001', 'wallet_transaction'],
    ['40P01', 'wallet_transaction'],
  ])('with %s while it writes %s is done again, and charged once', async (code, table) => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const accountId = await newAccount(hub)
    await failWritesTo(hub, table, 2, raise(code))
    const { status, json } = await lane.call('authorise', faceOrder(accountId, 700))
    expect(status).toBe(200)
    expect(json.outcome).toMatchObject({ kind: 'approved' })
    expect(await faultsMet(hub)).toBe(3)
    expect(await balanceOf(hub, accountId)).toBe(9_300)
  })

  it.each(['payment_attempt', 'wallet_transaction'])(
    'because the connection is lost while it writes %s is found out under the same key, and charged once',
    async (table) => {
      const hub = await hubs.start()
      const lane = await joinedLane(hub)
      const accountId = await newAccount(hub)
      const order = faceOrder(accountId, 700)
      await failWritesTo(hub, table, 1, loseConnection)
      await lane.call('authorise', order)
      const again = await lane.call('authorise', order)
      expect(again).toMatchObject({ status: 200, json: { outcome: { kind: 'approved' } } })
      expect(await balanceOf(hub, accountId)).toBe(9_300)
      expect(await verifyLedger(hub.database)).toMatchObject({ balanced: true })
    },
  )
})
