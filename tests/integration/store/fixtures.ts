import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach } from 'vitest'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import type { LaneEventOf } from '../../../src-main/contract/events.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import type { AttemptRecord, SubjectRecord } from '../../../src-main/ports/store.ts'
import {
  openLaneStore,
  type OpenedLaneStore,
  type OpenLaneStoreOptions,
} from '../../../src-main/store/open-lane-store.ts'

export const random = createRandom()
export const clock = createClock(random.key())

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp()
})

export function temporaryFolder(): string {
  return madeIn(tmpdir())
}

/** In memory where the machine has a place for that: for tests of many commits that are not about the disk. */
export function quickFolder(): string {
  return madeIn(existsSync('/dev/shm') ? '/dev/shm' : tmpdir())
}

function madeIn(place: string): string {
  const folder = mkdtempSync(path.join(place, 'facelane-store-'))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens a store that is closed at the end of the test, if the test has not done it. */
export function openStore(dataDir: string, more: Partial<OpenLaneStoreOptions> = {}): OpenedLaneStore {
  const opened = openLaneStore({ dataDir, laneId: 'lane-1', clock, random, ...more })
  cleanUps.push(() => opened.store.close())
  return opened
}

/** What somebody with the file and a SQLite shell could do; the triggers are lifted and put back. */
export function tamper(dataDir: string, sql: string): void {
  const db = new Database(path.join(dataDir, 'lane.sqlite'))
  const triggers = db
    .prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
    .all()
  db.pragma('foreign_keys = OFF')
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`)
  db.exec(sql)
  for (const trigger of triggers) db.exec(trigger.sql)
  db.close()
}

/** A small fact, for tests that only need the chain to grow. */
export function sampleEvent(): LaneEventOf<'consent.withdrawn'> {
  return { type: 'consent.withdrawn', subjectKey: random.key() }
}

export function appendOne(store: OpenedLaneStore['store']) {
  const event = sampleEvent()
  return store.transact((tx) => tx.append({ kind: 'subject', id: event.subjectKey }, event))
}

export function sampleAttempt(over: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attemptKey: random.key(),
    saleId: random.key(),
    amount: { amountMinor: 1_250, currency: 'CNY' },
    mode: 'online',
    instrument: { kind: 'walletCode' },
    state: 'intended',
    outcome: null,
    createdAtMs: 1_795_384_800_000,
    updatedAtMs: 1_795_384_800_000,
    ...over,
  }
}

export function sampleSubject(over: Partial<SubjectRecord> = {}): SubjectRecord {
  return {
    subjectKey: random.key(),
    accountId: random.key(),
    maskedName: '王*明',
    maskedAccount: '***8812',
    phoneLast4: '8812',
    enrolledAtMs: 1_795_384_800_000,
    ...over,
  }
}

export function sampleReceipt(saleId: string): ReceiptDocument {
  return {
    formatVersion: 1,
    saleId,
    receiptToken: random.key(),
    language: 'zh-CN',
    totalMinor: 1_250,
    currency: 'CNY',
    blocks: [{ kind: 'title', text: '收据' }],
  }
}

export function sampleItem(over: Partial<Item> = {}): Item {
  return {
    sku: 'tea-500',
    barcodes: ['6901234567892'],
    name: { 'zh-CN': '乌龙茶 500ml', en: 'Oolong Tea 500 ml' },
    category: 'drinks',
    unit: 'each',
    priceMinor: 450,
    taxClass: 'standard',
    ...over,
  }
}
