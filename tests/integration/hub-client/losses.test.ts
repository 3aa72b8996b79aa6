import { copyFileSync } from 'node:fs'
import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net'
import path from 'node:path'
import pino from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../../../src-hub/hub.ts'
import { backUpHub } from '../../../src-hub/maintenance.ts'
import { restoreBackup } from '../../../src-hub/store/restore.ts'
import { createHubClient } from '../../../src-main/hub-client/hub-client.ts'
import { createFeedListener } from '../../../src-main/journal/feed-listener.ts'
import { createReplicator } from '../../../src-main/journal/replicator.ts'
import { createDeferredOutcomes } from '../../../src-main/payments/deferredOutcomes.ts'
import type { OpenedLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { newKey, saleCompleted } from '../hub/harness.ts'
import { clock, openStore, random, temporaryFolder } from '../store/fixtures.ts'

const log = pino({ level: 'silent' })
const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function start(dataDir: string, port = 0): Promise<Hub> {
  const hub = await startHub({ dataDir, host: '127.0.0.1', port, log })
  cleanUps.push(() => hub.close())
  return hub
}

/** As a backup of the disk would: the database and the mark beside it, at the place where they were. */
function putBack(from: string, to: string): void {
  for (const name of ['lane.sqlite', 'instance.json'])
    copyFileSync(path.join(from, name), path.join(to, name))
}

/** The lane's whole exchange with its hub: journal up, feed down. */
function exchange(lane: OpenedLaneStore, baseUrl: string, hub: Hub) {
  const { store, laneKey } = lane
  const identity = { laneId: 'lane-1', publicKey: laneKey.publicKey, sign: laneKey.sign }
  const client = createHubClient({ baseUrl, identity, joinToken: () => hub.joinToken, clock })
  const replicator = createReplicator({ journal: store.journal, hub: client, clock, random })
  const feed = createFeedListener({
    store,
    hub: client,
    clock,
    random,
    log,
    handlers: {
      deferredOutcome: createDeferredOutcomes({ store, clock }),
      deletionRequest: () => undefined,
      backedUp: () => undefined,
      hubChanged: () => replicator.recheck(),
    },
  })
  let stopped: Promise<void> | null = null
  const stop = () => {
    stopped ??= feed
      .stop()
      .then(() => replicator.stop())
      .then(() => client.close())
    return stopped
  }
  cleanUps.push(stop)
  replicator.start()
  feed.start()
  return { replicator, feed, stop }
}

function sell({ store }: OpenedLaneStore): void {
  const saleId = newKey()
  store.transact((tx) => tx.append({ kind: 'sale', id: saleId }, saleCompleted(saleId)))
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 20))
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at what the hub really says
async function operator(hub: Hub, method: 'GET' | 'POST', route: string): Promise<any> {
  const response = await fetch(hub.url + route, {
    method,
    headers: { authorization: `Bearer ${hub.operatorToken}` },
  })
  return response.json()
}

async function laneAt(hub: Hub) {
  const { lanes } = await operator(hub, 'GET', '/operator/v1/lanes')
  return lanes[0] as { entries: number; parked: number; quarantined: number }
}

/** Passes bytes on, and cuts both ends after each of `cuts` bytes in either direction; afterwards it leaves them alone. */
async function cuttingLine(to: number, cuts: number[]): Promise<{ url: string; cutsLeft(): number }> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = dial(to, '127.0.0.1')
    let left = cuts.shift() ?? Number.POSITIVE_INFINITY
    const end = () => {
      near.destroy()
      far.destroy()
    }
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', end).on('close', end)
      from.on('data', (bytes: Buffer) => {
        if (bytes.length > left) {
          into.write(bytes.subarray(0, left), end)
          left = 0
          return
        }
        left -= bytes.length
        into.write(bytes)
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cutsLeft: () => cuts.length }
}

describe('a lane and its hub lose nothing', () => {
  it('when the line is cut in the middle of everything', async () => {
    const hub = await start(temporaryFolder())
    const cuts = Array.from({ length: 25 }, (_, index) => Math.floor(random.unit() * 300 * (index + 1)))
    const line = await cuttingLine(Number(new URL(hub.url).port), cuts)
    const lane = openStore(temporaryFolder())
    const { replicator, feed } = exchange(lane, line.url, hub)
    for (let count = 0; count < 60; count += 1) sell(lane)
    while (line.cutsLeft() > 0 || lane.store.journal.pendingCount() > 0) {
      if (line.cutsLeft() > 0) sell(lane)
      replicator.nudge()
      feed.nudge()
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    const { seq } = lane.store.journal.head() ?? { seq: -1 }
    expect(await laneAt(hub)).toMatchObject({ entries: seq + 1, parked: 0, quarantined: 0 })
  })

  it('when the lane’s disk comes back from yesterday and sells on, once a person has imported the fork', async () => {
    const hub = await start(temporaryFolder())
    const [dataDir, yesterday] = [temporaryFolder(), temporaryFolder()]
    const early = openStore(dataDir)
    sell(early)
    const first = exchange(early, hub.url, hub)
    await until(() => early.store.journal.pendingCount() === 0)
    await first.stop()
    early.store.close()
    putBack(dataDir, yesterday)

    const today = openStore(dataDir)
    sell(today)
    sell(today)
    const second = exchange(today, hub.url, hub)
    await until(() => today.store.journal.pendingCount() === 0)
    await second.stop()
    today.store.close()
    putBack(yesterday, dataDir)

    const restored = openStore(dataDir)
    expect(restored.epochBeginning).toBeNull()
    for (let count = 0; count < 3; count += 1) sell(restored)
    const third = exchange(restored, hub.url, hub)
    await until(() => third.replicator.status().state === 'forked')
    expect(restored.store.journal.pendingCount()).toBe(3)
    const { forks } = await operator(hub, 'GET', '/operator/v1/forks')
    expect(forks).toMatchObject([{ laneId: 'lane-1', entries: 3, sales: 3 }])
    await operator(hub, 'POST', `/operator/v1/lanes/lane-1/forks/${forks[0].forkKey}/import`)
    sell(restored)
    third.replicator.nudge()
    await until(() => restored.store.journal.pendingCount() === 0)
    await until(() => third.replicator.status().state === 'online')
    expect(restored.store.journal.forked()).toBe(false)
    expect(await laneAt(hub)).toMatchObject({ entries: 2 + 2 + 4, parked: 0, quarantined: 0 })
  })

  it('when the hub comes back from an old backup: the lane sends again by itself, with nothing new to send', async () => {
    const [dataDir, elsewhere] = [temporaryFolder(), temporaryFolder()]
    const to = path.join(temporaryFolder(), 'backup')
    const hub = await start(dataDir)
    const lane = openStore(temporaryFolder())
    const { replicator, feed } = exchange(lane, hub.url, hub)
    for (let count = 0; count < 5; count += 1) sell(lane)
    await until(() => lane.store.journal.pendingCount() === 0 && lane.store.feedPlace() !== null)
    await backUpHub({ dataDir, to, nowMs: Date.now })
    for (let count = 0; count < 7; count += 1) sell(lane)
    await until(() => lane.store.journal.pendingCount() === 0)
    const before = lane.store.feedPlace()?.hubEpoch
    const port = Number(new URL(hub.url).port)
    await hub.close()

    await restoreBackup({ from: to, dataDir: elsewhere, nowMs: Date.now })
    const restored = await start(elsewhere, port)
    expect(await laneAt(restored)).toMatchObject({ entries: 6 })
    replicator.nudge()
    feed.nudge()
    await until(() => lane.store.feedPlace()?.hubEpoch !== before)
    await until(() => lane.store.journal.pendingCount() === 0 && replicator.status().state === 'online')
    expect(await laneAt(restored)).toMatchObject({ entries: 13, parked: 0, quarantined: 0 })
  })
})
