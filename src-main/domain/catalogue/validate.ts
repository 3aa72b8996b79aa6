import type { Item } from '../../contract/catalogue.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import { normaliseGtin, type ScanProblem } from '../barcode/scan.ts'
import { readItem } from './fields.ts'
import { capped, catalogueProblem, placeText, type CatalogueProblem, type Place } from './problems.ts'

/** One row or list element as it was read, before any check; a row without a shape is a fault instead. */
export type RawEntry =
  { readonly place: Place; readonly item: unknown } | { readonly place: Place; readonly fault: string }

const barcodeFaults: Readonly<Record<ScanProblem, string>> = {
  empty: 'is empty',
  notDigits: 'must be digits only',
  wrongLength: 'must have 8, 12 or 13 digits (EAN-8, UPC-E, UPC-A, EAN-13)',
  wrongCheckDigit: 'has a wrong check digit',
}

/** All items with normalised barcodes, or all problems of the file: a catalogue is taken whole or not at all. */
export function validateCatalogue(entries: readonly RawEntry[]): Result<Item[], CatalogueProblem[]> {
  if (entries.length === 0) {
    return err([catalogueProblem('catalogue.empty', null, null, 'The catalogue has no items')])
  }
  const check = new CatalogueCheck()
  const items = entries.flatMap((entry) => check.read(entry) ?? [])
  return check.problems.length === 0 ? ok(items) : err(capped(check.problems))
}

class CatalogueCheck {
  readonly problems: CatalogueProblem[] = []
  readonly #skus = new Map<string, Place>()
  readonly #barcodes = new Map<string, Place>()

  read(entry: RawEntry): Item | null {
    const { place } = entry
    if ('fault' in entry) {
      this.#add('catalogue.wrongColumnCount', place, null, entry.fault)
      return null
    }
    const item = readItem(entry.item, place.unit)
    if (Array.isArray(item)) {
      for (const { field, what } of item) this.#add('catalogue.badField', place, field, what)
      return null
    }
    this.#noteSku(item.sku, place)
    return { ...item, barcodes: [...new Set(item.barcodes.map((barcode) => this.#barcode(barcode, place)))] }
  }

  #noteSku(sku: string, place: Place): void {
    const first = this.#skus.get(sku)
    if (first === undefined) this.#skus.set(sku, place)
    else this.#add('catalogue.duplicateSku', place, 'sku', `"${sku}" stands in ${placeText(first)} already`)
  }

  #barcode(barcode: string, place: Place): string {
    const gtin = normaliseGtin(barcode)
    if (!gtin.ok) {
      this.#add('catalogue.badBarcode', place, 'barcodes', `"${barcode}" ${barcodeFaults[gtin.error]}`)
      return barcode
    }
    const first = this.#barcodes.get(gtin.value)
    if (first === undefined) this.#barcodes.set(gtin.value, place)
    else if (first !== place) {
      const what = `"${barcode}" belongs to the item in ${placeText(first)} already`
      this.#add('catalogue.duplicateBarcode', place, 'barcodes', what)
    }
    return gtin.value
  }

  #add(code: CatalogueProblem['code'], place: Place, field: string | null, what: string): void {
    this.problems.push(catalogueProblem(code, place, field, what))
  }
}
