import { describe, expect, it } from 'vitest'
import { importCatalogue } from '../../../src-main/catalogue/import.ts'
import { laneEventSchema, type LaneEvent } from '../../../src-main/contract/events.ts'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import { Failure } from '../../../src-main/contract/failure.ts'
import type { LaneStorePort, LaneTransaction } from '../../../src-main/ports/store.ts'

/** The catalogue's side of a lane store, in memory: a transaction that throws leaves nothing behind. */
class MemoryStore {
  items: readonly Item[] = []
  sha: string | null = null
  events: LaneEvent[] = []
  transactions = 0
  full = false

  readonly port = {
    catalogue: {
      count: () => this.items.length,
      list: ({ limit }: { limit: number }) => this.items.slice(0, limit),
      sourceSha256: () => this.sha,
    },
    transact: <T>(work: (tx: LaneTransaction) => T): T => this.#transact(work),
  } as unknown as LaneStorePort

  #transact<T>(work: (tx: LaneTransaction) => T): T {
    const before = { items: this.items, sha: this.sha, events: [...this.events] }
    try {
      const result = work({
        replaceCatalogue: (items: readonly Item[], sha: string) => {
          this.items = items
          this.sha = sha
        },
        append: (_aggregate: unknown, event: LaneEvent) => {
          if (this.full)
            throw new Failure({ code: 'store.diskFull', attempted: '', remedy: 'staff', message: '' })
          this.events.push(event)
        },
      } as unknown as LaneTransaction)
      this.transactions++
      return result
    } catch (error) {
      Object.assign(this, before)
      throw error
    }
  }
}

const header = 'sku,name_zh,name_en,category,unit,price_minor,tax_class'
const first = `${header}\nA,甲,A,x,each,100,zero\nB,乙,B,x,each,200,zero\nC,丙,C,x,each,300,zero`
const second = `${header}\nA,甲,A,x,each,100,zero\nB,乙,B,x,each,250,zero\nD,丁,D,x,each,400,zero`

describe('an import', () => {
  it('replaces the catalogue and journals what changed, in one transaction', () => {
    const store = new MemoryStore()
    importCatalogue(store.port, first, 'csv')
    const summary = importCatalogue(store.port, second, 'csv')
    expect(summary).toMatchObject({ ok: true, value: { items: 3, added: 1, changed: 1, removed: 1 } })
    expect(store.transactions).toBe(2)
    expect(store.items.map((item) => item.sku)).toEqual(['A', 'B', 'D'])
    expect(store.events.map((event) => laneEventSchema.parse(event))).toEqual([
      {
        type: 'catalogue.imported',
        sourceSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        items: 3,
        added: 3,
        changed: 0,
        removed: 0,
      },
      { type: 'catalogue.imported', sourceSha256: store.sha, items: 3, added: 1, changed: 1, removed: 1 },
    ])
  })

  it('of the same file again writes nothing', () => {
    const store = new MemoryStore()
    importCatalogue(store.port, first, 'csv')
    expect(importCatalogue(store.port, first, 'csv')).toMatchObject({
      ok: true,
      value: { alreadyThere: true },
    })
    expect(store.transactions).toBe(1)
  })

  it('of a file with one bad line keeps the old catalogue whole', () => {
    const store = new MemoryStore()
    importCatalogue(store.port, first, 'csv')
    const bad = importCatalogue(store.port, `${second}\nE,戊,E,x,each,five,zero`, 'csv')
    expect(bad).toMatchObject({ ok: false, error: [{ place: { unit: 'line', number: 5 } }] })
    expect(store.items.map((item) => item.sku)).toEqual(['A', 'B', 'C'])
    expect(store.transactions).toBe(1)
  })

  it('on a full disk passes the failure on and leaves the old catalogue', () => {
    const store = new MemoryStore()
    importCatalogue(store.port, first, 'csv')
    store.full = true
    expect(() => importCatalogue(store.port, second, 'csv')).toThrow(Failure)
    expect(store.items.map((item) => item.sku)).toEqual(['A', 'B', 'C'])
  })
})
