import type { LaneEvent } from '../contract/events.ts'
import type { Key } from '../contract/values.ts'
import { basketTotal, soldLines, taxTotals } from '../domain/basket/reading.ts'
import type { Attempt, CompletedSale, Sale } from '../domain/checkout/state.ts'
import { buildReceipt } from '../domain/receipt/receipt.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { ReceiptPrinter } from './receiptPrinter.ts'
import type { LaneSettings } from './settings.ts'

export interface SellingDeps {
  readonly settings: LaneSettings
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly receipts: ReceiptPrinter
  /** Where shoppers' phones reach the hub; null before the lane has ever met it. */
  readonly publicUrl: () => string | null
}

/** The commits of a sale. Each is one transaction, and throws `Failure` `store.diskFull` with nothing written. */
export interface Selling {
  keep(sale: Sale | null): void
  cancel(sale: Sale, reason: 'shopper' | 'idle' | 'staff'): void
  /** Sale, receipt, print job and the end of the basket at once. */
  complete(sale: Sale, attempt: Attempt): CompletedSale
}

export function createSelling({ settings, store, clock, receipts, publicUrl }: SellingDeps): Selling {
  function receiptOf(sale: Sale, attempt: Attempt, receiptUrl: string | null) {
    const outcome = store.attempt(attempt.attemptKey)?.outcome
    return buildReceipt({
      saleId: sale.saleId,
      receiptToken: sale.receiptToken,
      language: sale.language,
      currency: settings.currency,
      merchant: settings.merchant,
      laneId: settings.laneId,
      bench: settings.bench,
      lines: soldLines(sale.basket),
      taxes: taxTotals(sale.basket, settings.taxRates),
      payment: {
        tender: attempt.tender,
        mode: attempt.mode,
        maskedAccount: attempt.maskedAccount,
        approvalCode: outcome?.kind === 'approved' ? outcome.approvalCode : null,
      },
      atMs: clock.nowMs(),
      timeZone: settings.timeZone,
      receiptUrl,
    })
  }

  return {
    keep(sale) {
      store.transact((tx) => {
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
    },
    complete(sale, attempt) {
      const base = publicUrl()
      const receiptUrl = base === null ? null : `${base}/r/${sale.receiptToken}`
      const receipt = receiptOf(sale, attempt, receiptUrl)
      const { attemptKey, tender, mode, amountMinor } = attempt
      const event: LaneEvent = {
        type: 'sale.completed',
        saleId: sale.saleId,
        language: sale.language,
        currency: settings.currency,
        totalMinor: basketTotal(sale.basket).amountMinor,
        lines: soldLines(sale.basket),
        taxes: taxTotals(sale.basket, settings.taxRates),
        payments: [{ attemptKey, tender, mode, amountMinor }],
        receipt,
      }
      store.transact((tx) => {
        tx.append(saleAggregate(sale.saleId), event)
        tx.putOpenSale(null)
        receipts.queueOriginal(tx, sale.saleId, receipt)
      })
      return { saleId: sale.saleId, receipt, receiptUrl, mode }
    },
  }
}

function saleAggregate(saleId: Key) {
  return { kind: 'sale', id: saleId } as const
}
