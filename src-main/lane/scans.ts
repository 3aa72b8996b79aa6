import type { Notice } from '../contract/laneView.ts'
import type { Key } from '../contract/values.ts'
import { gs1Date, localDate } from '../domain/barcode/gs1/dates.ts'
import type { Goods } from '../domain/barcode/gs1/goods.ts'
import { isOwnCode, parseScan } from '../domain/barcode/scan.ts'
import type { LabelledPiece } from '../domain/basket/basket.ts'
import type { CheckoutInput } from '../domain/checkout/state.ts'
import { labelPriceMinor } from '../domain/money/labelPrice.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { LaneSettings } from './settings.ts'

export interface ScansDeps {
  readonly settings: LaneSettings
  readonly store: LaneStorePort
  readonly clock: Pick<ClockPort, 'nowMs'>
  readonly random: RandomPort
  /** A code shown now would pay, and its tender needs a hub that is out of reach. */
  readonly lacksHub: (tender: 'walletCode' | 'coupon') => boolean
  /** A layer above the checkout that took the read for itself; given the code when it is one of the own wallet. */
  readonly layerTakes: (text: string, ownCode: string | null) => boolean
  readonly dispatch: (input: CheckoutInput) => void
}

export interface Scans {
  /** What a scanner read, an AIM identifier (`]C1`) in front where it told one, or what a person typed. */
  take(text: string): void
  /** A card at one of these readers that is none of ours, or could not be read. */
  refuseCard(notice: Extract<Notice, { code: 'memberCardRefused' | 'paymentCardRefused' }>): void
  /** By which prices an item is sold that is scanned now. */
  priced(): { readonly priceVersion: string | null }
}

export function createScans(deps: ScansDeps): Scans {
  const { settings, store, clock, random, lacksHub, layerTakes, dispatch } = deps

  const say = (notice: Notice): void => dispatch({ type: 'scanRefused', notice })

  function payBy(tender: 'walletCode' | 'coupon', code: string): void {
    if (lacksHub(tender)) return dispatch({ type: 'hubNeeded' })
    const attemptKey: Key = random.key()
    if (tender === 'walletCode') return dispatch({ type: 'walletCodeRead', code, attemptKey })
    if (settings.tenders.coupon) return dispatch({ type: 'couponRead', code, attemptKey })
    say({ code: 'unreadableBarcode' })
  }

  function priced() {
    return { priceVersion: store.catalogue.sourceSha256() }
  }

  function sell(goods: Goods): void {
    if (settings.profile === 'vending') return say({ code: 'chooseOnScreen' })
    const item = store.catalogue.findByBarcode(goods.gtin)
    if (item === null) return say({ code: 'unknownBarcode', barcode: goods.gtin })
    const today = localDate(clock.nowMs(), settings.timeZone)
    const lastDay = goods.lastDay === undefined ? null : gs1Date(goods.lastDay, today)
    if (lastDay !== null && lastDay < today) return say({ code: 'itemExpired', name: item.name, lastDay })
    const priceMinor = goods.price === undefined ? undefined : labelPriceMinor(goods.price, settings.currency)
    if (priceMinor === null) return say({ code: 'unreadableBarcode' })
    const keys = { saleId: random.key(), receiptToken: random.key() }
    const piece = pieceOf(goods, priceMinor)
    dispatch({ type: 'itemScanned', item, ...priced(), ...(piece === null ? {} : { piece }), ...keys })
  }

  return {
    take(text) {
      const scanned = parseScan(text, settings.barcodes.labels)
      const plain = text.replace(/^\][A-Za-z][0-9A-Za-z]/, '')
      if (layerTakes(plain, scanned.ok && isOwnCode(scanned.value) ? scanned.value.code : null)) return
      if (!scanned.ok) return say({ code: 'unreadableBarcode' })
      const scan = scanned.value
      if (scan.kind === 'walletCode' || scan.kind === 'coupon') return payBy(scan.kind, scan.code)
      sell(scan.kind === 'goods' ? scan.goods : { gtin: scan.gtin })
    },
    refuseCard: say,
    priced,
  }
}

/** Null for goods whose code says nothing that the basket counts. */
function pieceOf({ grams, count }: Goods, priceMinor: number | undefined): LabelledPiece | null {
  if (grams === undefined && count === undefined && priceMinor === undefined) return null
  return {
    ...(grams === undefined ? {} : { grams }),
    ...(count === undefined ? {} : { count }),
    ...(priceMinor === undefined ? {} : { priceMinor }),
  }
}
