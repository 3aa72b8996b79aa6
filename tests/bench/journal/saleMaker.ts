import path from 'node:path'
import { loadConfig } from '../../../src-main/config/load.ts'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import { ok } from '../../../src-main/contract/result.ts'
import { addItem, emptyBasket } from '../../../src-main/domain/basket/basket.ts'
import { basketTotal } from '../../../src-main/domain/basket/reading.ts'
import type { PaidPart, Sale } from '../../../src-main/domain/checkout/state.ts'
import { fiscalDeskWithoutDevice } from '../../../src-main/fiscal/no-device.ts'
import { createReceiptPrinter } from '../../../src-main/lane/receiptPrinter.ts'
import { createSelling } from '../../../src-main/lane/selling.ts'
import { createPayments, type AttemptNews } from '../../../src-main/payments/attempts.ts'
import { partOf } from '../../../src-main/payments/parts.ts'
import { defaultTimetable } from '../../../src-main/payments/timetable.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import type { ClockPort } from '../../../src-main/ports/clock.ts'
import type { HubPort } from '../../../src-main/ports/hub.ts'
import type { LaneStorePort } from '../../../src-main/ports/store.ts'

export interface SaleMaker {
  /** One sale from the confirmed amount to the paper and what became of it, through the product's own commits. */
  sell(): Promise<void>
  /** How many commits that was so far, counted at the store. */
  commits(): number
  close(): void
}

const goods: readonly Item[] = (
  [
    ['tea-500', '6901234567892', '乌龙茶 500ml', 'Oolong tea 500 ml', 450],
    ['rice-2kg', '4006381333931', '东北大米 2kg', 'Rice 2 kg', 2_890],
    ['soap', '5901234123457', '香皂', 'Soap', 690],
  ] as const
).map(([sku, barcode, zh, en, priceMinor]) => ({
  sku,
  barcodes: [barcode],
  name: { 'zh-CN': zh, en },
  category: 'grocery',
  unit: 'each',
  priceMinor,
  taxClass: 'standard',
}))

const walletCode = '991234567890123456'

/**
 * Sales of three articles paid by phone code, or in cash, of which the hub only hears later. Hub and printer answer at
 * once: what is measured is the lane's own path from the confirmed amount, intent, outcome, sale, paper begun, paper
 * confirmed, each committed by the code a shop runs.
 */
export function createSaleMaker(
  store: LaneStorePort,
  clock: ClockPort,
  tender: 'walletCode' | 'cash' = 'walletCode',
): SaleMaker {
  const random = createRandom()
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const config = configOfALane()
  let commits = 0
  const counting = counted(store, () => (commits += 1))
  const receipts = createReceiptPrinter({
    store: counting,
    clock,
    random,
    log,
    printer: () => ({ print: async () => ({ kind: 'printed', fence: 'processId' }) }),
    timeoutMs: 1_000,
  })
  const publicUrl = () => 'http://192.168.1.20:7410'
  const selling = createSelling({
    settings: config,
    store: counting,
    clock,
    receipts,
    publicUrl,
    fiscal: fiscalDeskWithoutDevice(),
    vending: null,
  })
  const payments = createPayments({
    store: counting,
    hub: approvingHub(),
    terminal: null,
    clock,
    timetable: defaultTimetable,
    log,
    bench: false,
    mayDefer: () => false,
  })

  function basketOfGoods() {
    return goods.reduce(
      (basket, item) => {
        const added = addItem(basket, item)
        if (!added.ok) throw new Error(`The bench's basket is wrong: ${added.error}`)
        return added.value.basket
      },
      emptyBasket(config.currency, config.tax),
    )
  }

  const basket = basketOfGoods()

  function payInCash(sale: Sale): PaidPart {
    const request = { attemptKey: random.key(), saleId: sale.saleId, amount: basketTotal(sale.basket) }
    const tenderedMinor = request.amount.amountMinor
    payments.takeCash(request, { kind: 'cash', tenderedMinor, changeMinor: 0, roundingMinor: 0 }, 'staff-1')
    const record = counting.attempt(request.attemptKey)
    if (record === null) throw new Error('The cash was not kept')
    return partOf(record)
  }

  function payByCode(sale: Sale): Promise<AttemptNews> {
    return new Promise((resolve) => {
      const request = { attemptKey: random.key(), saleId: sale.saleId, amount: basketTotal(sale.basket) }
      payments.begin(
        { ...request, mode: 'online', instrument: { kind: 'walletCode', code: walletCode } },
        // Unknown when the disk refused the outcome: it is asked for again.
        (news) => {
          if (news.kind !== 'unknown') resolve(news)
        },
      )
    })
  }

  async function pay(sale: Sale): Promise<PaidPart> {
    if (tender === 'cash') return payInCash(sale)
    const news = await payByCode(sale)
    if (news.kind !== 'approved') throw new Error(`The bench's hub approves everything, not "${news.kind}"`)
    return news.part
  }

  return {
    async sell() {
      const sale: Sale = {
        saleId: random.key(),
        receiptToken: random.key(),
        language: 'zh-CN',
        basket,
        paid: [],
        linkedTo: null,
        member: null,
      }
      const { saleId } = selling.complete({ ...sale, paid: [await pay(sale)] }, null)
      await receipts.print(saleId, null, new AbortController().signal)
    },
    commits: () => commits,
    close: () => {
      payments.close()
    },
  }
}

/** The store itself, but for its `transact`. */
function counted(store: LaneStorePort, count: () => void): LaneStorePort {
  const methods = new Map<string | symbol, unknown>()
  const transact: LaneStorePort['transact'] = (work) => {
    count()
    return store.transact(work)
  }
  methods.set('transact', transact)
  return new Proxy(store, {
    get(target, name) {
      if (methods.has(name)) return methods.get(name)
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const bound: unknown = value.bind(target)
      methods.set(name, bound)
      return bound
    },
  })
}

/** Only what a sale asks of it. */
function approvingHub(): HubPort {
  const approved = async (attemptKey: string): ReturnType<HubPort['query']> =>
    ok({
      attemptKey,
      outcome: {
        kind: 'approved',
        approvalCode: '384205',
        providerReference: 'w-20261123-000001',
        maskedAccount: '***8812',
      },
    })
  const hub: Pick<HubPort, 'authorise' | 'query'> = {
    authorise: ({ attemptKey }) => approved(attemptKey),
    query: approved,
  }
  return hub as HubPort
}

function configOfALane() {
  const loaded = loadConfig({
    env: {},
    dataDir: path.join('/tmp', 'facelane-bench-lane'),
    preset: { mode: 'development', hub: { url: 'http://127.0.0.1:7410', joinTokenFile: 'join-token' } },
  })
  if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('\n'))
  return loaded.value
}
