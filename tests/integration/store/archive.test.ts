import path from 'node:path'
import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { BatchEntry } from '../../../src-main/domain/journal/batch.ts'
import type { ClockPort } from '../../../src-main/ports/clock.ts'
import type { LaneTransaction, ReturnRecord } from '../../../src-main/ports/store.ts'
import { packSegment, unpackSegment } from '../../../src-main/store/archive/segment.ts'
import { openForReading } from '../../../src-main/store/database.ts'
import type { LaneStore } from '../../../src-main/store/lane-store.ts'
import { readEntriesAfter } from '../../../src-main/store/repositories/journal.ts'
import { readEntriesAboutSubject } from '../../../src-main/store/repositories/rights.ts'
import {
  appendOne,
  clock,
  openStore,
  random,
  sampleAttempt,
  sampleEvent,
  sampleReceipt,
  tamper,
  quickFolder,
} from './fixtures.ts'

const dayMs = 24 * 3_600_000
const startMs = 1_795_384_800_000

/** A wall clock that the test moves. */
function handClock(atMs = startMs): ClockPort & { atMs: number } {
  const hand = { ...clock, atMs }
  const nowMs = () => hand.atMs
  return Object.assign(hand, { nowMs, moment: () => ({ ...clock.moment(), atMs: hand.atMs }) })
}

function everything(store: LaneStore): readonly BatchEntry[] {
  return store.journal.pending({ maxEntries: 100_000, maxBytes: 1e9 })
}

function acknowledgeAll(store: LaneStore): void {
  const head = store.journal.head()
  if (head !== null) store.journal.acknowledge(head)
}

/** Upkeep until there is nothing to do; how often it did each thing. */
function tidy(store: LaneStore): Record<string, number> {
  const done: Record<string, number> = {}
  for (;;) {
    const { kind } = store.upkeep()
    if (kind === 'nothing') return done
    done[kind] = (done[kind] ?? 0) + 1
  }
}

/** A closed sale: attempt, its end, its paper. */
function sell(store: LaneStore, over: Parameters<typeof sampleAttempt>[0] = {}) {
  const attempt = sampleAttempt({ state: 'approved', ...over })
  const { saleId } = attempt
  store.transact((tx) => {
    tx.putAttempt(attempt)
    const document = sampleReceipt(saleId)
    tx.putPrintJob({
      jobKey: random.key(),
      saleId,
      document,
      copy: null,
      state: 'printed',
      createdAtMs: startMs,
    })
    tx.append(
      { kind: 'sale', id: saleId },
      { type: 'sale.cancelled', saleId, currency: 'CNY', totalMinor: 0, lines: [], reason: 'staff' },
    )
  })
  return attempt
}

function sellMany(store: LaneStore, sales: number): void {
  for (let count = 0; count < sales; count += 1) sell(store)
}

describe('a segment', () => {
  it('gives back every byte of its entries, also of commits with several, and of payloads of any bytes', () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    for (let count = 0; count < 5; count += 1) appendOne(store)
    store.transact((tx) => {
      tx.append({ kind: 'subject', id: '王*明' }, sampleEvent())
      tx.append({ kind: 'subject', id: 'x' }, sampleEvent())
    })
    const db = openForReading(dataDir)
    const rows = [...readEntriesAfter(db, 0)]
    db.close()
    expect(unpackSegment(packSegment(rows, 1))).toEqual(rows)
  })
})

describe('the archive of a lane', () => {
  it('takes acknowledged entries out of the journal, and they are read, verified and sent as before', async () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    sellMany(store, 900)
    const before = everything(store)
    acknowledgeAll(store)
    expect(tidy(store)['archived']).toBe(2)
    expect(store.archive.facts()).toEqual({ archived: 512, dropped: 0 })
    expect(await store.verify({ from: 'genesis' })).toMatchObject({ ok: true, entries: 901 })
    expect(await store.verify({ from: 'checkpoint' })).toMatchObject({ ok: true })
    store.journal.rewind(null)
    expect(everything(store)).toEqual(before)
    expect(store.journal.pendingCount()).toBe(901)
    store.journal.acknowledge({ epoch: store.journal.epoch, seq: 300 })
    expect(store.journal.acked()).toEqual({ epoch: store.journal.epoch, seq: 300 })
    expect(everything(store)).toEqual(before.slice(301))
  })

  it('leaves what the hub has not acknowledged where it is', () => {
    const { store } = openStore(quickFolder())
    sellMany(store, 900)
    expect(tidy(store)['archived']).toBeUndefined()
    store.journal.acknowledge({ epoch: store.journal.epoch, seq: 400 })
    tidy(store)
    expect(store.archive.facts()).toEqual({ archived: 256, dropped: 0 })
  })

  it('is there after a restart, with the genesis of every epoch, also of one that is wholly archived', async () => {
    const dataDir = quickFolder()
    const first = openStore(dataDir)
    sellMany(first.store, 300)
    acknowledgeAll(first.store)
    first.store.close()
    const second = openStore(dataDir, { laneId: 'lane-2' })
    expect(second.epochBeginning).toBe('renamed')
    sellMany(second.store, 600)
    acknowledgeAll(second.store)
    tidy(second.store)
    expect(second.store.archive.facts().archived).toBe(256 + 45 + 256)
    second.store.close()
    const third = openStore(dataDir, { laneId: 'lane-2' })
    expect(third.epochBeginning).toBeNull()
    expect(await third.store.verify({ from: 'genesis' })).toMatchObject({ ok: true, entries: 902 })
  })

  it('keeps a segment until it is backed up and 35 days have passed, and never drops in between', () => {
    const hand = handClock()
    const { store } = openStore(quickFolder(), { clock: hand })
    sellMany(store, 900)
    acknowledgeAll(store)
    tidy(store)
    hand.atMs += 40 * dayMs
    expect(tidy(store)['dropped']).toBeUndefined()
    store.archive.backedUp({ epoch: store.journal.epoch, seq: 299 })
    expect(tidy(store)['dropped']).toBe(1)
    expect(store.archive.facts()).toEqual({ archived: 256, dropped: 256 })
    store.archive.backedUp({ epoch: store.journal.epoch, seq: 10 })
    store.archive.backedUp({ epoch: random.key(), seq: 10 })
    expect(tidy(store)['dropped']).toBeUndefined()
    hand.atMs -= 39 * dayMs
    store.archive.backedUp({ epoch: store.journal.epoch, seq: 600 })
    expect(tidy(store)['dropped']).toBeUndefined()
  })

  it('verifies from its horizon, starts again, and sends what is left when the hub asks for all', async () => {
    const hand = handClock()
    const dataDir = quickFolder()
    const opened = openStore(dataDir, { clock: hand })
    const { store } = opened
    sellMany(store, 900)
    const before = everything(store)
    acknowledgeAll(store)
    store.archive.backedUp({ epoch: store.journal.epoch, seq: 900 })
    tidy(store)
    hand.atMs += 36 * dayMs
    tidy(store)
    expect(store.archive.facts()).toEqual({ archived: 0, dropped: 512 })
    expect(await store.verify({ from: 'genesis' })).toMatchObject({
      ok: true,
      entries: 389,
      checkedFrom: { seq: 511 },
    })
    store.journal.rewind({ epoch: store.journal.epoch, seq: 3 })
    expect(everything(store)).toEqual(before.slice(512))
    expect(store.journal.pendingCount()).toBe(389)
    expect(store.journal.acked()).toMatchObject({ seq: 511 })
    store.close()
    const again = openStore(dataDir, { clock: hand })
    expect(again.epochBeginning).toBeNull()
    expect(await again.store.verify({ from: 'genesis' })).toMatchObject({ ok: true })
  })

  it('does not stand still for ever behind segments of a day when the clock was in 2099', () => {
    const hand = handClock(Date.UTC(2099, 0, 1))
    const { store } = openStore(quickFolder(), { clock: hand })
    sellMany(store, 600)
    acknowledgeAll(store)
    tidy(store)
    hand.atMs = startMs
    sellMany(store, 600)
    acknowledgeAll(store)
    tidy(store)
    store.archive.backedUp({ epoch: store.journal.epoch, seq: 1200 })
    hand.atMs += 36 * dayMs
    tidy(store)
    expect(store.archive.facts()).toEqual({ archived: 0, dropped: 768 })
  })

  it('is read as one with the journal by whoever asks what is stored about a person', () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    const event = sampleEvent()
    store.transact((tx) => tx.append({ kind: 'subject', id: event.subjectKey }, event))
    sellMany(store, 600)
    acknowledgeAll(store)
    tidy(store)
    const db = openForReading(dataDir)
    expect(readEntriesAboutSubject(db, event.subjectKey)).toHaveLength(1)
    db.close()
  })

  it('is looked at while it grows: a reader beside the lane misses no entry', () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    sellMany(store, 900)
    acknowledgeAll(store)
    const db = openForReading(dataDir)
    const ords: number[] = []
    for (const { ord } of readEntriesAfter(db, 0)) {
      ords.push(ord)
      if (ord % 90 === 0) store.upkeep()
    }
    db.close()
    expect(ords).toEqual(Array.from({ length: 901 }, (_, index) => index + 1))
  })
})

describe('an archive that was changed from outside', () => {
  function archivedFolder(): string {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    sellMany(store, 900)
    acknowledgeAll(store)
    tidy(store)
    store.close()
    return dataDir
  }

  it('is found out when a segment is missing, and the first missing entry is named', async () => {
    const dataDir = archivedFolder()
    tamper(dataDir, 'DELETE FROM journal_segment WHERE first_ord = 257')
    const { store } = openStore(dataDir)
    expect((await store.verify({ from: 'genesis' })).problem).toMatchObject({ kind: 'gap', seq: 256 })
  })

  it('is found out when its bytes are damaged', async () => {
    const dataDir = archivedFolder()
    tamper(dataDir, 'UPDATE journal_segment SET body = zeroblob(length(body)) WHERE first_ord = 1')
    const { store } = openStore(dataDir)
    await expect(store.verify({ from: 'genesis' })).rejects.toMatchObject({ code: 'store.corrupt' })
  })

  it('is found out when a hash was exchanged', async () => {
    const dataDir = archivedFolder()
    tamper(dataDir, 'UPDATE journal_segment SET hashes = randomblob(length(hashes)) WHERE first_ord = 1')
    const { store } = openStore(dataDir)
    expect((await store.verify({ from: 'genesis' })).problem).toMatchObject({ kind: 'hashMismatch' })
  })

  it('and a journal with a broken chain is not archived: the rows stay as evidence', () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    sellMany(store, 600)
    acknowledgeAll(store)
    store.close()
    tamper(dataDir, 'UPDATE journal SET at_ms = 0 WHERE seq = 40')
    const again = openStore(dataDir).store
    expect(() => again.upkeep()).toThrow(expect.objectContaining({ code: 'journal.broken' }))
    expect(again.archive.facts().archived).toBe(0)
  })
})

describe('attempts and papers of sales that are over', () => {
  it('go a day after their sale was archived, and not before', () => {
    const hand = handClock()
    const { store } = openStore(quickFolder(), { clock: hand })
    const attempt = sell(store)
    sellMany(store, 600)
    acknowledgeAll(store)
    expect(tidy(store)['pruned']).toBeUndefined()
    expect(store.attempt(attempt.attemptKey)).not.toBeNull()
    hand.atMs += dayMs
    expect(tidy(store)['pruned']).toBeGreaterThan(0)
    expect(store.attempt(attempt.attemptKey)).toBeNull()
    expect(store.printJobsOfSale(attempt.saleId)).toEqual([])
  })

  it('stay while the payment is not final, or the sale was not acknowledged', () => {
    const hand = handClock()
    const { store } = openStore(quickFolder(), { clock: hand })
    const open = (['intended', 'unknown', 'deferred'] as const).map((state) => sell(store, { state }))
    sellMany(store, 600)
    acknowledgeAll(store)
    const unsynced = sell(store)
    tidy(store)
    hand.atMs += 2 * dayMs
    tidy(store)
    for (const { attemptKey } of [...open, unsynced]) expect(store.attempt(attemptKey)).not.toBeNull()
    const [, , deferred] = open
    if (deferred === undefined) throw new Error('Three were sold')
    store.transact((tx) => {
      tx.putAttempt({ ...deferred, state: 'processed' })
    })
    tidy(store)
    expect(store.attempt(deferred.attemptKey)).toBeNull()
  })
})

/** A return as its book writes it: decided with its credit note, or refused without one. */
function takeBack(store: LaneStore, state: 'settled' | 'accepted' | 'refused') {
  const returnKey = random.key()
  const saleId = random.key()
  const refundKey = random.key()
  const outcome = state === 'refused' ? 'refused' : 'done'
  const record: ReturnRecord = {
    state,
    decidedBy: 'hub',
    language: 'en',
    currency: 'CNY',
    order: { returnKey, saleId, lines: [], reason: 'changedMind', staffId: 'staff-1', refunds: [] },
    plan: { value: { lines: [], taxes: [], amountMinor: 600 }, allocations: [] },
    refunds: [{ refundKey, state: outcome }],
    createdAtMs: startMs,
    updatedAtMs: startMs + 1,
  }
  store.transact((tx) => {
    tx.putReturn(record)
    tx.append(
      { kind: 'sale', id: saleId },
      { type: 'refund.resolved', refundKey, returnKey, saleId, outcome },
    )
    if (state !== 'refused') queuePaper(tx, returnKey, 'printed')
  })
  return returnKey
}

function queuePaper(tx: LaneTransaction, key: string, state: 'queued' | 'printed'): void {
  const jobKey = random.key()
  const document = sampleReceipt(key)
  tx.putPrintJob({ jobKey, saleId: key, document, copy: null, state, createdAtMs: startMs })
  tx.append({ kind: 'sale', id: key }, { type: 'print.queued', jobKey, saleId: key, copy: null })
}

describe('returns and papers of their own', () => {
  it('go a day after they were archived, when nothing of them is open', () => {
    const hand = handClock()
    const { store } = openStore(quickFolder(), { clock: hand })
    const over = (['settled', 'refused'] as const).map((state) => takeBack(store, state))
    const open = takeBack(store, 'accepted')
    const [report, unprinted] = [random.key(), random.key()]
    store.transact((tx) => {
      queuePaper(tx, report, 'printed')
      queuePaper(tx, unprinted, 'queued')
    })
    sellMany(store, 600)
    acknowledgeAll(store)
    const late = takeBack(store, 'settled')
    tidy(store)
    const kept = () => [...over, open, late].filter((key) => store.saleReturn(key) !== null)
    expect(kept()).toEqual([...over, open, late])
    hand.atMs += dayMs
    tidy(store)
    expect(kept()).toEqual([open, late])
    const papers = [...over, open, report, unprinted].filter((key) => store.printJobsOfSale(key).length > 0)
    expect(papers).toEqual([open, unprinted])
  })
})

describe('the files of a lane', () => {
  const size = (dataDir: string, name: string) => statSync(path.join(dataDir, name)).size

  it('stay bounded over many days of sales that are acknowledged and backed up', () => {
    const hand = handClock()
    const dataDir = quickFolder()
    const { store } = openStore(dataDir, { clock: hand })
    const sizes: number[] = []
    for (let day = 0; day < 90; day += 1) {
      sellMany(store, 60)
      acknowledgeAll(store)
      const head = store.journal.head()
      if (head !== null) store.archive.backedUp(head)
      hand.atMs += dayMs
      tidy(store)
      sizes.push(size(dataDir, 'lane.sqlite') + size(dataDir, 'lane.sqlite-wal'))
    }
    expect(Math.max(...sizes.slice(60))).toBeLessThan(1.5 * Math.max(...sizes.slice(30, 60)))
    expect(store.archive.facts().dropped).toBeGreaterThan(2_500)
  })

  it('a long reader holds the log back and stops no sale; when it ends, the log is emptied', () => {
    const dataDir = quickFolder()
    const { store } = openStore(dataDir)
    sellMany(store, 5)
    const reader = new Database(path.join(dataDir, 'lane.sqlite'), { readonly: true })
    reader.exec('BEGIN')
    const seen = () => reader.prepare('SELECT count(*) FROM journal').pluck().get()
    expect(seen()).toBe(6)
    sellMany(store, 400)
    const held = store.upkeep()
    expect(held).toEqual({ kind: 'nothing', logHeldBackBytes: expect.any(Number) as number })
    expect(size(dataDir, 'lane.sqlite-wal')).toBeGreaterThan(1024 * 1024)
    expect(seen()).toBe(6)
    reader.close()
    expect(tidy(store)['logEmptied']).toBe(1)
    sell(store)
    expect(size(dataDir, 'lane.sqlite-wal')).toBeLessThanOrEqual(4 * 1024 * 1024)
  })

  it('give free room back to the disk, a little at a time', () => {
    const hand = handClock()
    const dataDir = quickFolder()
    const { store } = openStore(dataDir, { clock: hand })
    sellMany(store, 3_000)
    acknowledgeAll(store)
    const head = store.journal.head()
    if (head !== null) store.archive.backedUp(head)
    tidy(store)
    const before = size(dataDir, 'lane.sqlite')
    hand.atMs += 36 * dayMs
    expect(tidy(store)['vacuumed']).toBeGreaterThan(1)
    tidy(store)
    store.close()
    expect(size(dataDir, 'lane.sqlite')).toBeLessThan(0.8 * before)
  })

  it('of an older release are made so that they can shrink, once, at the first start', () => {
    const dataDir = quickFolder()
    openStore(dataDir).store.close()
    const file = path.join(dataDir, 'lane.sqlite')
    const vacuumMode = (change?: string) => {
      const db = new Database(file)
      if (change !== undefined) db.exec(change)
      const mode = db.pragma('auto_vacuum', { simple: true })
      db.close()
      return mode
    }
    expect(vacuumMode('PRAGMA auto_vacuum = 0; VACUUM')).toBe(0)
    const again = openStore(dataDir)
    expect(again.epochBeginning).toBeNull()
    expect(vacuumMode()).toBe(2)
  })
})
