import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src-main/contract/failure.ts'
import { verifyJournalNow } from '../../../src-main/store/chain/verify.ts'
import { openForReading } from '../../../src-main/store/database.ts'
import {
  appendOne,
  openStore,
  random,
  sampleAttempt,
  sampleEvent,
  sampleItem,
  sampleReceipt,
  sampleSubject,
  temporaryFolder,
} from './fixtures.ts'

describe('the lane store', () => {
  it('gives back after a restart what was committed before it', () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const sale = {
      saleId: random.key(),
      receiptToken: random.key(),
      language: 'en' as const,
      basket: { currency: 'CNY', nextLineId: 1, lines: [] },
      member: {
        memberKey: random.key(),
        maskedName: '*小明',
        maskedNumber: '****3456',
        pointsMinor: 250,
        earnPermille: 10,
      },
    }
    const attempt = sampleAttempt({ saleId: sale.saleId })
    const job = {
      jobKey: random.key(),
      saleId: sale.saleId,
      document: sampleReceipt(sale.saleId),
      copy: null,
      state: 'queued' as const,
      createdAtMs: 5,
    }
    first.store.transact((tx) => {
      tx.putOpenSale(sale)
      tx.putAttempt(attempt)
      tx.putPrintJob(job)
      tx.append({ kind: 'sale', id: sale.saleId }, sampleEvent())
    })
    const head = first.store.journal.head()
    first.store.close()

    const { store, epochBeginning } = openStore(dataDir)
    expect(epochBeginning).toBeNull()
    expect(store.openSale()).toEqual(sale)
    expect(store.attempt(attempt.attemptKey)).toEqual(attempt)
    expect(store.attemptsInState(['intended', 'unknown'])).toEqual([attempt])
    expect(store.printJobs(['queued'])).toEqual([job])
    expect(store.printJobsOfSale(sale.saleId)).toEqual([job])
    expect(store.journal.head()).toEqual(head)
  })

  it('forgets the open sale when it is told to', () => {
    const { store } = openStore(temporaryFolder())
    const basket = { currency: 'CNY', nextLineId: 1, lines: [] }
    const sale = {
      saleId: random.key(),
      receiptToken: random.key(),
      language: 'en' as const,
      basket,
      member: null,
    }
    store.transact((tx) => tx.putOpenSale(sale))
    store.transact((tx) => tx.putOpenSale({ ...sale, language: 'zh-CN' }))
    expect(store.openSale()?.language).toBe('zh-CN')
    store.transact((tx) => tx.putOpenSale(null))
    expect(store.openSale()).toBeNull()
  })

  it('writes nothing at all when the work of a transaction throws', () => {
    const { store } = openStore(temporaryFolder())
    const attempt = sampleAttempt()
    const before = store.journal.head()
    const work = () =>
      store.transact((tx) => {
        tx.putAttempt(attempt)
        tx.append({ kind: 'sale', id: attempt.saleId }, sampleEvent())
        throw new Error('the caller changed its mind')
      })
    expect(work).toThrow('the caller changed its mind')
    expect(store.attempt(attempt.attemptKey)).toBeNull()
    expect(store.journal.head()).toEqual(before)
    expect(appendOne(store).seq).toBe((before?.seq ?? 0) + 1)
  })

  it('refuses a transaction that waits, one inside another, and one used after its end', () => {
    const { store } = openStore(temporaryFolder())
    expect(() => store.transact(() => Promise.resolve())).toThrow('synchronous')
    expect(() => store.transact(() => store.transact(() => 1))).toThrow('cannot hold another')
    const kept = store.transact((tx) => tx)
    expect(() => kept.putOpenSale(null)).toThrow('has ended')
  })

  it('keeps only the fields the contract names in the journal', () => {
    const { store } = openStore(temporaryFolder())
    const leaking = { ...sampleEvent(), code: '991234567890123456' }
    store.transact((tx) => tx.append({ kind: 'subject', id: 'x' }, leaking))
    const payloads = store.journal
      .pending({ maxEntries: 10, maxBytes: 100_000 })
      .map((entry) => Buffer.from(entry.payload).toString())
    expect(payloads.at(-1)).toContain('consent.withdrawn')
    expect(payloads.join()).not.toContain('991234567890123456')
  })

  it('never lets an attempt change its amount or its sale', () => {
    const { store } = openStore(temporaryFolder())
    const attempt = sampleAttempt()
    store.transact((tx) => tx.putAttempt(attempt))
    const dearer = { ...attempt, amount: { amountMinor: 9_999, currency: 'CNY' } }
    expect(() => store.transact((tx) => tx.putAttempt(dearer))).toThrow('cannot change')
    store.transact((tx) => tx.putAttempt({ ...attempt, state: 'unknown', updatedAtMs: 7 }))
    expect(store.attempt(attempt.attemptKey)).toEqual({ ...attempt, state: 'unknown', updatedAtMs: 7 })
  })

  it('sums what is deferred in one currency, and counts and dates it whatever the currency', () => {
    const { store } = openStore(temporaryFolder())
    store.transact((tx) => {
      tx.putAttempt(sampleAttempt({ state: 'deferred', createdAtMs: 30 }))
      tx.putAttempt(sampleAttempt({ state: 'deferred', createdAtMs: 20 }))
      tx.putAttempt(sampleAttempt({ state: 'processed', createdAtMs: 10 }))
      tx.putAttempt(
        sampleAttempt({ state: 'deferred', createdAtMs: 5, amount: { amountMinor: 1, currency: 'EUR' } }),
      )
    })
    expect(store.deferredTotals('CNY')).toEqual({ count: 3, sumMinor: 2_500, oldestAtMs: 5 })
    expect(store.deferredTotals('JPY')).toEqual({ count: 3, sumMinor: 0, oldestAtMs: 5 })
  })

  it('finds items by any barcode, by SKU and by words in both languages', () => {
    const { store } = openStore(temporaryFolder())
    const tea = sampleItem({ barcodes: ['6901234567892', '96385074'] })
    const apples = sampleItem({
      sku: 'apple-kg',
      barcodes: [],
      unit: 'kg',
      name: { 'zh-CN': '苹果 100%', en: 'Apples' },
    })
    expect(store.catalogue.sourceSha256()).toBeNull()
    store.transact((tx) => tx.replaceCatalogue([tea, apples], 'ab'.repeat(32)))
    expect(store.catalogue.findByBarcode('96385074')).toEqual(tea)
    expect(store.catalogue.findByBarcode('6901234567892')).toEqual(tea)
    expect(store.catalogue.findByBarcode('6901234567885')).toBeNull()
    expect(store.catalogue.findBySku('apple-kg')).toEqual(apples)
    expect(store.catalogue.count()).toBe(2)
    expect(store.catalogue.sourceSha256()).toBe('ab'.repeat(32))
    expect(store.catalogue.list({ limit: 10, query: 'OOLONG' })).toEqual([tea])
    expect(store.catalogue.list({ limit: 10, query: '苹果' })).toEqual([apples])
    expect(store.catalogue.list({ limit: 10, query: '%' })).toEqual([apples])
    expect(store.catalogue.list({ limit: 10, unit: 'each' })).toEqual([tea])
    expect(store.catalogue.list({ limit: 1, offset: 1 })).toEqual([tea])
  })

  it('keeps the old catalogue whole when the new one has the same barcode twice', () => {
    const { store } = openStore(temporaryFolder())
    const tea = sampleItem()
    store.transact((tx) => tx.replaceCatalogue([tea], 'ab'.repeat(32)))
    const twice = [sampleItem({ sku: 'a' }), sampleItem({ sku: 'b' })]
    expect(() => store.transact((tx) => tx.replaceCatalogue(twice, 'cd'.repeat(32)))).toThrow()
    expect(store.catalogue.list({ limit: 10 })).toEqual([tea])
    expect(store.catalogue.sourceSha256()).toBe('ab'.repeat(32))
  })

  it('keeps people sealed and finds them by subject and by account', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    const subject = sampleSubject()
    const reference = {
      referenceKey: random.key(),
      subjectKey: subject.subjectKey,
      sealed: random.bytes(64),
      modelPackId: 'pack-1',
      createdAtMs: 3,
    }
    store.transact((tx) => {
      tx.putSubject(subject)
      tx.putReference(reference)
    })
    expect(store.subject(subject.subjectKey)).toEqual(subject)
    expect(store.subjectByAccount(subject.accountId)).toEqual(subject)
    const [kept] = [...store.references()]
    expect({ ...kept, sealed: [...(kept?.sealed ?? [])] }).toEqual({
      ...reference,
      sealed: [...reference.sealed],
    })
    expect(store.subject(random.key())).toBeNull()
  })

  it('creates its folder and every file in it for its own user only', () => {
    const dataDir = path.join(temporaryFolder(), 'new', 'lane')
    const { store } = openStore(dataDir, {})
    appendOne(store)
    const files = [
      'lane.sqlite',
      'lane.sqlite-wal',
      'lane.pid',
      'instance.json',
      'keys/lane.pem',
      'keys/face.key',
    ]
    for (const file of files) {
      expect([file, statSync(path.join(dataDir, file)).mode & 0o077]).toEqual([file, 0])
    }
    expect(statSync(dataDir).mode & 0o077).toBe(0)
  })

  it('closes twice without harm and leaves no log behind', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    appendOne(store)
    store.close()
    store.close()
    expect(existsSync(path.join(dataDir, 'lane.sqlite-wal'))).toBe(false)
  })

  it('tells what comes too late that it is closed, as a failure and not as a crash', () => {
    const { store } = openStore(temporaryFolder())
    store.close()
    const closed = expect.objectContaining({ code: 'store.closed' })
    expect(() => store.printJobs(['queued'])).toThrow(closed)
    expect(() => appendOne(store)).toThrow(closed)
  })

  it('refuses an entry that is too large to travel, before it is written', () => {
    const { store } = openStore(temporaryFolder())
    const detail = 'x'.repeat(300_001)
    const tooLarge = () =>
      store.transact((tx) =>
        tx.append(
          { kind: 'sale', id: 'x' },
          { type: 'print.finished', jobKey: random.key(), saleId: random.key(), outcome: 'unknown', detail },
        ),
      )
    expect(tooLarge).toThrow(Failure)
    expect(tooLarge).toThrow(expect.objectContaining({ code: 'journal.entryTooLarge' }))
  })

  it('refuses a commit with more entries than one batch to the hub may have', () => {
    const { store } = openStore(temporaryFolder())
    const commit = (entries: number) =>
      store.transact((tx) => {
        for (let count = 0; count < entries; count += 1)
          tx.append({ kind: 'subject', id: 'x' }, sampleEvent())
      })
    expect(() => commit(201)).toThrow('too large')
    commit(200)
    expect(store.journal.pending({ maxEntries: 50, maxBytes: 10 })).toHaveLength(1)
    store.journal.acknowledge({ epoch: store.journal.epoch, seq: 0 })
    expect(store.journal.pending({ maxEntries: 50, maxBytes: 10 })).toHaveLength(200)
  })

  it('leaves a checkpoint every 250 entries, so that a start after a crash verifies little', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    for (let commit = 0; commit < 6; commit += 1) {
      store.transact((tx) => {
        for (let count = 0; count < 100; count += 1) tx.append({ kind: 'subject', id: 'x' }, sampleEvent())
      })
    }
    const db = openForReading(dataDir)
    const report = verifyJournalNow(db, { from: 'checkpoint' })
    db.close()
    expect(report).toMatchObject({ ok: true, entries: 0, checkedFrom: { seq: 600 } })
  })
})
