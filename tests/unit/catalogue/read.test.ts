import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCatalogueFile } from '../../../src-main/catalogue/file.ts'
import { decodeCatalogue, parseCatalogue } from '../../../src-main/catalogue/read.ts'
import { maxProblems, type CatalogueProblem } from '../../../src-main/domain/catalogue/problems.ts'

const header = 'sku,barcodes,name_zh,name_en,category,unit,price_minor,tax_class,minimum_age,glyph'
const tea = 'TEA,6291041500213,茉莉花茶,"Jasmine tea, 500 ml",drinks,each,500,standard,,tea'
const beer = 'BEER,036000291452;73513537,啤酒,Beer,alcohol,each,650,standard,18,'
const apples = 'APPLE,,苹果,Apples,fruit,kg,1280,reduced,,apple'

function csv(...lines: string[]): string {
  return [header, ...lines].join('\n')
}

function problems(text: string, format: 'csv' | 'json' = 'csv'): CatalogueProblem[] {
  const parsed = parseCatalogue(text, format)
  return parsed.ok ? [] : parsed.error
}

function messages(text: string, format: 'csv' | 'json' = 'csv'): string[] {
  return problems(text, format).map((problem) => problem.message)
}

describe('a CSV catalogue', () => {
  const items = [
    {
      sku: 'TEA',
      barcodes: ['6291041500213'],
      name: { 'zh-CN': '茉莉花茶', en: 'Jasmine tea, 500 ml' },
      category: 'drinks',
      unit: 'each',
      priceMinor: 500,
      taxClass: 'standard',
      glyph: 'tea',
    },
    {
      sku: 'BEER',
      barcodes: ['0036000291452', '0000073513537'],
      name: { 'zh-CN': '啤酒', en: 'Beer' },
      category: 'alcohol',
      unit: 'each',
      priceMinor: 650,
      taxClass: 'standard',
      minimumAgeYears: 18,
    },
    {
      sku: 'APPLE',
      barcodes: [],
      name: { 'zh-CN': '苹果', en: 'Apples' },
      category: 'fruit',
      unit: 'kg',
      priceMinor: 1280,
      taxClass: 'reduced',
      glyph: 'apple',
    },
  ]

  it('gives items with normalised barcodes', () => {
    expect(parseCatalogue(csv(tea, beer, apples), 'csv')).toStrictEqual({ ok: true, value: items })
  })

  it('may come from any spreadsheet program: byte order mark, CRLF, spaces, empty lines', () => {
    const text = `\uFEFF${[header, '', ` ${tea} `, beer, '', apples, ''].join('\r\n')}`
    expect(parseCatalogue(text, 'csv')).toStrictEqual({ ok: true, value: items })
  })

  it('may name its columns in any order and leave out those that may be empty', () => {
    const text = 'unit,sku,price_minor,name_en,name_zh,tax_class,category\neach,A,1,A,甲,zero,x'
    expect(parseCatalogue(text, 'csv')).toMatchObject({ ok: true, value: [{ sku: 'A', barcodes: [] }] })
  })

  it('is read as GB 18030 when it is not UTF-8', () => {
    const text = csv(tea, beer)
    expect(decodeCatalogue(Buffer.from(text))).toEqual({ ok: true, value: text })
    expect(decodeCatalogue(iconv.encode(text, 'gb18030'))).toEqual({ ok: true, value: text })
    expect(decodeCatalogue(new Uint8Array([0xff, 0xff, 0x00]))).toMatchObject({
      ok: false,
      error: [{ code: 'catalogue.unreadable' }],
    })
  })
})

describe('a bad CSV catalogue', () => {
  it('is told line by line, every problem of it', () => {
    const text = csv(
      tea,
      'BAD SKU,,甲,A,x,each,5,standard,,',
      'C,6291041500214,甲,A,x,each,5.50,standard,seventeen,',
      'D,,,A,x,piece,5,luxury,,Apple!',
      '',
      'TEA,,甲,A,x,each,-5,standard,,',
    )
    expect(messages(text)).toEqual([
      'Line 3, sku: must be 1 to 32 letters, digits, ".", "_" or "-".',
      'Line 4, price_minor: must be a whole number of minor units (fen, cent) from 0 to 100000000, such as 1250 for 12.50.',
      'Line 4, minimum_age: must be a whole number of years from 1 to 99, or empty.',
      'Line 5, name_zh: must be the name in Chinese, one line of 1 to 100 characters.',
      'Line 5, unit: must be "each" or "kg".',
      'Line 5, tax_class: must be "standard", "reduced", "zero" or "exempt".',
      'Line 5, glyph: must be the name of a picture such as "apple", or empty.',
      'Line 7, price_minor: must be a whole number of minor units (fen, cent) from 0 to 100000000, such as 1250 for 12.50.',
    ])
  })

  it('is refused for barcodes that no scanner would send', () => {
    const row = (sku: string, barcodes: string): string => `${sku},${barcodes},甲,A,x,each,5,zero,,`
    expect(messages(csv(row('A', '6291041500214'), row('B', '12345678901'), row('C', '99999999')))).toEqual([
      'Line 2, barcodes: "6291041500214" has a wrong check digit.',
      'Line 3, barcodes: "12345678901" must have 8, 12 or 13 digits (EAN-8, UPC-E, UPC-A, EAN-13).',
      'Line 4, barcodes: "99999999" has a wrong check digit.',
    ])
  })

  it('is refused for a SKU or a barcode that two items claim, in any of its forms', () => {
    const twin = 'X,0036000291452,甲,A,x,each,5,zero,,'
    expect(messages(csv(tea, beer, tea.replace('6291041500213', ''), twin))).toEqual([
      'Line 4, sku: "TEA" stands in line 2 already.',
      'Line 5, barcodes: "0036000291452" belongs to the item in line 3 already.',
    ])
  })

  it('is refused for texts that are no single line, or would command a printer', () => {
    const row = (sku: string, zh: string, en: string): string => `${sku},,"${zh}","${en}",x,each,5,zero,,`
    const text = csv(row('A', '甲\n乙', 'A'), row('B', '乙', 'B\u001b@'), row('C', '丙', 'C'.repeat(101)))
    expect(problems(text).map(({ field }) => field)).toEqual(['name_zh', 'name_en', 'name_en'])
  })

  it('takes one barcode written twice for one item as one', () => {
    const parsed = parseCatalogue(csv(tea.replace('6291041500213', '6291041500213 6291041500213')), 'csv')
    expect(parsed).toMatchObject({ ok: true, value: [{ barcodes: ['6291041500213'] }] })
  })

  it('is refused for columns it does not know or does not have', () => {
    const text = `${header.replace('tax_class', 'tax').replace('category', 'sku')}\n${tea}`
    expect(problems(text).map(({ code, field }) => [code, field])).toEqual([
      ['catalogue.unknownColumn', 'sku'],
      ['catalogue.unknownColumn', 'tax'],
      ['catalogue.missingColumn', 'category'],
      ['catalogue.missingColumn', 'tax_class'],
    ])
  })

  it('is refused for rows of another length, with their lines', () => {
    const found = problems(csv(tea, `${apples},extra`, 'A,B', tea))
    expect(found.map(({ code, place }) => [code, place?.number])).toEqual([
      ['catalogue.wrongColumnCount', 3],
      ['catalogue.wrongColumnCount', 4],
      ['catalogue.duplicateSku', 5],
      ['catalogue.duplicateBarcode', 5],
    ])
  })

  it('is refused for quotes that do not pair', () => {
    expect(problems(csv(tea, 'A,,"甲,A,x,each,5,zero,,'))).toMatchObject([{ code: 'catalogue.unreadable' }])
    expect(problems(csv('A,,甲"乙",A,x,each,5,zero,,'))).toMatchObject([
      { code: 'catalogue.unreadable', place: { unit: 'line', number: 2 } },
    ])
  })

  it('is refused when it is empty', () => {
    for (const text of ['', header, '\uFEFF', '\n\n']) {
      expect(problems(text)).toMatchObject([{ code: 'catalogue.empty' }])
    }
  })

  it('is told a hundred problems and how many more', () => {
    const rows = Array.from({ length: 250 }, (_, n) => `A${n},,甲,A,x,piece,5,zero,,`)
    const found = problems(csv(...rows))
    expect(found).toHaveLength(maxProblems + 1)
    expect(found.at(-1)?.message).toBe('150 more problems are not listed.')
    const short = problems(csv(...rows.map(() => 'A,B')))
    expect(short).toHaveLength(maxProblems + 1)
  })
})

describe('a JSON catalogue', () => {
  const item = {
    sku: 'TEA',
    barcodes: ['036000291452'],
    name: { 'zh-CN': '茶', en: 'Tea' },
    category: 'drinks',
    unit: 'each',
    priceMinor: 500,
    taxClass: 'standard',
  }

  it('is a list of items as the contract has them', () => {
    expect(parseCatalogue(`\uFEFF${JSON.stringify([item])}`, 'json')).toStrictEqual({
      ok: true,
      value: [{ ...item, barcodes: ['0036000291452'] }],
    })
  })

  it('counts its items from 1 and calls fields by their keys', () => {
    const bad = { ...item, sku: 'B', barcodes: [], name: { en: 'Tea' }, priceMinor: 1.5 }
    expect(messages(JSON.stringify([item, bad, 7]), 'json')).toEqual([
      'Item 2, name.zh-CN: must be the name in Chinese, one line of 1 to 100 characters.',
      'Item 2, priceMinor: must be a whole number of minor units (fen, cent) from 0 to 100000000, such as 1250 for 12.50.',
      'Item 3, item: must be an object.',
    ])
  })

  it('is refused for a misspelt key, which could be an age limit', () => {
    const [problem] = problems(JSON.stringify([{ ...item, minimumAge: 18 }]), 'json')
    expect(problem).toMatchObject({ code: 'catalogue.badField', field: 'minimumAge' })
    const [inName] = problems(JSON.stringify([{ ...item, name: { ...item.name, fr: 'Thé' } }]), 'json')
    expect(inName?.field).toBe('name.fr')
  })

  it.each(['', '{', '{}', 'null', '"x"'])('is refused when it is %j', (text) => {
    expect(problems(text, 'json')).toMatchObject([{ code: 'catalogue.unreadable' }])
  })
})

describe('a catalogue file', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'facelane-catalogue-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('tells its format by its name, in any case', () => {
    for (const [name, format] of [
      ['goods.csv', 'csv'],
      ['GOODS.JSON', 'json'],
    ] as const) {
      const file = path.join(folder, name)
      writeFileSync(file, iconv.encode('茶', 'gb18030'))
      expect(readCatalogueFile(file)).toEqual({ ok: true, value: { text: '茶', format } })
    }
  })

  it('is asked for again when it is missing, a folder, or of a kind that is not known', () => {
    const missing = path.join(folder, 'none.csv')
    for (const file of [missing, folder, path.join(folder, 'goods.xlsx')]) {
      const [problem] = errorsOf(readCatalogueFile(file))
      expect(problem?.code).toBe('catalogue.unreadable')
      expect(problem?.message).toContain(file)
    }
  })
})

function errorsOf(result: ReturnType<typeof readCatalogueFile>): CatalogueProblem[] {
  return result.ok ? [] : result.error
}

describe('any text', () => {
  it('is a whole catalogue or a list of problems, never an exception', () => {
    const noise = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(fc.constantFrom(header, tea, beer, '"', ',', '\r\n', '\n', '\0'), { maxLength: 12 })
        .map((list) => {
          return list.join('')
        }),
      fc.json(),
    )
    fc.assert(
      fc.property(noise, fc.constantFrom('csv', 'json'), (text, format) => {
        const parsed = parseCatalogue(text, format)
        if (parsed.ok) expect(parsed.value.length).toBeGreaterThan(0)
        else expect(parsed.error.length).toBeGreaterThan(0)
      }),
    )
  })
})
