import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseCatalogue } from '../../../src-main/catalogue/read.ts'
import { itemSchema } from '../../../src-main/contract/catalogue.ts'
import { glyphs } from '../../../src-main/domain/catalogue/glyphs.ts'
import { generateCatalogue } from '../../../src-main/domain/catalogue/generate.ts'
import { validateCatalogue } from '../../../src-main/domain/catalogue/validate.ts'

const file = new URL('../../../fixtures/catalogue/supermarket.csv', import.meta.url)
const parsed = parseCatalogue(readFileSync(file, 'utf8'), 'csv')
const items = parsed.ok ? parsed.value : []

describe('the hand-made supermarket', () => {
  it('is a valid catalogue of at least 72 items', () => {
    expect(parsed.ok ? [] : parsed.error).toEqual([])
    expect(items.length).toBeGreaterThanOrEqual(72)
  })

  it('has items with an age limit, items by weight, and every tax class', () => {
    expect(items.filter((item) => item.minimumAgeYears !== undefined).length).toBeGreaterThanOrEqual(5)
    expect(items.filter((item) => item.unit === 'kg').length).toBeGreaterThanOrEqual(8)
    expect([...new Set(items.map((item) => item.taxClass))].sort()).toEqual([
      'exempt',
      'reduced',
      'standard',
      'zero',
    ])
  })

  it('names every item in both languages, and no two alike', () => {
    for (const item of items) expect(item.name['zh-CN']).toMatch(/\p{Script=Han}/u)
    for (const language of ['zh-CN', 'en'] as const) {
      expect(new Set(items.map((item) => item.name[language])).size).toBe(items.length)
    }
  })

  it('has barcodes of every length, all from ranges that GS1 leaves to a shop', () => {
    const barcodes = items.flatMap((item) => item.barcodes)
    // 20…: EAN-13 of a shop; 04…: UPC-A with number system 4; 000002…: EAN-8 of a shop.
    for (const barcode of barcodes) expect(barcode).toMatch(/^(20|04|000002)/)
    for (const start of ['20', '04', '000002']) {
      expect(barcodes.some((barcode) => barcode.startsWith(start))).toBe(true)
    }
  })

  it('uses only pictures that are drawn, and all of them', () => {
    const used = new Set(items.flatMap((item) => item.glyph ?? []))
    expect([...used].sort()).toEqual([...glyphs].sort())
  })
})

describe('the generator', () => {
  it('makes 50,000 items that pass the same checks as an import, beside the hand-made ones', () => {
    const generated = generateCatalogue(50_000, 1)
    const entries = [...items, ...generated].map((item, index) => {
      return { place: { unit: 'item' as const, number: index + 1 }, item }
    })
    const checked = validateCatalogue(entries)
    expect(checked.ok ? checked.value.length : checked.error).toBe(items.length + 50_000)
  })

  it('makes the same items for the same seed and others for another', () => {
    expect(generateCatalogue(200, 7)).toEqual(generateCatalogue(200, 7))
    expect(generateCatalogue(200, 7)).not.toEqual(generateCatalogue(200, 8))
    expect(generateCatalogue(10, 7)).toEqual(generateCatalogue(200, 7).slice(0, 10))
  })

  it('makes items of the contract, restricted and weighed ones among them', () => {
    const generated = generateCatalogue(500, 3)
    for (const item of generated) expect(itemSchema.parse(item)).toEqual(item)
    expect(generated.some((item) => item.minimumAgeYears === 18)).toBe(true)
    expect(generated.some((item) => item.unit === 'kg')).toBe(true)
  })

  it('refuses counts it has no numbers for', () => {
    for (const count of [-1, 1.5, 1_000_001])
      expect(() => generateCatalogue(count, 1)).toThrow('0 to 1000000')
    expect(generateCatalogue(0, 1)).toEqual([])
  })
})
