/** One piece of goods for each price, so that the money of one visit is told from every other's by its amount. */
export const goodsFromMinor = 1_000
export const goodsCount = 12_000
/** A second line, for receipts that come back line by line. */
export const bag = { sku: 'BAG', priceMinor: 100_000 } as const

export function skuOf(priceMinor: number): string {
  return `G${priceMinor}`
}

/** The catalogue as the product imports it. */
export function catalogueCsv(): string {
  const header = 'sku,barcodes,name_zh,name_en,category,unit,price_minor,tax_class,minimum_age,glyph'
  const rows = Array.from({ length: goodsCount }, (_, index) => {
    const priceMinor = goodsFromMinor + index
    return `${skuOf(priceMinor)},${ean(index)},货品${priceMinor},Goods ${priceMinor},drinks,each,${priceMinor},standard,,water`
  })
  return [
    header,
    ...rows,
    `${bag.sku},${ean(goodsCount)},袋子,Bag,household,each,${bag.priceMinor},standard,,water`,
    '',
  ].join('\n')
}

/** Of the range that GS1 leaves to a shop of its own. */
function ean(index: number): string {
  const digits = `2${String(index).padStart(11, '0')}`
  const sum = Array.from(digits).reduce(
    (total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3),
    0,
  )
  return digits + String((10 - (sum % 10)) % 10)
}
