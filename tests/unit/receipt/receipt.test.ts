import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { receiptOf } from '../../../src-main/domain/returns/receiptNumber.ts'
import type { SoldLine } from '../../../src-main/contract/basket.ts'
import { receiptDocumentSchema, type ReceiptBlock } from '../../../src-main/contract/receipt.ts'
import { languages } from '../../../src-main/contract/values.ts'
import { localTime, quantityText, rateText, saleNumber } from '../../../src-main/domain/receipt/figures.ts'
import {
  buildReceipt,
  type ReceiptPayment,
  type ReceiptSale,
} from '../../../src-main/domain/receipt/receipt.ts'
import { receiptWords } from '../../../src-main/domain/receipt/words.ts'
import { taxTotals } from '../../../src-main/domain/tax/tax.ts'

const rates = { standard: 130, reduced: 90, zero: 0, exempt: 0 }
const lines: SoldLine[] = [
  {
    lineId: 1,
    sku: 'TEA',
    name: { 'zh-CN': '茉莉花茶 500 毫升', en: 'Jasmine tea 500 ml' },
    quantity: { kind: 'each', count: 1 },
    unitPriceMinor: 450,
    totalMinor: 450,
    taxClass: 'standard',
  },
  {
    lineId: 2,
    sku: 'RICE',
    name: { 'zh-CN': '大米', en: 'Rice' },
    quantity: { kind: 'each', count: 2 },
    unitPriceMinor: 2990,
    totalMinor: 5980,
    taxClass: 'reduced',
  },
  {
    lineId: 3,
    sku: 'APPLE',
    name: { 'zh-CN': '红富士苹果', en: 'Fuji apples' },
    quantity: { kind: 'weight', grams: 452 },
    unitPriceMinor: 980,
    totalMinor: 443,
    taxClass: 'reduced',
  },
]
const payment: ReceiptPayment = {
  tender: 'face',
  wallet: null,
  mode: 'online',
  amountMinor: 6873,
  maskedAccount: '**** 42',
  approvalCode: 'A1B2C3',
  cash: null,
  card: null,
  releasedBy: null,
}
const sale: ReceiptSale = {
  saleId: '9f3ac01744b2d8e65a0c1b7d2e4f6081',
  receiptToken: '00112233445566778899aabbccddeeff',
  language: 'en',
  currency: 'CNY',
  merchant: {
    name: 'Green Lane Market',
    addressLines: ['1 Example Road', 'Hangzhou'],
    taxId: '91330000TEST',
  },
  laneId: 'lane-1',
  bench: false,
  lines,
  taxes: taxTotals(lines, rates),
  prices: 'inclusive',
  totalMinor: 6873,
  payments: [payment],
  member: null,
  atMs: Date.UTC(2026, 10, 22, 16, 5, 7),
  timeZone: 'Asia/Shanghai',
  receiptUrl: 'https://hub.example/r/00112233445566778899aabbccddeeff',
  fiscal: [],
}

/** The receipt as plain lines, without the layout. */
function read(blocks: readonly ReceiptBlock[]): string[] {
  return blocks.map((block) => {
    switch (block.kind) {
      case 'title':
      case 'text':
        return block.text
      case 'columns':
        return `${block.left} | ${block.right}`
      case 'qr':
        return `[${block.caption}] ${block.data}`
      case 'barcode':
        return `[${block.symbology}] ${block.data}`
      case 'rule':
        return '---'
      case 'space':
        return ''
    }
  })
}

describe('a receipt', () => {
  it('says everything in English', () => {
    expect(read(buildReceipt(sale).blocks)).toEqual([
      'Green Lane Market',
      '1 Example Road',
      'Hangzhou',
      'Tax ID 91330000TEST',
      '---',
      'Sale | 9F3A-C017',
      'Time | 2026-11-23 00:05:07',
      'Lane | lane-1',
      '---',
      'Jasmine tea 500 ml | ¥4.50',
      'Rice | ¥59.80',
      '2 × ¥29.90',
      'Fuji apples | ¥4.43',
      '0.452 kg × ¥9.80/kg',
      '---',
      'Items | 4',
      'Total | ¥68.73',
      '---',
      'Tax 13% on ¥3.98 | ¥0.52',
      'Tax 9% on ¥58.93 | ¥5.30',
      '---',
      'Paid by face | ¥68.73',
      'Account | **** 42',
      'Approval | A1B2C3',
      '',
      '[Scan for your e-receipt] https://hub.example/r/00112233445566778899aabbccddeeff',
      'Thank you, see you soon',
    ])
  })

  it('says the same in Chinese, names of goods included', () => {
    const text = read(buildReceipt({ ...sale, language: 'zh-CN' }).blocks)
    expect(text).toHaveLength(buildReceipt(sale).blocks.length)
    expect(text).toEqual(
      expect.arrayContaining([
        '茉莉花茶 500 毫升 | ¥4.50',
        '合计 | ¥68.73',
        '税额 13%（不含税 ¥3.98） | ¥0.52',
        '刷脸支付 | ¥68.73',
      ]),
    )
  })

  it('tells in plain words when the account is charged later, and shows no approval then', () => {
    for (const language of languages) {
      const later = { ...payment, mode: 'deferred', approvalCode: null } as const
      const text = read(buildReceipt({ ...sale, language, payments: [later] }).blocks)
      expect(text).toContain(receiptWords[language].chargedLater)
      expect(text.some((line) => line.startsWith(receiptWords[language].approval))).toBe(false)
      expect(read(buildReceipt({ ...sale, language }).blocks)).not.toContain(
        receiptWords[language].chargedLater,
      )
    }
  })

  it('names each part that was paid: cash with its change and rounding, a card by its masked number', () => {
    const cash = { kind: 'cash', tenderedMinor: 5000, changeMinor: 1000, roundingMinor: -3 } as const
    const card = { terminalId: '1', maskedPan: '****4771', scheme: 'girocard', traceNumber: 7 }
    const none = { maskedAccount: null, approvalCode: null, mode: 'local' } as const
    const payments: ReceiptPayment[] = [
      { ...payment, tender: 'walletCode', wallet: 'alipay', amountMinor: 1000, approvalCode: null },
      { ...payment, ...none, tender: 'card', amountMinor: 1870, card: { kind: 'card', ...card } },
      { ...payment, ...none, tender: 'cash', amountMinor: 4003, cash },
    ]
    expect(read(buildReceipt({ ...sale, payments }).blocks).slice(21, 29)).toEqual([
      'Alipay | ¥10.00',
      'Account | **** 42',
      'Paid by card | ¥18.70',
      'girocard | ****4771',
      'Paid in cash | ¥40.03',
      'Cash rounding | -¥0.03',
      'Cash given | ¥50.00',
      'Change | ¥10.00',
    ])
  })

  it('says of a payment whose goods went before its outcome was known that it is paid once at most', () => {
    for (const language of languages) {
      const released = { ...payment, releasedBy: 'li', approvalCode: null }
      const text = read(buildReceipt({ ...sale, language, payments: [released] }).blocks)
      expect(text).toContain(receiptWords[language].beingFoundOut)
      expect(text.join()).not.toContain('li,')
    }
  })

  it('shows prices without tax, then the tax, then the total, where tax comes on top', () => {
    const onTop = { prices: 'exclusive', rounding: 'total' } as const
    const taxes = taxTotals(lines, rates, onTop)
    const totalMinor = taxes.reduce((sum, { grossMinor }) => sum + grossMinor, 0)
    const text = read(buildReceipt({ ...sale, prices: 'exclusive', taxes, totalMinor }).blocks)
    const from = text.indexOf('Before tax | ¥68.73')
    expect(text.slice(from, from + 6)).toEqual([
      'Before tax | ¥68.73',
      'Tax 13% on ¥4.50 | ¥0.59',
      'Tax 9% on ¥64.23 | ¥5.78',
      '---',
      'Items | 4',
      'Total | ¥75.10',
    ])
  })

  it('carries its number in bars before the lane knows the address of its hub, which the returns desk reads', () => {
    const { blocks } = buildReceipt({ ...sale, receiptUrl: null })
    expect(blocks.some((block) => block.kind === 'qr')).toBe(false)
    const bars = blocks.find((block) => block.kind === 'barcode')
    expect(receiptOf(bars?.data ?? '')).toEqual({ by: 'saleNumber', saleNumber: sale.saleId.slice(0, 8) })
  })

  it('of a bench lane says that it is a test', () => {
    expect(read(buildReceipt({ ...sale, bench: true }).blocks)).toContain('TEST LANE: no real money')
  })

  it('names what is exempt from tax without a rate', () => {
    const exempt = lines.map((line) => ({ ...line, taxClass: 'exempt' as const }))
    const text = read(buildReceipt({ ...sale, lines: exempt, taxes: taxTotals(exempt, rates) }).blocks)
    expect(text).toContain('Tax-exempt ¥68.73 | ¥0.00')
  })

  it('leaves out what the merchant does not have', () => {
    const text = read(buildReceipt({ ...sale, merchant: { name: 'Kiosk', addressLines: [] } }).blocks)
    expect(text.slice(0, 2)).toEqual(['Kiosk', '---'])
  })
})

describe('any receipt', () => {
  const line = fc
    .record({
      name: fc.string({ minLength: 1, maxLength: 80 }),
      count: fc.integer({ min: 1, max: 999 }),
      unitPriceMinor: fc.nat(100_000_000),
      taxClass: fc.constantFrom('standard', 'reduced', 'zero', 'exempt'),
    })
    .map(({ name, count, unitPriceMinor, taxClass }): SoldLine => {
      return {
        lineId: 1,
        sku: 'X',
        name: { 'zh-CN': name, en: name },
        quantity: { kind: 'each', count },
        unitPriceMinor,
        totalMinor: unitPriceMinor * count,
        taxClass,
      }
    })

  it('fits the contract, and says the total that is paid', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 500 }),
        fc.constantFrom(...languages),
        (sold, language) => {
          const totalMinor = sold.reduce((sum, one) => sum + one.totalMinor, 0)
          const taxes = taxTotals(sold, rates)
          const document = buildReceipt({ ...sale, language, lines: sold, totalMinor, taxes })
          expect(receiptDocumentSchema.safeParse(document).success).toBe(true)
          expect(document.totalMinor).toBe(totalMinor)
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('figures', () => {
  it('write quantities only where they say more than the total', () => {
    const price = { amountMinor: 980, currency: 'CNY' }
    expect(quantityText({ kind: 'each', count: 1 }, price, 'en')).toBeNull()
    expect(quantityText({ kind: 'weight', grams: 5 }, price, 'zh-CN')).toBe('0.005 kg × ¥9.80/kg')
  })

  it('write rates without needless decimals', () => {
    expect([0, 55, 125, 130, 1000].map(rateText)).toEqual(['0%', '5.5%', '12.5%', '13%', '100%'])
  })

  it('write the sale number as people read it out', () => {
    expect(saleNumber('9f3ac01744b2d8e65a0c1b7d2e4f6081')).toBe('9F3A-C017')
  })

  it('write the time of the lane, whatever the machine is set to', () => {
    const atMs = Date.UTC(2026, 0, 1, 0, 30, 0)
    expect(localTime(atMs, 'Asia/Shanghai')).toBe('2026-01-01 08:30:00')
    expect(localTime(atMs, 'Europe/Berlin')).toBe('2026-01-01 01:30:00')
    expect(localTime(atMs, 'America/New_York')).toBe('2025-12-31 19:30:00')
  })
})
