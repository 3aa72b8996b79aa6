import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importCatalogue } from '../../../src-main/catalogue/import.ts'
import { parseScan } from '../../../src-main/domain/barcode/scan.ts'
import { generateCatalogue } from '../../../src-main/domain/catalogue/generate.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import type { LaneStorePort } from '../../../src-main/ports/store.ts'
import { openLaneStore } from '../../../src-main/store/open-lane-store.ts'

const supermarket = readFileSync(
  new URL('../../../fixtures/catalogue/supermarket.csv', import.meta.url),
  'utf8',
)

let dataDir: string
let store: LaneStorePort
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'facelane-catalogue-'))
  const random = createRandom()
  store = openLaneStore({ dataDir, laneId: 'lane-1', clock: createClock(random.key()), random }).store
})
afterEach(() => {
  store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('a catalogue in the lane’s store', () => {
  it('is found by what the scanner reads, in every form of the code', () => {
    expect(importCatalogue(store, supermarket, 'csv').ok).toBe(true)
    for (const [scanned, sku] of [
      ['2000000010373', 'WATER-550'],
      ['20013707', 'COLA-330'],
      ['400000024431', 'CHOC-MILK'],
      ['0400000024431', 'CHOC-MILK'],
    ] as const) {
      const scan = parseScan(`${scanned}\r`)
      if (!scan.ok || scan.value.kind !== 'gtin') throw new Error('A barcode of the fixture')
      expect(store.catalogue.findByBarcode(scan.value.gtin)?.sku).toBe(sku)
    }
  })

  it('adds one journal entry for each import, and none for the same file again', () => {
    const before = store.journal.pendingCount()
    importCatalogue(store, supermarket, 'csv')
    expect(importCatalogue(store, supermarket, 'csv')).toMatchObject({ value: { alreadyThere: true } })
    expect(store.journal.pendingCount()).toBe(before + 1)
  })

  it('is the old one, whole, after an import with a bad line', () => {
    importCatalogue(store, supermarket, 'csv')
    const count = store.catalogue.count()
    const pending = store.journal.pendingCount()
    expect(importCatalogue(store, `${supermarket}ONE,,坏,Bad,x,each,free,zero,,\n`, 'csv').ok).toBe(false)
    expect(store.catalogue.count()).toBe(count)
    expect(store.catalogue.findBySku('ONE')).toBeNull()
    expect(store.journal.pendingCount()).toBe(pending)
  })

  it('may hold 50,000 items, and tells what a second import changed', () => {
    const items = generateCatalogue(50_000, 1)
    expect(importCatalogue(store, JSON.stringify(items), 'json')).toMatchObject({ value: { added: 50_000 } })
    const [first, second, ...rest] = items
    if (first === undefined || second === undefined) throw new Error('50,000 were made')
    const changed = [{ ...second, priceMinor: second.priceMinor + 1 }, ...rest]
    expect(importCatalogue(store, JSON.stringify(changed), 'json')).toMatchObject({
      ok: true,
      value: { items: 49_999, added: 0, changed: 1, removed: 1 },
    })
    expect(store.catalogue.findByBarcode(first.barcodes[0] ?? '')).toBeNull()
  })
})
