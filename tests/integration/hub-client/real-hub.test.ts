import { copyFileSync } from 'node:fs'
import path from 'node:path'
import pino from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { startHub, type Hub } from '../../../src-hub/hub.ts'
import { createHubClient, type HubClient } from '../../../src-main/hub-client/hub-client.ts'
import { createReplicator, type Replicator } from '../../../src-main/journal/replicator.ts'
import type { OpenedLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { appendOne, clock, openStore, random, temporaryFolder } from '../store/fixtures.ts'

const log = pino({ level: 'silent' })
const patient = { timeoutMs: 20_000 }
const cleanUps: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function start(dataDir: string, port = 0): Promise<Hub> {
  const hub = await startHub({ dataDir, host: '127.0.0.1', port, log })
  cleanUps.push(() => hub.close())
  return hub
}

function connect(hub: Hub, { laneKey }: OpenedLaneStore): HubClient {
  const identity = { laneId: 'lane-1', publicKey: laneKey.publicKey, sign: laneKey.sign }
  const client = createHubClient({ baseUrl: hub.url, identity, joinToken: () => hub.joinToken, clock })
  cleanUps.push(() => client.close())
  return client
}

function replicate({ store }: OpenedLaneStore, hub: HubClient): Replicator {
  const replicator = createReplicator({ journal: store.journal, hub, clock, random })
  cleanUps.push(() => replicator.stop())
  replicator.start()
  return replicator
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('a lane and the real hub', () => {
  it('join, drain, survive a restart of the hub, and agree about every entry', async () => {
    const hubDir = temporaryFolder()
    const first = await start(hubDir)
    const lane = openStore(temporaryFolder())
    for (let count = 0; count < 300; count += 1) appendOne(lane.store)
    const client = connect(first, lane)
    const replicator = replicate(lane, client)
    await until(() => lane.store.journal.pendingCount() === 0)
    expect(client.publicUrl()).toBe(first.publicUrl)
    const attemptKey = random.key()
    expect(await client.query(attemptKey, patient)).toEqual({
      ok: true,
      value: { attemptKey, outcome: { kind: 'notFound' } },
    })

    const port = Number(new URL(first.url).port)
    await first.close()
    appendOne(lane.store)
    await until(() => replicator.status().state === 'offline')
    expect(await client.query(attemptKey, { timeoutMs: 2_000 })).toMatchObject({
      ok: false,
      error: { code: 'hub.unreachable' },
    })
    await start(hubDir, port)
    replicator.nudge()
    await until(() => lane.store.journal.pendingCount() === 0)
    expect(replicator.status()).toMatchObject({ state: 'online', pendingCount: 0 })
    expect(lane.store.journal.acked()?.seq).toBe(301)
  })

  it('find out a fork: an older database put back unnoticed, and sold on', async () => {
    const hub = await start(temporaryFolder())
    const dataDir = temporaryFolder()
    const file = path.join(dataDir, 'lane.sqlite')
    const marker = path.join(dataDir, 'instance.json')
    const backups = temporaryFolder()
    openStore(dataDir).store.close()
    copyFileSync(file, path.join(backups, 'lane.sqlite'))
    copyFileSync(marker, path.join(backups, 'instance.json'))

    const before = openStore(dataDir)
    appendOne(before.store)
    const firstRun = replicate(before, connect(hub, before))
    await until(() => before.store.journal.pendingCount() === 0)
    await firstRun.stop()
    before.store.close()

    copyFileSync(path.join(backups, 'lane.sqlite'), file)
    copyFileSync(path.join(backups, 'instance.json'), marker)
    const after = openStore(dataDir)
    expect(after.epochBeginning).toBeNull()
    appendOne(after.store)
    const replicator = replicate(after, connect(hub, after))
    await until(() => replicator.status().lastFailure !== null)
    expect(replicator.status()).toMatchObject({ state: 'forked', lastFailure: { code: 'journal.forked' } })
  })
})
