import { copyFileSync, cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LaneEventOf } from '../../../src-main/contract/events.ts'
import type { OpenedLaneStore } from '../../../src-main/store/open-lane-store.ts'
import { appendOne, openStore, temporaryFolder } from './fixtures.ts'

function genesisOf({ store }: OpenedLaneStore): LaneEventOf<'journal.genesis'> {
  const all = store.journal.pending({ maxEntries: 500, maxBytes: 1_000_000 })
  const entry = all.find((each) => each.header.epoch === store.journal.epoch && each.header.seq === 0)
  const text = Buffer.from(entry?.payload ?? []).toString()
  return JSON.parse(text) as LaneEventOf<'journal.genesis'>
}

function drain({ store }: OpenedLaneStore): void {
  const head = store.journal.head()
  const last = store.journal.pending({ maxEntries: 500, maxBytes: 1_000_000 }).at(-1)
  if (last !== undefined && head !== null && last.header.epoch !== head.epoch) {
    store.journal.acknowledge({ epoch: last.header.epoch, seq: last.header.seq })
  }
}

describe('an epoch', () => {
  it('begins with the folder, and its genesis carries the public key and no parent', () => {
    const opened = openStore(temporaryFolder())
    expect(opened.epochBeginning).toBe('first')
    expect(opened.store.journal.head()?.seq).toBe(0)
    expect(genesisOf(opened)).toMatchObject({ parent: null, publicKey: opened.laneKey.publicKey })
  })

  it('goes on over restarts, with one sequence', () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const { epoch } = first.store.journal
    first.store.close()
    for (const expected of [1, 2, 3]) {
      const { store, epochBeginning } = openStore(dataDir)
      expect(epochBeginning).toBeNull()
      expect(appendOne(store)).toEqual({ epoch, seq: expected })
      store.close()
    }
  })

  const cases: readonly [what: string, because: string, change: (from: string, to: string) => void][] = [
    ['the folder was copied', 'copied', () => undefined],
    ['its marker is gone', 'restored', (_, to) => rmSync(path.join(to, 'instance.json'))],
  ]
  for (const [what, because, change] of cases) {
    it(`begins anew when ${what}, and names the head it follows`, () => {
      const from = temporaryFolder()
      const first = openStore(from)
      appendOne(first.store)
      const parent = first.store.journal.head()
      first.store.close()
      const to = path.join(temporaryFolder(), 'copy')
      cpSync(from, to, { recursive: true })
      change(from, to)
      const second = openStore(to)
      expect(second.epochBeginning).toBe(because)
      expect(second.store.journal.epoch).not.toBe(parent?.epoch)
      drain(second)
      expect(genesisOf(second).parent).toEqual(parent)
    })
  }

  it('begins anew when an older database was put back over the present one', async () => {
    const dataDir = temporaryFolder()
    const file = path.join(dataDir, 'lane.sqlite')
    const backup = path.join(temporaryFolder(), 'backup.sqlite')
    openStore(dataDir).store.close()
    copyFileSync(file, backup)
    const lost = openStore(dataDir)
    appendOne(lost.store)
    lost.store.close()
    copyFileSync(backup, file)
    const restored = openStore(dataDir)
    expect(restored.epochBeginning).toBe('restored')
    expect((await restored.store.verify({ from: 'genesis' })).ok).toBe(true)
    restored.store.close()
    expect(openStore(dataDir).epochBeginning).toBeNull()
  })

  it('begins anew when the signing key was lost, and both epochs verify with their own keys', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    appendOne(first.store)
    first.store.close()
    rmSync(path.join(dataDir, 'keys', 'lane.pem'))
    const second = openStore(dataDir)
    expect(second.epochBeginning).toBe('keyLost')
    expect(second.laneKey.publicKey).not.toBe(first.laneKey.publicKey)
    appendOne(second.store)
    expect(await second.store.verify({ from: 'genesis' })).toMatchObject({ ok: true, entries: 4 })
  })

  it('begins anew under another lane name', () => {
    const dataDir = temporaryFolder()
    openStore(dataDir).store.close()
    expect(openStore(dataDir, { laneId: 'lane-2' }).epochBeginning).toBe('renamed')
  })
})

describe('the journal as a queue', () => {
  it('hands out entries after the acknowledged position, of one epoch at a time', () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    appendOne(first.store)
    const old = first.store.journal.epoch
    first.store.close()
    rmSync(path.join(dataDir, 'instance.json'))
    const { store } = openStore(dataDir)
    appendOne(store)
    const { journal } = store
    const limits = { maxEntries: 10, maxBytes: 100_000 }
    const positions = () => journal.pending(limits).map(({ header }) => [header.epoch, header.seq])

    expect(journal.acked()).toBeNull()
    expect(journal.pendingCount()).toBe(4)
    expect(positions()).toEqual([
      [old, 0],
      [old, 1],
    ])
    journal.acknowledge({ epoch: old, seq: 1 })
    journal.acknowledge({ epoch: old, seq: 0 })
    expect(journal.acked()).toEqual({ epoch: old, seq: 1 })
    expect(positions()).toEqual([
      [journal.epoch, 0],
      [journal.epoch, 1],
    ])
    journal.acknowledge({ epoch: journal.epoch, seq: 1 })
    expect(journal.pendingCount()).toBe(0)
    expect(positions()).toEqual([])
  })

  it('limits a batch by count and by bytes, but always hands out one entry', () => {
    const { store } = openStore(temporaryFolder())
    for (let count = 0; count < 5; count += 1) appendOne(store)
    const { journal } = store
    expect(journal.pending({ maxEntries: 2, maxBytes: 100_000 })).toHaveLength(2)
    expect(journal.pending({ maxEntries: 10, maxBytes: 1 })).toHaveLength(1)
    expect(journal.pending({ maxEntries: 10, maxBytes: 320 }).length).toBeLessThan(5)
  })

  it('refuses an acknowledgement of an entry it does not have', () => {
    const { store } = openStore(temporaryFolder())
    expect(() => store.journal.acknowledge({ epoch: store.journal.epoch, seq: 99 })).toThrow('No entry')
  })

  it('sends everything again after a rewind', () => {
    const { store } = openStore(temporaryFolder())
    const position = appendOne(store)
    appendOne(store)
    store.journal.acknowledge({ ...position, seq: 2 })
    store.journal.rewind(position)
    expect(store.journal.pendingCount()).toBe(1)
    store.journal.rewind(null)
    expect(store.journal.acked()).toBeNull()
    expect(store.journal.pendingCount()).toBe(3)
  })

  it('tells who listens about every commit with entries, and stops when asked', async () => {
    const { store } = openStore(temporaryFolder())
    let calls = 0
    const stop = store.journal.onAppend(() => (calls += 1))
    appendOne(store)
    store.transact((tx) => tx.putOpenSale(null))
    await Promise.resolve()
    expect(calls).toBe(1)
    appendOne(store)
    stop()
    await Promise.resolve()
    expect(calls).toBe(1)
  })
})
