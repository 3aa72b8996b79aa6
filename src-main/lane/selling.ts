import type { LaneEvent, SalePayment } from '../contract/events.ts'
import type { FiscalMark, FiscalRecord } from '../contract/fiscal.ts'
import type { Member, SaleMember } from '../contract/membership.ts'
import type { Key } from '../contract/values.ts'
import { basketTotal, soldLines, taxTotals } from '../domain/basket/reading.ts'
import type { CancelReason, CompletedSale, PaidPart, Sale } from '../domain/checkout/state.ts'
import { fiscalBlocks } from '../domain/fiscal/receiptBlocks.ts'
import { pointsEarned } from '../domain/membership/earning.ts'
import { buildReceipt, type ReceiptMember } from '../domain/receipt/receipt.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FiscalDeskPort } from '../ports/fiscal.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { ReceiptPrinter } from './receiptPrinter.ts'
import type { LaneSettings } from './settings.ts'
import type { LaneVending } from './vending.ts'

export interface SellingDeps {
  readonly settings: LaneSettings
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly receipts: ReceiptPrinter
  /** Where shoppers' phones reach the hub; null before the lane has ever met it. */
  readonly publicUrl: () => string | null
  readonly fiscal: FiscalDeskPort
  /** Null where no machine gives out what is sold. */
  readonly vending: Pick<LaneVending, 'plan' | 'view'> | null
}

/** The commits of a sale. Each is one transaction, and throws `Failure` `store.diskFull` with nothing written. */
export interface Selling {
  keep(sale: Sale | null): void
  /** The basket with the price that staff gave a line, and who gave it. */
  override(sale: Sale, lineId: number): void
  cancel(sale: Sale, reason: CancelReason): void
  /** What the law wants on the receipt of a paid sale; null where it wants nothing: then nothing is waited for. */
  seal(sale: Sale): Promise<FiscalMark | null> | null
  /** Sale, receipt, print job and the end of the basket at once. */
  complete(sale: Sale, mark: FiscalMark | null): CompletedSale
}

export function createSelling(deps: SellingDeps): Selling {
  const { settings, store, clock, receipts, publicUrl, fiscal, vending } = deps

  function receiptOf(sale: Sale, receiptUrl: string | null, mark: FiscalMark | null) {
    return buildReceipt({
      saleId: sale.saleId,
      receiptToken: sale.receiptToken,
      language: sale.language,
      currency: settings.currency,
      merchant: settings.merchant,
      laneId: settings.laneId,
      bench: settings.bench,
      lines: soldLines(sale.basket),
      taxes: taxTotals(sale.basket),
      prices: pricesOf(sale),
      totalMinor: basketTotal(sale.basket).amountMinor,
      payments: sale.paid,
      member: receiptMemberOf(sale),
      atMs: clock.nowMs(),
      timeZone: settings.timeZone,
      receiptUrl,
      fiscal: fiscalBlocks(mark, sale.language),
    })
  }

  return {
    keep(sale) {
      const emptied = sale === null && fiscal.status().state !== 'off' ? store.openSale() : null
      store.transact((tx) => {
        tx.putOpenSale(sale)
      })
      if (sale !== null) fiscal.begin(sale.saleId)
      if (emptied !== null) fiscal.abandon(emptied.saleId)
    },
    override(sale, lineId) {
      const line = sale.basket.lines.find((candidate) => candidate.lineId === lineId)
      if (line?.override === undefined) throw new Error(`No price of line ${lineId} was changed`)
      const { unitPriceMinor: toMinor, reason, staffId } = line.override
      const { sku, priceMinor: fromMinor } = line.item
      store.transact((tx) => {
        tx.append(saleAggregate(sale.saleId), {
          type: 'price.overridden',
          saleId: sale.saleId,
          lineId,
          sku,
          fromMinor,
          toMinor,
          currency: settings.currency,
          reason,
          staffId,
        })
        tx.putOpenSale(sale)
      })
    },
    cancel(sale, reason) {
      store.transact((tx) => {
        tx.putOpenSale(null)
        tx.append(saleAggregate(sale.saleId), {
          type: 'sale.cancelled',
          saleId: sale.saleId,
          currency: settings.currency,
          totalMinor: basketTotal(sale.basket).amountMinor,
          lines: soldLines(sale.basket),
          reason,
        })
      })
      fiscal.abandon(sale.saleId)
    },
    seal: (sale) => (fiscal.status().state === 'off' ? null : fiscal.seal(fiscalRecordOf(sale))),
    complete(sale, mark) {
      const base = publicUrl()
      const receiptUrl = base === null ? null : `${base}/r/${sale.receiptToken}`
      const receipt = receiptOf(sale, receiptUrl, mark)
      const event: LaneEvent = {
        type: 'sale.completed',
        saleId: sale.saleId,
        language: sale.language,
        currency: settings.currency,
        totalMinor: basketTotal(sale.basket).amountMinor,
        lines: soldLines(sale.basket),
        taxes: taxTotals(sale.basket),
        prices: pricesOf(sale),
        payments: sale.paid.map(paymentOf),
        ...memberOf(sale),
        receipt,
      }
      store.transact((tx) => {
        tx.append(saleAggregate(sale.saleId), event)
        tx.putOpenSale(null)
        receipts.queueOriginal(tx, sale.saleId, receipt)
        vending?.plan(tx, sale)
      })
      const vend = vending?.view(sale.saleId) ?? null
      return {
        saleId: sale.saleId,
        receipt,
        receiptUrl,
        mode: sale.paid.find(({ mode }) => mode === 'deferred')?.mode ?? sale.paid[0]?.mode ?? 'local',
        changeMinor: sale.paid.reduce((sum, { cash }) => sum + (cash?.changeMinor ?? 0), 0),
        ...(vend === null ? {} : { vend }),
      }
    },
  }
}

function earnedBy({ paid }: Sale, { earnPermille }: Member): number {
  return pointsEarned(paid, earnPermille)
}

function memberOf(sale: Sale): { member?: SaleMember } {
  const { member } = sale
  if (member === null) return {}
  return { member: { memberKey: member.memberKey, earnedMinor: earnedBy(sale, member) } }
}

function receiptMemberOf(sale: Sale): ReceiptMember | null {
  const { member } = sale
  return member && { maskedNumber: member.maskedNumber, earnedMinor: earnedBy(sale, member) }
}

function pricesOf({ basket }: Sale) {
  return basket.tax?.prices ?? 'inclusive'
}

function fiscalRecordOf(sale: Sale): FiscalRecord {
  const { currency } = sale.basket
  return {
    recordKey: sale.saleId,
    kind: 'sale',
    currency,
    turnover: taxTotals(sale.basket).map(({ taxClass, ratePermille, grossMinor }) => ({
      taxClass,
      ratePermille,
      grossMinor,
    })),
    payments: sale.paid.map(({ tender, amountMinor, cash }) => ({
      kind: tender === 'cash' ? 'cash' : 'nonCash',
      amountMinor: amountMinor + (cash?.roundingMinor ?? 0),
      currency,
    })),
  }
}

function paymentOf(part: PaidPart): SalePayment {
  const { attemptKey, tender, mode, amountMinor, wallet, cash, card, releasedBy } = part
  return {
    attemptKey,
    tender,
    mode,
    amountMinor,
    ...(wallet === null ? {} : { wallet }),
    ...(cash === null ? {} : { cash: withoutKind(cash) }),
    ...(card === null ? {} : { card: withoutKind(card) }),
    ...(releasedBy === null ? {} : { releasedBy }),
  }
}

function withoutKind<T extends { readonly kind: string }>({ kind: _, ...rest }: T): Omit<T, 'kind'> {
  return rest
}

function saleAggregate(saleId: Key) {
  return { kind: 'sale', id: saleId } as const
}
