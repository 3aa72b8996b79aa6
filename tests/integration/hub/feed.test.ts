import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { FeedItem } from '../../../src-main/contract/feed.ts'
import { feedReaders, forgetOld } from '../../../src-hub/feed/readers.ts'
import { publish, retract } from '../../../src-hub/feed/publish.ts'
import { joinedLane, newKey, type TestHub, type TestLane, useHubs } from './harness.ts'

const hubs = useHubs()
const dayMs = 86_400_000

function block(accountId = newKey(), blocked = true): FeedItem {
  return { kind: 'faceTender', accountId, blocked }
}

function outcome(attemptKey = newKey()): FeedItem {
  return { kind: 'deferredOutcome', attemptKey, state: 'EXPIRED' }
}

async function tell(hub: TestHub, laneId: string | null, ...items: FeedItem[]): Promise<void> {
  await hub.database.transaction(async (tx) => {
    for (const item of items) await publish(tx, { laneId }, item, Date.now())
  })
}

/** A lane that hears on from where it stands. */
class Listener {
  hubEpoch: string | null = null
  cursor: string | null = null
  more = false
  readonly lane: TestLane

  constructor(lane: TestLane) {
    this.lane = lane
  }

  async hear(waitMs = 0): Promise<FeedItem[]> {
    const { hubEpoch, cursor } = this
    const { status, json } = await this.lane.call('feed', { hubEpoch, cursor, waitMs })
    expect(status).toBe(200)
    this.hubEpoch = json.hubEpoch
    this.cursor = json.cursor
    this.more = json.more
    return json.items.map(({ item }: { item: FeedItem }) => item)
  }
}

async function listener(hub: TestHub, laneId = 'lane-1'): Promise<Listener> {
  return new Listener(await joinedLane(hub, laneId))
}

describe('the feed', () => {
  it('tells a lane what is for it and for everybody, in order, once, and nobody else’s', async () => {
    const hub = await hubs.start()
    const [one, two] = [await listener(hub, 'lane-1'), await listener(hub, 'lane-2')]
    const [forAll, forOne, forTwo] = [block(), outcome(), outcome()]
    await tell(hub, null, forAll)
    await tell(hub, 'lane-1', forOne)
    await tell(hub, 'lane-2', forTwo)
    expect(await one.hear()).toEqual([forAll, forOne])
    expect(await one.hear()).toEqual([])
    expect(await two.hear()).toEqual([forAll, forTwo])
  })

  it('read from its beginning is the present state: a newer item has taken the place of the older', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    const accountId = newKey()
    await tell(hub, null, block(accountId), outcome())
    const heard = await lane.hear()
    expect(heard).toHaveLength(2)
    await tell(hub, null, block(accountId, false))
    expect(await lane.hear()).toEqual([block(accountId, false)])
    const late = await listener(hub, 'lane-2')
    expect(await late.hear()).toEqual([heard[1], block(accountId, false)])
  })

  it('no longer tells what was taken back', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    const wish: FeedItem = { kind: 'deletionRequest', requestKey: newKey(), subjectKey: newKey() }
    await tell(hub, 'lane-1', wish)
    expect(await lane.hear()).toEqual([wish])
    await hub.database.transaction((tx) => retract(tx, { laneId: 'lane-1' }, wish))
    expect(await new Listener(lane.lane).hear()).toEqual([])
  })

  it('holds the call until there is something to tell', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    await lane.hear()
    const waiting = lane.hear(20_000)
    await sleep(200)
    const item = block()
    await tell(hub, null, item)
    expect(await waiting).toEqual([item])
  })

  it('answers empty when the time is over', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    await lane.hear()
    expect(await lane.hear(120)).toEqual([])
  })

  it('lets a lane’s newer call take the place of one that waits', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    await lane.hear()
    const old = lane.hear(20_000)
    await sleep(100)
    const fresh = lane.hear(20_000)
    expect(await old).toEqual([])
    const item = block()
    await tell(hub, null, item)
    expect(await fresh).toEqual([item])
  })

  it('never steps over an item whose transaction began earlier and commits later', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    await lane.hear()
    const [early, late] = [block(), block()]
    const gate = Promise.withResolvers<null>()
    const told = Promise.withResolvers<null>()
    const slow = hub.database.transaction(async (tx) => {
      await publish(tx, { laneId: null }, early, Date.now())
      told.resolve(null)
      await gate.promise
    })
    await told.promise
    await tell(hub, null, late)
    expect(await lane.hear()).toEqual([])
    gate.resolve(null)
    await slow
    expect(await lane.hear(5_000)).toEqual([early, late])
  })

  it('comes in bounded pages and goes on where the lane stands', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    const items = Array.from({ length: 450 }, () => block())
    await tell(hub, null, ...items)
    const heard: FeedItem[] = []
    const pages: number[] = []
    do {
      const page = await lane.hear()
      pages.push(page.length)
      heard.push(...page)
    } while (lane.more)
    expect(heard).toEqual(items)
    expect(pages).toEqual([200, 200, 50])
  })

  it('begins again for a lane that speaks of another hub epoch', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    const item = block()
    await tell(hub, null, item)
    expect(await lane.hear()).toEqual([item])
    lane.hubEpoch = newKey()
    expect(await lane.hear(20_000)).toEqual([item])
  })

  it('wakes waiting lanes also after its own connection to the database was cut', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    await lane.hear()
    await hub.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`,
    )
    const item = block()
    const waiting = lane.hear(20_000)
    await tell(hub, null, item)
    expect(await waiting).toEqual([item])
  })

  it('keeps outcomes until their lane has taken them in and 35 days have passed', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    await tell(hub, 'lane-1', outcome())
    const kept = async () => (await new Listener(lane.lane).hear()).length
    await forgetOld(hub.database, Date.now() + 36 * dayMs)
    expect(await kept()).toBe(1)
    await lane.hear()
    expect(await feedReaders(hub.database)).toMatchObject([{ laneId: 'lane-1', waiting: 1 }])
    await lane.hear()
    expect(await feedReaders(hub.database)).toMatchObject([{ laneId: 'lane-1', waiting: 0 }])
    await forgetOld(hub.database, Date.now() + 34 * dayMs)
    expect(await kept()).toBe(1)
    await forgetOld(hub.database, Date.now() + 36 * dayMs)
    expect(await kept()).toBe(0)
  })

  it('refuses a wait beyond the limit and a cursor that is none', async () => {
    const hub = await hubs.start()
    const { lane } = await listener(hub)
    for (const body of [
      { hubEpoch: null, cursor: null, waitMs: 60_000 },
      { hubEpoch: null, cursor: "0' OR 1=1", waitMs: 0 },
      { hubEpoch: null, cursor: '9999999999999999', waitMs: 0 },
    ]) {
      expect(await lane.call('feed', body)).toMatchObject({
        status: 400,
        json: { error: { code: 'http.badBody' } },
      })
    }
  })

  it('ends waiting calls when the hub stops', async () => {
    const hub = await hubs.start()
    const lane = await listener(hub)
    await lane.hear()
    const waiting = lane.hear(20_000)
    await sleep(100)
    const stopped = hub.close()
    expect(await waiting).toEqual([])
    await stopped
  })
})
