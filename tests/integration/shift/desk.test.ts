import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { laneEventSchema, type LaneEvent } from '../../../src-main/contract/events.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import { receiptDocumentSchema } from '../../../src-main/contract/receipt.ts'
import type { ShiftReport } from '../../../src-main/contract/shift.ts'
import { createShiftDesk } from '../../../src-main/lane/shiftDesk.ts'
import { createHandClock } from '../lane/support/hand-clock.ts'
import { fillable, journalOf, openStore, random, temporaryFolder } from '../lane/support/stores.ts'
import { anyEvent, completed } from '../../unit/shift/events.ts'
import { part, pieces, sale, total } from '../../unit/returns/sales.ts'

function till(folder = temporaryFolder()) {
  const clock = createHandClock()
  const opened = openStore(folder, clock)
  const store = fillable(opened)
  const papers: ReceiptDocument[] = []
  const openings: string[] = []
  const desk = createShiftDesk({
    settings: {
      laneId: 'lane-1',
      merchant: { name: 'Green Lane', addressLines: [] },
      bench: false,
      timeZone: 'UTC',
      currency: 'CNY',
    },
    language: () => 'en',
    store,
    clock,
    random,
    receipts: { queueOriginal: (_tx, _key, document) => void papers.push(document) },
    drawer: { open: (reason) => void openings.push(reason) },
    print: () => undefined,
  })
  const close = () => opened.close()
  return { clock, store, desk, papers, openings, close, restart: () => (close(), till(folder)) }
}

type Till = ReturnType<typeof till>

const cashSale = sale([pieces(1, 2, 1130)], [part('1', 630), part('2', 500, 'cash')])

function journal({ store }: Till, event: LaneEvent): void {
  store.transact((tx) => tx.append({ kind: 'sale', id: random.key() }, event))
}

async function closed({ desk }: Till, countedMinor: number): Promise<ShiftReport> {
  const z = await desk.close('li', countedMinor)
  if (!z.ok) throw new Error(z.error)
  return z.value
}

describe('a shift', () => {
  it('opens with its float, and closes with what was counted and what is missing', async () => {
    const t = till()
    t.desk.open('li', 20_000)
    journal(t, completed(cashSale))
    expect(await closed(t, 20_490)).toMatchObject({
      zNumber: 1,
      sales: { count: 1, amountMinor: 1130 },
      cash: { floatMinor: 20_000, expectedMinor: 20_500, countedMinor: 20_490, differenceMinor: -10 },
    })
    expect(t.desk.current()).toBeNull()
  })

  it('is one at a time, and only an open one moves cash or closes', async () => {
    const t = till()
    const out = { staffId: 'li', direction: 'out', amountMinor: 100, reason: 'safeDrop' } as const
    expect(await t.desk.moveCash(out)).toEqual({ ok: false, error: 'shiftClosed' })
    expect(await t.desk.close('li', 0)).toEqual({ ok: false, error: 'shiftClosed' })
    t.desk.open('li', 50)
    expect(t.desk.open('li', 50)).toEqual({ ok: false, error: 'shiftOpen' })
    expect(await t.desk.moveCash(out)).toEqual({ ok: false, error: 'tooMuchCash' })
    expect(await t.desk.moveCash({ ...out, amountMinor: 50 })).toMatchObject({
      ok: true,
      value: { cash: { outMinor: 50, expectedMinor: 0 } },
    })
  })

  it('has an X at any time that closes nothing, and its Z begins where the last one ended', async () => {
    const t = till()
    t.desk.open('li', 0)
    journal(t, completed(cashSale))
    expect(await t.desk.report()).toMatchObject({ zNumber: null, sales: { count: 1 } })
    expect(await t.desk.report()).toMatchObject({ zNumber: null, sales: { count: 1 } })
    await closed(t, 500)
    // Sold while no shift was open: the next Z has it, nothing falls between two.
    journal(t, completed(cashSale))
    t.desk.open('li', 0)
    journal(t, completed(cashSale))
    expect(await closed(t, 1000)).toMatchObject({ zNumber: 2, sales: { count: 2 } })
  })

  it('stays open over a restart, with its figures, and Z numbers have no gap', async () => {
    const first = till()
    first.desk.open('li', 100)
    journal(first, completed(cashSale))
    const second = first.restart()
    expect(second.desk.current()).toMatchObject({ staffId: 'li', floatMinor: 100 })
    expect(await closed(second, 600)).toMatchObject({ zNumber: 1, cash: { differenceMinor: 0 } })
    const third = second.restart()
    third.desk.open('li', 0)
    expect(await closed(third, 0)).toMatchObject({ zNumber: 2, sales: { count: 0 } })
  })

  it('whose close cannot be written stays open, and its number is not used up', async () => {
    const t = till()
    t.desk.open('li', 0)
    t.store.full = true
    await expect(t.desk.close('li', 0)).rejects.toMatchObject({ code: 'store.diskFull' })
    t.store.full = false
    expect(await closed(t, 0)).toMatchObject({ zNumber: 1 })
  })

  it('prints its report, which fits the contract and says what it is', async () => {
    const t = till()
    t.desk.open('li', 0)
    journal(t, completed(cashSale))
    t.desk.print(await t.desk.report())
    t.desk.print(await closed(t, 500))
    expect(t.papers).toHaveLength(2)
    for (const paper of t.papers) expect(receiptDocumentSchema.safeParse(paper).success).toBe(true)
    expect(JSON.stringify(t.papers[0])).toContain('X REPORT')
    expect(JSON.stringify(t.papers[1])).toContain('Z REPORT No. 1')
  })
})

describe('any day with any number of shifts', () => {
  it('has the same figures in all its Zs together as the journal has', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyEvent, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        async (shifts) => {
          const t = till()
          const zs: ShiftReport[] = []
          for (const events of shifts) {
            t.desk.open('li', 0)
            for (const event of events) if (event.type !== 'shift.opened') journal(t, event)
            zs.push(await closed(t, 0))
          }
          expect(zs.map(({ zNumber }) => zNumber)).toEqual(shifts.map((_, index) => index + 1))
          const sold = shifts.flat().filter((event) => event.type === 'sale.completed')
          expect(total(zs.map(({ sales }) => sales.amountMinor))).toBe(
            total(sold.map(({ totalMinor }) => totalMinor)),
          )
          expect(total(zs.map(({ grossMinor }) => grossMinor))).toBe(
            total(zs.flatMap(({ netMinor, taxMinor }) => [netMinor, taxMinor])),
          )
          for (const event of journalOf(t.store)) expect(laneEventSchema.safeParse(event).success).toBe(true)
          t.close()
        },
      ),
      { numRuns: 15 },
    )
  })
})
