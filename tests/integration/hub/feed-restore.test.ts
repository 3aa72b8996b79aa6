import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../../../src-hub/hub.ts'
import { backUpHub } from '../../../src-hub/maintenance.ts'
import { markRestored } from '../../../src-hub/store/hub-epoch.ts'
import { restoreBackup } from '../../../src-hub/store/restore.ts'
import {
  joinedLane,
  newKey,
  saleCompleted,
  silent,
  temporaryFolder,
  TestJournal,
  type TestLane,
} from './harness.ts'

const running: Hub[] = []
const folders: string[] = []
afterEach(async () => {
  for (const hub of running.splice(0)) await hub.close()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function folder(): Promise<string> {
  const made = await temporaryFolder()
  folders.push(made)
  return made
}

async function start(dataDir: string): Promise<Hub> {
  const hub = await startHub({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    log: silent,
  })
  running.push(hub)
  return hub
}

async function stop(hub: Hub): Promise<void> {
  running.splice(running.indexOf(hub), 1)
  await hub.close()
}

function addSale(journal: TestJournal): void {
  const saleId = newKey()
  journal.add(saleCompleted(saleId), { kind: 'sale', id: saleId })
}

async function send(lane: TestLane, journal: TestJournal, from = 0) {
  return (await lane.call('append', { entries: journal.entries.slice(from) })).json
}

async function hear(lane: TestLane, over: object = {}) {
  return lane.call('feed', { hubEpoch: null, cursor: null, waitMs: 0, ...over })
}

/** The same lane at another address of its hub. */
function at(lane: TestLane, hub: Hub): TestLane {
  lane.url = hub.url
  return lane
}

describe('a hub that is backed up', () => {
  it('while it runs and takes entries, comes back with all that was acknowledged before, and asks for the rest', async () => {
    const [dataDir, elsewhere, backups] = [await folder(), await folder(), await folder()]
    const hub = await start(dataDir)
    const lane = await joinedLane(hub)
    const journal = new TestJournal(lane)
    journal.genesis()
    for (let count = 0; count < 20; count += 1) addSale(journal)
    await send(lane, journal)
    const before = (await hear(lane)).json

    const to = path.join(backups, 'monday')
    const making = backUpHub({ dataDir, to, nowMs: Date.now })
    for (let count = 0; count < 20; count += 1) {
      addSale(journal)
      await send(lane, journal, journal.entries.length - 1)
    }
    const manifest = await making
    expect(manifest.files).toBeGreaterThan(500)
    await expect(backUpHub({ dataDir, to, nowMs: Date.now })).rejects.toMatchObject({
      code: 'hub.backupExists',
    })
    addSale(journal)
    expect(await send(lane, journal, journal.entries.length - 1)).toMatchObject({ acked: { seq: 41 } })
    await stop(hub)

    await restoreBackup({ from: to, dataDir: elsewhere, nowMs: Date.now })
    const restored = await start(elsewhere)
    expect(restored.operatorToken).toBe(hub.operatorToken)
    const again = at(lane, restored)
    expect(await again.call('append', { entries: journal.entries.slice(-1) })).toMatchObject({ status: 401 })
    await again.openSession()
    const after = (await hear(again, { hubEpoch: before.hubEpoch, cursor: before.cursor, waitMs: 20_000 }))
      .json
    expect(after.hubEpoch).not.toBe(before.hubEpoch)
    const { acked } = await send(again, journal, 41)
    expect(acked.seq).toBeGreaterThanOrEqual(20)
    expect(await send(again, journal, 0)).toMatchObject({ acked: { seq: 41 }, parked: 0, quarantined: 0 })

    await stop(restored)
    const later = await start(elsewhere)
    const last = at(lane, later)
    await last.openSession()
    expect((await hear(last)).json.hubEpoch).toBe(after.hubEpoch)
    await expect(restoreBackup({ from: to, dataDir: elsewhere, nowMs: Date.now })).rejects.toMatchObject({
      code: 'hub.restoreOver',
    })
  })

  it('while it is stopped, tells its lanes what is safe when it is there again', async () => {
    const [dataDir, backups] = [await folder(), await folder()]
    const hub = await start(dataDir)
    const lane = await joinedLane(hub)
    const journal = new TestJournal(lane)
    journal.genesis()
    addSale(journal)
    await send(lane, journal)
    await stop(hub)
    const inAnHour = () => Date.now() + 3_600_000
    const { backedUp } = await backUpHub({ dataDir, to: path.join(backups, 'b'), nowMs: inAnHour })
    expect(backedUp).toEqual([{ laneId: 'lane-1', epoch: journal.epoch, seq: 1 }])
    const again = at(lane, await start(dataDir))
    await again.openSession()
    expect((await hear(again)).json.items).toMatchObject([
      { item: { kind: 'backedUp', epoch: journal.epoch, seq: 1 } },
    ])
  })

  it('is not one where a backup was not finished, or where there is none', async () => {
    const [dataDir, backups] = [await folder(), await folder()]
    await expect(restoreBackup({ from: backups, dataDir, nowMs: Date.now })).rejects.toMatchObject({
      code: 'hub.notABackup',
    })
    expect(existsSync(path.join(dataDir, 'postgresql'))).toBe(false)
    await expect(backUpHub({ dataDir, to: path.join(backups, 'b'), nowMs: Date.now })).rejects.toMatchObject({
      code: 'hub.notEmbedded',
    })
  })
})

describe('a hub whose database was put back by other means', () => {
  it('notices a database that is older than it remembers, and begins a new epoch', async () => {
    const dataDir = await folder()
    const first = await start(dataDir)
    const lane = await joinedLane(first)
    const before = (await hear(lane)).json.hubEpoch
    await stop(first)
    const file = path.join(dataDir, 'hub-epoch.json')
    const remembered = JSON.parse(await readFile(file, 'utf8')) as { openings: number }
    await writeFile(file, JSON.stringify({ ...remembered, openings: remembered.openings + 3 }))
    const again = at(lane, await start(dataDir))
    expect((await hear(again)).status).toBe(401)
    await again.openSession()
    expect((await hear(again)).json.hubEpoch).not.toBe(before)
  })

  it('begins one when it is told so, and keeps its epoch over an ordinary restart', async () => {
    const dataDir = await folder()
    const first = await start(dataDir)
    const lane = await joinedLane(first)
    const epochs = [(await hear(lane)).json.hubEpoch]
    await stop(first)
    for (const isRestored of [false, true, false]) {
      if (isRestored) await markRestored(dataDir, Date.now())
      const hub = await start(dataDir)
      const again = at(lane, hub)
      await again.openSession()
      epochs.push((await hear(again)).json.hubEpoch)
      await stop(hub)
    }
    expect(epochs.map((epoch) => epochs.indexOf(epoch))).toEqual([0, 0, 2, 2])
  })

  it('refuses a lane that has heard more than it ever said, instead of leaving it deaf', async () => {
    const dataDir = await folder()
    const hub = await start(dataDir)
    const lane = await joinedLane(hub)
    const { hubEpoch } = (await hear(lane)).json
    expect(await hear(lane, { hubEpoch, cursor: '99999999999' })).toMatchObject({
      status: 409,
      json: { error: { code: 'feed.fromTheFuture' } },
    })
  })
})
