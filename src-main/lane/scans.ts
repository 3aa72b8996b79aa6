import type { Key } from '../contract/values.ts'
import { isOwnCode, parseScan } from '../domain/barcode/scan.ts'
import type { CheckoutInput } from '../domain/checkout/state.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { LaneSettings } from './settings.ts'

export interface ScansDeps {
  readonly settings: LaneSettings
  readonly store: LaneStorePort
  readonly random: RandomPort
  /** A code shown now would pay, and its tender needs a hub that is out of reach. */
  readonly lacksHub: (tender: 'walletCode' | 'coupon') => boolean
  /** A layer above the checkout that took the read for itself; given the code when it is one of the own wallet. */
  readonly layerTakes: (text: string, ownCode: string | null) => boolean
  readonly dispatch: (input: CheckoutInput) => void
}

export interface Scans {
  /** What a scanner read, or a person typed, as the checkout hears it. */
  take(text: string): void
  /** By which prices an item is sold that is scanned now. */
  priced(): { readonly priceVersion: string | null }
}

export function createScans({ settings, store, random, lacksHub, layerTakes, dispatch }: ScansDeps): Scans {
  function payBy(tender: 'walletCode' | 'coupon', code: string): void {
    if (lacksHub(tender)) return dispatch({ type: 'hubNeeded' })
    const attemptKey: Key = random.key()
    if (tender === 'walletCode') return dispatch({ type: 'walletCodeRead', code, attemptKey })
    if (settings.tenders.coupon) return dispatch({ type: 'couponRead', code, attemptKey })
    dispatch({ type: 'scanRefused', notice: { code: 'unreadableBarcode' } })
  }

  function priced() {
    return { priceVersion: store.catalogue.sourceSha256() }
  }

  return {
    take(text) {
      const scanned = parseScan(text)
      if (layerTakes(text, scanned.ok && isOwnCode(scanned.value) ? scanned.value.code : null)) return
      if (!scanned.ok) return dispatch({ type: 'scanRefused', notice: { code: 'unreadableBarcode' } })
      const scan = scanned.value
      if (scan.kind === 'walletCode' || scan.kind === 'coupon') return payBy(scan.kind, scan.code)
      const item = store.catalogue.findByBarcode(scan.gtin)
      if (item === null)
        return dispatch({ type: 'scanRefused', notice: { code: 'unknownBarcode', barcode: scan.gtin } })
      const keys = { saleId: random.key(), receiptToken: random.key() }
      dispatch({ type: 'itemScanned', item, ...priced(), ...keys })
    },
    priced,
  }
}
