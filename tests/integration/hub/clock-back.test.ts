import { describe, expect, it } from 'vitest'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import { attempted, joinedLane, newAccount, TestJournal, type TestHub, useHubs } from './harness.ts'
import { useShops } from './wallets.ts'

const hubs = useHubs()
const openShop = useShops(hubs)
const hourMs = 3_600_000

/** A payment accepted offline that its wallet does not take for now. */
async function waiting(deferredExpiryMs = 20 * hourMs) {
  const databaseUrl = await hubs.newDatabase()
  const shop = await openShop({ databaseUrl, payments: { policy: { deferredExpiryMs } } })
  const lane = await joinedLane(shop.hub)
  const account = await newAccount(shop.hub)
  await shop.agreement(account)
  await shop.script({
    match: { operation: 'pay' },
    do: [{ kind: 'waitBuyer', ms: 3_000, then: 'never' }],
    times: 0,
  })
  const journal = new TestJournal(lane)
  journal.genesis()
  const intent = attempted(account, 700, 'deferred')
  journal.add(intent, { kind: 'sale', id: intent.saleId })
  expect((await lane.call('append', { entries: journal.entries })).json).toMatchObject({ parked: 0 })
  await shop.hub.settle()
  await shop.pass(10_000)
  expect(await stateOf(shop.hub, intent.attemptKey)).toBe('UPLOADED')
  return { shop, lane, account, attemptKey: intent.attemptKey, databaseUrl }
}

async function stateOf(hub: TestHub, attemptKey: string): Promise<string | undefined> {
  const rows = await hub.database.query<{ state: string }>(
    'SELECT state FROM deferred_payment WHERE attempt_key = $1',
    [attemptKey],
  )
  return rows[0]?.state
}

describe('a hub whose clock is put back', () => {
  it('goes on with what waits for its time as if nothing had been, and charges it once', async () => {
    const { shop, attemptKey } = await waiting(2 * hourMs)
    await shop.clearScript()
    await shop.pass(-10 * hourMs)
    for (let minute = 0; minute < 6; minute += 1) await shop.pass(60_000)
    expect(await stateOf(shop.hub, attemptKey)).toBe('PROCESSED')
    expect(await shop.books(attemptKey)).toEqual({ charges: 1, chargedMinor: 700, backMinor: 0 })
    expect(await verifyLedger(shop.hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('lets a deferred payment expire at the age that it has, not at the time on the clock', async () => {
    const { shop, attemptKey } = await waiting(hourMs)
    await shop.pass(30 * 60_000)
    await shop.pass(-10 * hourMs)
    expect(await stateOf(shop.hub, attemptKey)).toBe('UPLOADED')
    await shop.pass(31 * 60_000)
    for (let minute = 0; minute < 4; minute += 1) await shop.pass(60_000)
    expect(await stateOf(shop.hub, attemptKey)).toBe('EXPIRED')
  })

  it('looks at everything that waits when it starts, however far its time seems to be', async () => {
    const { shop, attemptKey, databaseUrl } = await waiting()
    const { database } = shop.hub
    await shop.hub.close()
    await shop.clearScript()
    // As its clock left them when it stood ten hours later.
    await database.query('UPDATE deferred_payment SET due_at_ms = due_at_ms + $1', [10 * hourMs])
    await database.query(
      'UPDATE payment_attempt SET called_at_ms = called_at_ms + $1, due_at_ms = due_at_ms + $1',
      [10 * hourMs],
    )
    let shiftMs = 10_000
    const nowMs = () => Date.now() + shiftMs
    const again = await hubs.start({ databaseUrl, nowMs, providersFile: shop.simulator.providersFile })
    for (let minute = 0; minute < 6; minute += 1) {
      shiftMs += 60_000
      await shop.pass(60_000)
      await again.settle()
    }
    expect(await stateOf(again, attemptKey)).toBe('PROCESSED')
    expect(await shop.books(attemptKey)).toEqual({ charges: 1, chargedMinor: 700, backMinor: 0 })
  })

  it('never lengthens what a lane may accept on its own', async () => {
    const { shop, lane, account } = await waiting()
    const expiresAtMs = Date.now() + hourMs
    await shop.hub.database.query(
      `INSERT INTO allowance_lease (lease_key, lane_id, account_id, currency, amount_minor, issued_at_ms, expires_at_ms)
       VALUES ('l', $1, $2, 'CNY', 500, $3, $4)`,
      [lane.laneId, account, expiresAtMs - 24 * hourMs, expiresAtMs],
    )
    await shop.pass(-10 * hourMs)
    expect(await shop.hub.database.query('SELECT expires_at_ms, settled_at_ms FROM allowance_lease')).toEqual(
      [{ expires_at_ms: String(expiresAtMs), settled_at_ms: null }],
    )
  })
})
