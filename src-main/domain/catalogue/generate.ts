import type { Item } from '../../contract/catalogue.ts'
import { checkDigit } from '../barcode/checkDigit.ts'
import { generatorBrands, generatorFlavours, goodsKinds } from './generatorWords.ts'

/** More do not fit into the numbers set aside for them. */
export const maxGeneratedItems = 1_000_000

/**
 * Made-up articles for load and search, the same for the same arguments. Their GTINs begin with 29, which GS1 leaves to
 * use inside one company, so that they meet neither real goods nor the hand-made fixture.
 */
export function generateCatalogue(count: number, seed: number): Item[] {
  if (!Number.isInteger(count) || count < 0 || count > maxGeneratedItems) {
    throw new Error(`Can generate 0 to ${maxGeneratedItems} items`)
  }
  const random = mulberry32(seed)
  return Array.from({ length: count }, (_, index) => generateItem(index, random))
}

function generateItem(index: number, random: () => number): Item {
  const kind = pick(goodsKinds, random)
  const brand = pick(generatorBrands, random)
  const flavour = pick(generatorFlavours, random)
  const size = pick(kind.sizes, random)
  const [min, max] = kind.priceMinor
  const serial = String(index).padStart(10, '0')
  const body = `29${serial}`
  return {
    sku: `GEN-${serial}`,
    barcodes: [body + checkDigit(body)],
    name: {
      'zh-CN': `${brand['zh-CN']}${flavour['zh-CN']}${kind.name['zh-CN']} ${size['zh-CN']}`,
      en: `${brand.en} ${flavour.en} ${kind.name.en}, ${size.en}`,
    },
    category: kind.category,
    unit: kind.unit,
    priceMinor: Math.round((min + random() * (max - min)) / 10) * 10,
    taxClass: kind.taxClass,
    ...(kind.minimumAgeYears === undefined ? {} : { minimumAgeYears: kind.minimumAgeYears }),
    glyph: kind.glyph,
  }
}

function pick<T>(choices: readonly T[], random: () => number): T {
  return choices[Math.floor(random() * choices.length)]!
}

/** Mulberry32 (Tommy Ettinger, public domain): small, repeatable, not for secrets. Numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
