import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { itemCount } from '../../../src-main/domain/basket/reading.ts'
import { openForReading } from '../../../src-main/store/database.ts'
import {
  readAttemptsInState,
  readOpenSale,
  readPrintJobs,
} from '../../../src-main/store/repositories/sales.ts'
import { cleanUps } from '../system/support/folders.ts'
import { openHub, type ShopHub } from '../system/support/hub.ts'
import { openLine, type Line } from '../system/support/line.ts'
import { eventsOf, goods, openDevices, verifies, type TillDevices } from '../system/support/till.ts'
import { openChildTill, type ChildTill } from './child-till.ts'
import type { ChildOrder } from './lane-child.ts'

const basket = [goods.tea.barcode, goods.cola.barcode]
const due = goods.tea.priceMinor + goods.cola.priceMinor

interface KillPoint {
  readonly when: string
  readonly dieAt: NonNullable<ChildOrder['dieAt']>
  /** What the line to the hub does with the payment. */
  readonly line?: 'swallow' | 'hangUp' | 'mute'
}

const at = (state: string, afterMs: number) => ({ state, afterMs })
const points: readonly KillPoint[] = [
  { when: 'as scanning begins', dieAt: at('scanning', -1) },
  { when: 'in the middle of scanning', dieAt: at('scanning', 10) },
  { when: 'at the choice of tender', dieAt: at('tenderChoice', 5) },
  { when: 'as the intent is written', dieAt: at('authorising', -1) },
  { when: 'as the request leaves', dieAt: at('authorising', 0) },
  { when: 'while the hub works', dieAt: at('authorising', 4) },
  { when: 'about when the answer comes', dieAt: at('authorising', 15) },
  { when: 'with a hub that never answers', dieAt: at('authorising', 80), line: 'mute' },
  { when: 'as it begins to ask what became of it', dieAt: at('unknown', 0), line: 'swallow' },
  { when: 'while it asks what became of it', dieAt: at('unknown', 15), line: 'swallow' },
  { when: 'while a lost request is taken back', dieAt: at('unknown', 5), line: 'hangUp' },
  { when: 'between approval and sale', dieAt: at('approved', -1) },
  { when: 'as the paper is about to begin', dieAt: at('printing', -1) },
  { when: 'as the first bytes leave', dieAt: at('printing', 10) },
  { when: 'in the middle of the paper', dieAt: at('printing', 220) },
  { when: 'near the end of the paper', dieAt: at('printing', 600) },
  { when: 'when all is done', dieAt: at('done', 1) },
]

/** Anywhere between the first item and the last cut; the moment stands in the title. */
const anywhere: readonly KillPoint[] = Array.from({ length: 5 }, () => {
  const afterMs = Math.round(Math.random() * 900)
  return { when: `${afterMs} ms after the first item`, dieAt: at('scanning', afterMs) }
})

/** A code that is shown before the scanner and the hub are there is nobody's. */
const takesCode = ({ screen }: LaneView): boolean =>
  screen.kind === 'tenderChoice' &&
  screen.offers.some(({ kind, available }) => kind === 'walletCode' && available)

describe('a lane process that is killed at any point of a purchase', { timeout: 60_000 }, () => {
  const after = cleanUps()
  const eachRound = cleanUps()
  let hub: ShopHub
  let line: Line
  let account: string
  const seen = new Set<string>()

  beforeAll(async () => {
    hub = await openHub(after)
    line = await openLine(() => hub.url(), after)
    account = await hub.wallet(1_000_000)
  })
  afterEach(() => eachRound.run())
  afterAll(() => after.run())

  /** Plays a shopper until the sale is done or the lane is dead. */
  async function buy(till: ChildTill, devices: TillDevices): Promise<'done' | 'dead'> {
    const step = async (what: string, wanted: (view: LaneView) => boolean): Promise<boolean> =>
      (await till.when(wanted, what)) !== null
    if (
      !(await step('a screen to begin on', ({ screen }) =>
        ['attract', 'scanning', 'tenderChoice'].includes(screen.kind),
      ))
    )
      return 'dead'
    for (const [index, barcode] of basket.entries()) {
      if ((till.view()?.basket.itemCount ?? 0) > index) continue
      await devices.scanner.scan(barcode)
      if (!(await step(`item ${index + 1}`, (view) => view.basket.itemCount === index + 1))) return 'dead'
    }
    till.do({ type: 'checkout:pay' })
    if (!(await step('the tenders', takesCode))) return 'dead'
    await devices.scanner.scan(await hub.operator().issueCode(account))
    const isOver = ({ screen }: LaneView) => screen.kind === 'done' && screen.paper !== 'printing'
    return (await step('the end', isOver)) ? 'done' : 'dead'
  }

  it.each([...points, ...anywhere])(
    '$when: finished or kept, charged once or not at all, one original at most',
    async (point) => {
      const dataDir = eachRound.folder()
      const devices = await openDevices(eachRound)
      const options = { hub, hubUrl: line.url }
      line.set('pass')
      line.set(point.line ?? 'pass', '/payments/authorise')
      const first = openChildTill(options, { dataDir, devices, dieAt: point.dieAt }, eachRound)
      await buy(first, devices)
      expect(await first.died).toBe('SIGKILL')
      const left = leftOn(dataDir)
      seen.add(left.kind)

      line.set('pass')
      const second = openChildTill(options, { dataDir, devices, dieAt: null }, eachRound)
      const begun = await second.when(() => true, 'the first view')
      const chargedBefore = (await hub.operator().ledger()).charges.length
      expect(promised[left.kind]).toContain(begun?.screen.kind)
      if (left.kind === 'basket') {
        expect(begun).toMatchObject({ notice: { code: 'basketKept' }, basket: { itemCount: left.items } })
        expect(await chargesOf(begun?.basket.saleId ?? null)).toEqual([])
      }
      const settled = await second.when(
        ({ screen }) => ['attract', 'scanning', 'tenderChoice', 'done'].includes(screen.kind),
        'the restarted lane to know where it stands',
      )
      const finishedByItself = eventsOf(dataDir).some(({ type }) => type === 'sale.completed')
      expect(settled).not.toBeNull()
      if (!finishedByItself) expect(await buy(second, devices)).toBe('done')
      else expect(chargedBefore).toBeGreaterThan(0)

      await second.when(
        ({ sync }) => sync.hub === 'online' && sync.pendingEntries === 0,
        'the hub to have it all',
      )
      await paperRests(devices, dataDir)
      await second.stop()

      const sales = eventsOf(dataDir).flatMap((event) => (event.type === 'sale.completed' ? [event] : []))
      expect(sales.map(({ totalMinor }) => totalMinor)).toEqual([due])
      expect(await chargesOf(sales[0]?.saleId ?? null)).toEqual([due])
      const attempts = new Set(
        eventsOf(dataDir).flatMap((e) => (e.type === 'payment.attempted' ? [e.attemptKey] : [])),
      )
      const { charges, balanced } = await hub.operator().ledger()
      expect(balanced).toBe(true)
      expect(charges.filter(({ attemptKey }) => attempts.has(attemptKey))).toHaveLength(1)
      expect(await verifies(dataDir)).toBe(true)

      const verdict = devices.printer.judge(jobsIn(dataDir))
      const originals = Object.values(verdict.originals).reduce((sum, count) => sum + count, 0)
      const copies = Object.values(verdict.copies).reduce((sum, count) => sum + count, 0)
      expect(originals).toBeLessThanOrEqual(1)
      expect(copies).toBeLessThanOrEqual(1)
      expect(originals + copies).toBeGreaterThanOrEqual(1)
    },
  )

  it('has been killed with each kind of thing left on the disk', () => {
    expect([...seen].sort()).toEqual(['basket', 'nothing', 'paid', 'unanswered'])
  })

  async function chargesOf(saleId: string | null): Promise<number[]> {
    return saleId === null ? [] : hub.chargesOf(saleId)
  }
})

type Left =
  { readonly kind: 'nothing' | 'unanswered' | 'paid' } | { readonly kind: 'basket'; readonly items: number }

/** Where `src-main/lane/restoring.ts` promises to go on; a restarted lane is quick and may have moved on already. */
const promised: Readonly<Record<Left['kind'], readonly string[]>> = {
  nothing: ['attract'],
  basket: ['scanning'],
  unanswered: ['unknown', 'approved', 'printing', 'done', 'tenderChoice'],
  paid: ['approved', 'printing', 'done'],
}

/** What the dead lane had committed. */
function leftOn(dataDir: string): Left {
  const db = openForReading(dataDir)
  try {
    const sale = readOpenSale(db)
    if (sale === null) return { kind: 'nothing' }
    if (readAttemptsInState(db, ['approved']).length > 0) return { kind: 'paid' }
    if (readAttemptsInState(db, ['intended', 'unknown']).length > 0) return { kind: 'unanswered' }
    return { kind: 'basket', items: itemCount(sale.basket) }
  } finally {
    db.close()
  }
}

function jobsIn(dataDir: string) {
  const db = openForReading(dataDir)
  try {
    return readPrintJobs(db, ['queued', 'sent', 'printed', 'notPrinted', 'unknown'])
  } finally {
    db.close()
  }
}

/** Every job has its word, and nothing moves in the printer. */
async function paperRests({ printer }: TillDevices, dataDir: string): Promise<void> {
  for (let still = 0, before = -1; still < 6; still += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { bufferedBytes, paperMm } = printer.state()
    const isWaiting = jobsIn(dataDir).some(({ state }) => state === 'queued' || state === 'sent')
    if (isWaiting || bufferedBytes > 0 || paperMm !== before) still = 0
    before = paperMm
  }
}
