import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { importPath } from '../../../src-main/contract/journalImport.ts'
import { queueImport } from '../../../src-main/journal/importing.ts'
import type { WireEntry } from '../../../src-main/contract/journal.ts'
import {
  attempted,
  balanceOf,
  joinedLane,
  newAccount,
  newKey,
  saleCompleted,
  temporaryFolder,
  type TestHub,
  TestJournal,
  TestLane,
  useHubs,
} from './harness.ts'

const hubs = useHubs()
let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})

/** Into the hub as the command does it, from a file. */
async function importAll(hub: TestHub, entries: readonly WireEntry[]) {
  const file = path.join(folder, 'journal.ndjson')
  writeFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  return queueImport(file, { hubUrl: hub.url, operatorToken: hub.operatorToken })
}

/** A lane's journal of sales paid offline: genesis, then an intent and the end of each sale. */
function offlineJournal(lane: TestLane, account: string, sales: number): TestJournal {
  const journal = new TestJournal(lane)
  journal.genesis()
  for (let count = 0; count < sales; count += 1) {
    const intent = attempted(account, 100, 'deferred')
    const aggregate = { kind: 'sale', id: intent.saleId } as const
    journal.add(intent, aggregate, false)
    journal.add(saleCompleted(intent.saleId), aggregate)
  }
  return journal
}

async function storedEntries(
  hub: TestHub,
): Promise<{ payload: string; hash: string; signature: string | null }[]> {
  return hub.database.query(
    `SELECT encode(payload, 'base64') AS payload, encode(hash, 'hex') AS hash, encode(signature, 'base64') AS signature
     FROM journal_entry ORDER BY seq`,
  )
}

describe('a dead lane’s journal that is imported', () => {
  it('is kept verbatim and charged once, however often it is imported', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5_000)
    const { entries } = offlineJournal(lane, account, 12)
    expect(await importAll(hub, entries)).toEqual({
      lanes: ['lane-1'],
      entries: 25,
      taken: 25,
      known: 0,
      refused: 0,
      gaps: [],
    })
    await hub.settle()
    expect(await importAll(hub, entries)).toMatchObject({ taken: 0, known: 25, refused: 0 })
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(3_800)
    const stored = await storedEntries(hub)
    expect(stored.map(({ payload }) => payload.replaceAll('\n', ''))).toEqual(
      entries.map(({ payload }) => payload),
    )
    expect(stored.map(({ hash }) => hash)).toEqual(entries.map(({ hash }) => hash))
  })

  it('counts what stands in the file twice as known, and reads a name with line ends of its own', async () => {
    const hub = await hubs.start()
    const journal = new TestJournal(new TestLane(hub.url))
    journal.genesis()
    const strange = { kind: 'sale', id: 'a\u2028b\u0085c' } as const
    journal.addRaw('sale.strange', Buffer.from('{}'), strange)
    const twice = [...journal.entries, ...journal.entries]
    expect(await importAll(hub, twice)).toMatchObject({ entries: 4, taken: 2, known: 2, refused: 0 })
  })

  it('goes on behind what the lane had sent itself, and the lane may go on behind it', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5_000)
    const journal = offlineJournal(lane, account, 4)
    await lane.call('append', { entries: journal.entries.slice(0, 5) })
    expect(await importAll(hub, journal.entries)).toMatchObject({ taken: 4, known: 5 })
    const intent = attempted(account, 100, 'deferred')
    journal.add(intent, { kind: 'sale', id: intent.saleId })
    const { json } = await lane.call('append', { entries: journal.entries.slice(9) })
    expect(json).toMatchObject({ acked: { epoch: journal.epoch, seq: 9 }, forked: false, parked: 0 })
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4_500)
  })

  it('is taken from a lane that was released, and from one this hub never met', async () => {
    const hub = await hubs.start()
    const account = await newAccount(hub, 5_000)
    const released = await joinedLane(hub)
    await hub.operator('POST', '/operator/v1/lanes/lane-1/release')
    const unknown = new TestLane(hub.url, 'lane-9')
    const report = await importAll(hub, [
      ...offlineJournal(released, account, 2).entries,
      ...offlineJournal(unknown, account, 3).entries,
    ])
    expect(report).toMatchObject({ lanes: ['lane-1', 'lane-9'], taken: 12, refused: 0 })
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4_500)
    // Its name is still free for whoever joins with the token.
    expect((await unknown.join(hub.joinToken)).status).toBe(200)
  })

  it('is taken although another machine has joined under the name since', async () => {
    const hub = await hubs.start()
    const account = await newAccount(hub, 5_000)
    const dead = await joinedLane(hub)
    await hub.operator('POST', '/operator/v1/lanes/lane-1/release')
    await joinedLane(hub)
    expect(await importAll(hub, offlineJournal(dead, account, 2).entries)).toMatchObject({ taken: 5 })
  })

  it('with entries missing is taken around the gap, which is named and can be filled later', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5_000)
    const { entries, epoch } = offlineJournal(lane, account, 6)
    const salvaged = [...entries.slice(0, 5), ...entries.slice(9)]
    const report = await importAll(hub, salvaged)
    expect(report).toMatchObject({ taken: 9, refused: 0, gaps: [{ epoch, fromSeq: 5, toSeq: 8 }] })
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4_600)
    expect(await importAll(hub, salvaged)).toMatchObject({ taken: 0, known: 9, gaps: [] })
    await importAll(hub, entries)
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4_400)
    expect(await importAll(hub, entries)).toMatchObject({ taken: 0, known: 13 })
  })

  it('that left the hub’s branch waits whole for a person, however many calls it takes, and counts once', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = offlineJournal(lane, await newAccount(hub, 5_000), 1)
    const branch = journal.branch()
    const sell = (on: TestJournal, saleId = newKey()) =>
      on.add(saleCompleted(saleId), { kind: 'sale', id: saleId })
    for (let count = 0; count < 2; count += 1) sell(journal)
    for (let count = 0; count < 250; count += 1) sell(branch)
    await lane.call('append', { entries: journal.entries })
    expect(await importAll(hub, branch.entries)).toMatchObject({ taken: 0, known: 3, refused: 250, gaps: [] })
    const sales = async () =>
      (await hub.database.query<{ n: number }>('SELECT count(*)::int AS n FROM sale'))[0]?.n
    expect(await sales()).toBe(3)
    const { json } = await hub.operator('GET', '/operator/v1/lanes/lane-1/waiting')
    expect(json.forks).toMatchObject([{ fromSeq: 3, toSeq: 252, entries: 250 }])
    const at = `/operator/v1/lanes/lane-1/forks/${json.forks[0].forkKey}/import`
    expect(await hub.operator('POST', at)).toMatchObject({ json: { entries: 250 } })
    expect([await sales(), await importAll(hub, branch.entries)]).toMatchObject([
      253,
      { known: 253, refused: 0 },
    ])
  })

  it('without its beginning acknowledges nothing to the lane, which may then send all of it, as may an import', async () => {
    const hub = await hubs.start()
    const account = await newAccount(hub, 5_000)
    for (const laneId of ['lane-1', 'lane-2']) {
      const lane = await joinedLane(hub, laneId)
      const { entries } = offlineJournal(lane, account, 4)
      expect(await importAll(hub, entries.slice(5, 7))).toMatchObject({ taken: 2, gaps: [{ fromSeq: 0 }] })
      expect((await lane.call('append', { entries: entries.slice(7) })).json).toMatchObject({ acked: null })
      if (laneId === 'lane-1')
        expect((await lane.call('append', { entries })).json).toMatchObject({
          acked: { seq: 8 },
          forked: false,
        })
      else expect(await importAll(hub, entries)).toMatchObject({ taken: 7, known: 2, refused: 0 })
      expect((await lane.call('append', { entries: entries.slice(8) })).json).toMatchObject({
        acked: { seq: 8 },
      })
    }
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(5_000 - 8 * 100)
  })

  it('without its beginning is proven by the key of the lane that joined, and by nothing else', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5_000)
    const { entries, epoch } = offlineJournal(lane, account, 3)
    expect(await importAll(hub, entries.slice(1))).toMatchObject({
      taken: 6,
      gaps: [{ epoch, fromSeq: 0, toSeq: 0 }],
    })
    const stranger = offlineJournal(new TestLane(hub.url, 'lane-7'), account, 3)
    expect(await importAll(hub, stranger.entries.slice(1))).toMatchObject({ taken: 0, refused: 6 })
  })

  it('that was changed on its way is not taken from the changed entry on', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5_000)
    const { entries } = offlineJournal(lane, account, 3)
    const changed = entries.map((entry, seq) =>
      seq === 3 ? { ...entry, payload: Buffer.from('{"amountMinor":1}').toString('base64') } : entry,
    )
    expect(await importAll(hub, changed)).toMatchObject({ taken: 3, refused: 4 })
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4_900)
  })
})

describe('an import that makes no sense', () => {
  it('is refused without the operator token, and for entries of two lanes in one call', async () => {
    const hub = await hubs.start()
    const account = await newAccount(hub, 5_000)
    const lanes = ['lane-1', 'lane-2'].map((laneId) => new TestLane(hub.url, laneId))
    const entries = lanes.flatMap((lane) => offlineJournal(lane, account, 1).entries)
    const body = JSON.stringify({ entries })
    const headers = { 'content-type': 'application/json' }
    expect((await fetch(hub.url + importPath, { method: 'POST', headers, body })).status).toBe(401)
    const { status, json } = await hub.operator('POST', importPath, { entries })
    expect([status, json.error.code]).toEqual([400, 'import.severalLanes'])
  })

  it('is told before anything is sent: a file that is no export, and a hub that is not there', async () => {
    const hub = await hubs.start()
    const file = path.join(folder, 'shopping-list.txt')
    writeFileSync(file, 'milk\n')
    const target = { hubUrl: hub.url, operatorToken: hub.operatorToken }
    await expect(queueImport(file, target)).rejects.toMatchObject({ code: 'queue.notAnExport' })
    await expect(queueImport(path.join(folder, 'nowhere'), target)).rejects.toMatchObject({
      code: 'queue.notAnExport',
    })
    const { entries } = offlineJournal(new TestLane(hub.url), await newAccount(hub), 1)
    writeFileSync(file, entries.map((entry) => JSON.stringify(entry)).join('\n'))
    await expect(queueImport(file, { ...target, operatorToken: 'wrong' })).rejects.toMatchObject({
      code: 'queue.importRefused',
      nativeCode: 'auth.operatorToken',
    })
    await expect(queueImport(file, { ...target, hubUrl: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'hub.unreachable',
    })
  })
})
