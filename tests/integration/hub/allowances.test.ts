import { describe, expect, it } from 'vitest'
import type { LaneEvent } from '../../../src-main/contract/events.ts'
import { defaultRiskPolicy } from '../../../src-hub/payments/risk.ts'
import {
  attempted,
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  TestJournal,
  type TestHub,
  type TestLane,
  useHubs,
} from './harness.ts'

const hubs = useHubs()

interface Lease {
  readonly kind: string
  readonly accountId: string
  readonly amountMinor: number
  readonly expiresAtMs: number
}

async function leasesOf(lane: TestLane): Promise<Lease[]> {
  const hubEpoch = lane.session?.hubEpoch ?? ''
  const { json } = await lane.call('feed', { hubEpoch, cursor: null, waitMs: 0 })
  const items: { item: Lease }[] = json.items
  return items.map(({ item }) => item).filter(({ kind }) => kind === 'allowance')
}

function enrolled(accountId: string): LaneEvent {
  return {
    type: 'face.enrolled',
    subjectKey: newKey(),
    referenceKey: newKey(),
    accountId,
    modelPackId: 'pack',
    frames: 5,
    personal: { subjectKey: newKey(), box: Buffer.from('sealed').toString('base64') },
  }
}

/** A lane on which these accounts have a face. */
async function laneWith(hub: TestHub, laneId: string, accounts: readonly string[]) {
  const lane = await joinedLane(hub, laneId)
  const journal = new TestJournal(lane)
  journal.genesis()
  for (const account of accounts) {
    const event = enrolled(account)
    journal.add(event, { kind: 'subject', id: account })
  }
  await lane.call('append', { entries: journal.entries })
  return { lane, journal }
}

/** Half a minute later by the hub's clock: leases are looked after now and then only. */
async function later(hub: TestHub, ms = 31_000): Promise<void> {
  hub.advance(ms)
  await hub.settle()
}

const cap = (defaultRiskPolicy.tiers[0]?.capUnits ?? 0) * 100

describe('what a lane may accept of an identity on its own', () => {
  it('is a share of a small cap for somebody new, and what all lanes hold never exceeds it', async () => {
    const hub = await hubs.start()
    const account = await newAccount(hub)
    const one = await laneWith(hub, 'lane-1', [account])
    await later(hub)
    expect(await leasesOf(one.lane)).toMatchObject([{ accountId: account, amountMinor: cap }])
    const two = await laneWith(hub, 'lane-2', [account])
    await later(hub)
    // The first lane may have accepted all of its lease: nothing is left for the second.
    expect(await leasesOf(two.lane)).toMatchObject([{ amountMinor: 0 }])
    await later(hub, 13 * 3_600_000)
    const sum = async () => {
      const leases = [...(await leasesOf(one.lane)), ...(await leasesOf(two.lane))]
      return leases.reduce((total, { amountMinor }) => total + amountMinor, 0)
    }
    expect(await leasesOf(one.lane)).toMatchObject([{ amountMinor: cap / 2 }])
    expect(await sum()).toBeLessThanOrEqual(cap)
  })

  it('counts after its expiry until the lane’s journal is seen past it', async () => {
    const hub = await hubs.start({ payments: { policy: { leaseMs: 3_600_000 } } })
    const account = await newAccount(hub)
    const one = await laneWith(hub, 'lane-1', [account])
    await later(hub)
    await hub.database.query(`UPDATE lane SET public_key = NULL WHERE lane_id = 'lane-1'`)
    const two = await laneWith(hub, 'lane-2', [account])
    await later(hub, 2 * 3_600_000)
    expect((await leasesOf(two.lane)).at(-1)).toMatchObject({ amountMinor: 0 })
    const [lease] = await hub.database.query<{ expires: string }>(
      `SELECT expires_at_ms AS expires FROM allowance_lease WHERE lane_id = 'lane-1'`,
    )
    // The lane's own clock is past the expiry in the newest entry the hub holds of it.
    await hub.database.query(
      `UPDATE journal_entry SET lane_at_ms = $1::bigint + 1
       WHERE lane_id = 'lane-1' AND seq = (SELECT max(seq) FROM journal_entry WHERE lane_id = 'lane-1')`,
      [lease?.expires],
    )
    await later(hub, 2 * 3_600_000)
    expect((await leasesOf(two.lane)).at(-1)).toMatchObject({ amountMinor: cap / 2 })
    expect(one.journal.entries.length).toBeGreaterThan(0)
  })

  it('grows with good history, and is nothing for who owes or has ever failed', async () => {
    const hub = await hubs.start()
    const [good, bad] = [await newAccount(hub, 100_000), await newAccount(hub, 50)]
    const { lane, journal } = await laneWith(hub, 'lane-1', [good, bad])
    for (let count = 0; count < 5; count++) await lane.call('authorise', faceOrder(good, 100))
    const owing = attempted(bad, 700, 'deferred')
    journal.add(owing, { kind: 'sale', id: owing.saleId })
    await lane.call('append', { entries: journal.entries.slice(-1) })
    await later(hub, 8 * 24 * 3_600_000)
    const leases = await leasesOf(lane)
    expect(leases.find(({ accountId }) => accountId === good)?.amountMinor).toBe(20_000)
    expect(leases.find(({ accountId }) => accountId === bad)?.amountMinor).toBe(0)
  })

  it('is taken away at once when a deferred payment fails', async () => {
    const hub = await hubs.start()
    const account = await newAccount(hub, 50)
    const { lane, journal } = await laneWith(hub, 'lane-1', [account])
    await later(hub)
    expect(await leasesOf(lane)).toMatchObject([{ amountMinor: cap }])
    const owing = attempted(account, 700, 'deferred')
    journal.add(owing, { kind: 'sale', id: owing.saleId })
    await lane.call('append', { entries: journal.entries.slice(-1) })
    await hub.settle()
    await later(hub)
    expect(await leasesOf(lane)).toMatchObject([{ amountMinor: 0 }])
  })
})
