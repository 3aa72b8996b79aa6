import { describe, expect, it } from 'vitest'
import type { WireEntry } from '../../../src-main/contract/journal.ts'
import { headerColumns, headerOf, type HeaderRow } from '../../../src-hub/entries/header.ts'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import {
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

const hubs = useHubs()

interface Till {
  readonly hub: TestHub
  readonly lane: TestLane
  readonly journal: TestJournal
}

async function till(): Promise<Till> {
  const hub = await hubs.start()
  const lane = await joinedLane(hub)
  const journal = new TestJournal(lane)
  journal.genesis()
  return { hub, lane, journal }
}

function addSale(journal: TestJournal): WireEntry {
  const saleId = newKey()
  return journal.add(saleCompleted(saleId), { kind: 'sale', id: saleId })
}

async function send(lane: TestLane, entries: readonly WireEntry[]) {
  const { status, json } = await lane.call('append', { entries })
  expect(status).toBe(200)
  return json
}

async function waiting(hub: TestHub) {
  return (await hub.operator('GET', '/operator/v1/lanes/lane-1/waiting')).json
}

async function sales(hub: TestHub): Promise<number> {
  const rows = await hub.database.query<{ count: string }>('SELECT count(*) FROM sale')
  return Number(rows[0]?.count)
}

/** A lane whose disk went back to where it had three entries, and that has sold on since. */
async function forked(): Promise<Till & { readonly branch: TestJournal }> {
  const it = await till()
  for (let count = 0; count < 2; count += 1) addSale(it.journal)
  const branch = it.journal.branch()
  for (let count = 0; count < 3; count += 1) addSale(it.journal)
  await send(it.lane, it.journal.entries)
  for (let count = 0; count < 4; count += 1) addSale(branch)
  expect(await send(it.lane, branch.entries.slice(3))).toMatchObject({
    acked: { seq: 2 },
    forked: true,
    quarantined: 4,
  })
  return { ...it, branch }
}

describe('a fork', () => {
  it('is shown with what it holds, and nothing of it is applied before a person decides', async () => {
    const { hub, journal, branch } = await forked()
    const { forks } = await waiting(hub)
    expect(forks).toEqual([
      {
        forkKey: branch.entries[3]?.hash,
        laneId: 'lane-1',
        epoch: journal.epoch,
        fromSeq: 3,
        toSeq: 6,
        entries: 4,
        sales: 4,
        totalMinor: { CNY: 5000 },
        firstAtMs: expect.any(Number),
        lastAtMs: expect.any(Number),
      },
    ])
    expect((await hub.operator('GET', '/operator/v1/forks')).json.forks).toEqual(forks)
    expect(await sales(hub)).toBe(5)
  })

  it('that is imported counts, byte for byte, and its lane goes on with it as if nothing had been', async () => {
    const { hub, lane, branch } = await forked()
    const path = `/operator/v1/lanes/lane-1/forks/${branch.entries[3]?.hash}/import`
    expect(await hub.operator('POST', path)).toMatchObject({ status: 200, json: { entries: 4 } })
    expect(await sales(hub)).toBe(9)
    addSale(branch)
    addSale(branch)
    expect(await send(lane, branch.entries.slice(3))).toMatchObject({
      acked: { epoch: branch.epoch, seq: 8 },
      forked: false,
      quarantined: 0,
    })
    expect(await sales(hub)).toBe(11)
    const kept = await hub.database.query<HeaderRow & { payload: Buffer }>(
      `SELECT ${headerColumns}, payload FROM journal_entry e JOIN lane_position p USING (lane_id, epoch)
       WHERE p.branch_of IS NOT NULL ORDER BY seq`,
    )
    expect(kept.map(({ payload }) => payload.toString('base64'))).toEqual(
      branch.entries.slice(3).map(({ payload }) => payload),
    )
    expect(kept.map(headerOf)).toEqual(branch.entries.slice(3).map(({ header }) => header))
    expect(await hub.operator('POST', path)).toMatchObject({ status: 404 })
    const { lanes } = (await hub.operator('GET', '/operator/v1/lanes')).json
    expect(lanes).toMatchObject([{ entries: 12, quarantined: 0 }])
  })

  it('leaves two machines that share a name each on its own chain once it is imported', async () => {
    const { hub, lane, journal, branch } = await forked()
    await hub.operator('POST', `/operator/v1/lanes/lane-1/forks/${branch.entries[3]?.hash}/import`)
    for (let round = 0; round < 3; round += 1) {
      addSale(journal)
      addSale(branch)
      addSale(branch)
      expect(await send(lane, journal.entries.slice(-1))).toMatchObject({
        acked: { seq: journal.entries.length - 1 },
        forked: false,
      })
      expect(await send(lane, branch.entries.slice(-2))).toMatchObject({
        acked: { seq: branch.entries.length - 1 },
        forked: false,
      })
    }
    expect(await sales(hub)).toBe(18)
  })

  it('of a branch is a fork again, and is imported in its turn', async () => {
    const { hub, lane, branch } = await forked()
    const second = branch.branch()
    await hub.operator('POST', `/operator/v1/lanes/lane-1/forks/${branch.entries[3]?.hash}/import`)
    addSale(branch)
    await send(lane, branch.entries.slice(3))
    addSale(second)
    expect(await send(lane, second.entries.slice(-1))).toMatchObject({ forked: true })
    const { forks } = await waiting(hub)
    expect(forks).toHaveLength(1)
    await hub.operator('POST', `/operator/v1/lanes/lane-1/forks/${forks[0].forkKey}/import`)
    addSale(second)
    expect(await send(lane, second.entries.slice(-2))).toMatchObject({
      forked: false,
      acked: { seq: second.entries.length - 1 },
    })
  })

  it('is told apart from another fork that begins after the same entry', async () => {
    const { hub, lane, journal } = await till()
    addSale(journal)
    const [one, two] = [journal.branch(), journal.branch()]
    addSale(journal)
    await send(lane, journal.entries)
    addSale(one)
    addSale(one)
    addSale(two)
    await send(lane, one.entries.slice(-2))
    await send(lane, two.entries.slice(-1))
    const { forks } = await waiting(hub)
    expect(forks.map((fork: { entries: number }) => fork.entries).sort()).toEqual([1, 2])
    for (const fork of forks)
      expect(
        (await hub.operator('POST', `/operator/v1/lanes/lane-1/forks/${fork.forkKey}/import`)).status,
      ).toBe(200)
    expect(await sales(hub)).toBe(5)
  })

  it('that is sent again and again waits once', async () => {
    const { hub, lane, branch } = await forked()
    for (let count = 0; count < 3; count += 1) await send(lane, branch.entries.slice(3))
    expect((await waiting(hub)).forks).toMatchObject([{ entries: 4 }])
  })

  it('cannot be imported under a name that has none, or without its beginning', async () => {
    const { hub, lane, journal } = await till()
    addSale(journal)
    const branch = journal.branch()
    addSale(journal)
    addSale(journal)
    await send(lane, journal.entries)
    addSale(branch)
    addSale(branch)
    expect(await send(lane, branch.entries.slice(-1))).toMatchObject({ acked: null, forked: true })
    const { forks } = await waiting(hub)
    const at = (hash: string) => `/operator/v1/lanes/lane-1/forks/${hash}/import`
    expect(await hub.operator('POST', at(forks[0].forkKey))).toMatchObject({
      status: 409,
      json: { error: { code: 'fork.detached' } },
    })
    expect(await hub.operator('POST', at('0'.repeat(64)))).toMatchObject({ status: 404 })
    // The lane was told that nothing is known of its branch, and sends it from the beginning: then it is whole.
    expect(await send(lane, branch.entries)).toMatchObject({ acked: { seq: 1 }, forked: true })
    expect(await hub.operator('POST', at(branch.entries[2]?.hash ?? ''))).toMatchObject({ status: 200 })
    expect((await waiting(hub)).forks).toEqual([])
    expect(await sales(hub)).toBe(5)
  })

  it('charges a payment that both sides hold once', async () => {
    const { hub, lane, journal } = await till()
    const accountId = await newAccount(hub)
    const order = faceOrder(accountId, 900)
    const { attemptedAt: _attemptedAt, ...facts } = order
    const event = { type: 'payment.attempted' as const, ...facts, mode: 'deferred' as const }
    addSale(journal)
    const branch = journal.branch()
    for (const side of [journal, branch]) {
      side.add(event, { kind: 'sale', id: order.saleId })
      addSale(side)
    }
    await send(lane, journal.entries)
    branch.add({ ...event, saleId: order.saleId }, { kind: 'sale', id: order.saleId })
    await send(lane, branch.entries.slice(2))
    const { forks } = await waiting(hub)
    for (const fork of forks)
      await hub.operator('POST', `/operator/v1/lanes/lane-1/forks/${fork.forkKey}/import`)
    await expect
      .poll(async () => (await hub.operator('GET', '/operator/v1/ledger')).json.charges.length)
      .toBe(1)
    expect((await hub.operator('GET', '/operator/v1/ledger')).json.chargedMinor).toEqual({ CNY: 900 })
    expect(await verifyLedger(hub.database)).toMatchObject({ balanced: true })
  })
})

describe('what waits for a person', () => {
  it('can be set aside with a reason: what waited behind it is applied, and it stays in the journal', async () => {
    const { hub, lane, journal } = await till()
    const saleId = newKey()
    const about = { kind: 'sale', id: saleId } as const
    journal.addRaw('sale.completed', Buffer.from('{"type":"sale.completed","from":"the future"}'), about)
    journal.add(saleCompleted(saleId), about)
    expect(await send(lane, journal.entries)).toMatchObject({ acked: { seq: 2 }, parked: 2 })
    const { parked } = await waiting(hub)
    expect(parked.map(({ reason }: { reason: string }) => reason)).toEqual(['unknownEvent', 'behind'])
    const path = `/operator/v1/lanes/lane-1/parked/${journal.epoch}/1/aside`
    expect((await hub.operator('POST', path, { reason: '' })).status).toBe(400)
    expect(await hub.operator('POST', path, { reason: 'A test of ours' })).toMatchObject({
      status: 200,
      json: { applied: 1, parked: 0 },
    })
    expect(await sales(hub)).toBe(1)
    expect(await waiting(hub)).toMatchObject({
      parked: [],
      setAside: [{ kind: 'parked', seq: 1, reason: 'unknownEvent', decidedReason: 'A test of ours' }],
    })
    expect((await hub.operator('POST', path, { reason: 'Again' })).status).toBe(404)
  })

  it('is an entry that was damaged on the way, until it came whole and somebody has put the damaged one aside', async () => {
    const { hub, lane, journal } = await till()
    addSale(journal)
    const damaged = { ...journal.entries[1], payload: Buffer.from('{}').toString('base64') } as WireEntry
    expect(await send(lane, [journal.entries[0] as WireEntry, damaged])).toMatchObject({ quarantined: 1 })
    expect(await send(lane, journal.entries)).toMatchObject({ acked: { seq: 1 }, quarantined: 1 })
    const { quarantined } = await waiting(hub)
    expect(quarantined).toMatchObject([{ seq: 1, reason: 'hashMismatch' }])
    const path = `/operator/v1/lanes/lane-1/quarantine/${quarantined[0].hash}/aside`
    expect(await hub.operator('POST', path, { reason: 'Noise' })).toMatchObject({ json: { setAside: 1 } })
    expect(await waiting(hub)).toMatchObject({ quarantined: [], setAside: [{ kind: 'quarantined' }] })
  })

  it('is nobody’s to see or decide without the operator’s token', async () => {
    const { hub } = await till()
    for (const path of ['waiting', `forks/${'0'.repeat(64)}/import`]) {
      const response = await fetch(`${hub.url}/operator/v1/lanes/lane-1/${path}`, {
        method: path === 'waiting' ? 'GET' : 'POST',
      })
      expect(response.status).toBe(401)
    }
  })
})
