import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkDigit } from '../../../src-main/domain/barcode/checkDigit.ts'
import { gs1Date, isGs1Date, localDate } from '../../../src-main/domain/barcode/gs1/dates.ts'
import { parseElementString } from '../../../src-main/domain/barcode/gs1/elements.ts'
import { priceCheckDigit } from '../../../src-main/domain/barcode/priceCheckDigit.ts'
import { labelPattern, readLabel } from '../../../src-main/domain/barcode/priceLabel.ts'
import { parseScan } from '../../../src-main/domain/barcode/scan.ts'

const GS = '\u001d'
/** GS1's own example number. */
const gtin14 = '09501101530003'
const gtin = '9501101530003'
const goods = (raw: string) => {
  const scan = parseScan(raw)
  return scan.ok && scan.value.kind === 'goods' ? scan.value.goods : scan
}

describe('an element string', () => {
  it.each([
    [`]C101${gtin14}17261231`, { gtin, lastDay: '261231' }],
    [`]d201${gtin14}10AB-1/2${GS}17260200`, { gtin, lastDay: '260200', batch: 'AB-1/2' }],
    [`]Q310L1${GS}21S9${GS}01${gtin14}3103001250`, { gtin, grams: 1250, batch: 'L1', serial: 'S9' }],
    [`]e001${gtin14}3922000199`, { gtin, price: { amount: 199, decimals: 2, currencyNumber: null } }],
    [`]e001${gtin14}39321560001990`, { gtin, price: { amount: 1990, decimals: 2, currencyNumber: '156' } }],
    [`]C102${gtin14}3712`, { gtin, count: 12 }],
    [`]C101${gtin14}306`, { gtin, count: 6 }],
    [`]C101${gtin14}3202000551`, { gtin, grams: 2499 }],
    [`]C101${gtin14}3103001250${GS}3202000276`, { gtin, grams: 1250 }],
    [`${GS}01${gtin14}17261231${GS}`, { gtin, lastDay: '261231' }],
    [`01${gtin14}16260101${GS}17260301`, { gtin, lastDay: '260101' }],
    [`(01)${gtin14}(17)261231(10)A1`, { gtin, lastDay: '261231', batch: 'A1' }],
    [`https://id.example/01/${gtin14}/10/A%2F1?17=261231&x=y`, { gtin, lastDay: '261231', batch: 'A/1' }],
    [`HTTPS://ID.EXAMPLE/some/path/01/${gtin}?3103=000500`, { gtin, grams: 500 }],
  ])('%j says what is on the goods', (raw, said) => {
    expect(goods(raw)).toEqual(said)
  })

  it('that names only the article is that article', () => {
    const article = { ok: true, value: { kind: 'gtin', gtin } }
    expect(parseScan(`]C101${gtin14}`)).toEqual(article)
    expect(parseScan(`]d201${gtin14}21SERIAL1`)).toEqual(article)
    expect(parseScan(`https://id.example/01/${gtin14}/21/77`)).toEqual(article)
    expect(parseScan(`]E0${gtin}`)).toEqual(article)
    expect(parseScan(gtin14)).toEqual(article)
  })

  it.each([
    [`]C101${gtin14.slice(0, 13)}4`, 'badValue'],
    [`]C101${gtin14}17261331`, 'badValue'],
    [`]C101${gtin14}310312`, 'badValue'],
    [`]C101${gtin14}9`, 'unknownIdentifier'],
    [`]C1`, 'badValue'],
    [`]C110A1`, 'noGoods'],
    [`]C101${gtin14}01${gtin14.slice(0, 12)}17`, 'badValue'],
    [`]C101${gtin14}3103001000${GS}3103002000`, 'contradiction'],
    [`]C101${gtin14}3103001000${GS}3202005000`, 'contradiction'],
    [`(01)${gtin14}(10)A(1)`, 'ambiguous'],
    [`https://id.example/01/${gtin14}/99`, 'ok'],
  ])('%j is %s', (raw, answer) => {
    const scan = parseScan(raw)
    expect(scan.ok ? 'ok' : scan.error).toBe(answer)
  })

  it('is never taken for a payment code, nor a payment code for it', () => {
    expect(parseScan('101234567890123456')).toMatchObject({ value: { kind: 'walletCode' } })
    expect(parseScan(']C1101234567890123456')).toMatchObject({ ok: false, error: 'noGoods' })
    expect(parseScan('010123456789012345')).toMatchObject({ ok: false })
  })

  it('comes back from any elements, in any order, as it was put together', () => {
    const value = fc.stringMatching(/^[0-9A-Za-z/.-]{1,20}$/)
    const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
    const element = fc.oneof(
      digits(13).map((body) => ['01', body + checkDigit(body), ''] as const),
      value.map((text) => ['10', text, GS] as const),
      value.map((text) => ['21', text, GS] as const),
      digits(6).map((text) => ['3103', text, ''] as const),
      digits(5).map((text) => ['3922', text, GS] as const),
      fc.integer({ min: 1, max: 99_999_999 }).map((count) => ['30', String(count), GS] as const),
      value.map((text) => ['240', text, GS] as const),
      value.map((text) => ['8020', text, GS] as const),
    )
    fc.assert(
      fc.property(fc.uniqueArray(element, { selector: ([key]) => key, minLength: 1 }), (elements) => {
        const text = elements.map(([key, each, end]) => key + each + end).join('')
        const parsed = parseElementString(text)
        expect(parsed.ok && [...parsed.value]).toEqual(elements.map(([key, each]) => [key, each]))
      }),
    )
  })

  it('of any characters is read or refused, never an exception', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(']C1', ']d2', ']Q3', '(01)', 'https://a/01/'),
        fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '9', 'A', '(', ')', '/', '?', '=', '%', GS) }),
        (start, rest) => {
          expect(typeof parseScan(start + rest).ok).toBe('boolean')
        },
      ),
    )
  })
})

describe('dates', () => {
  it.each([
    ['261231', '2026-11-23', '2026-12-31'],
    ['260200', '2026-11-23', '2026-02-28'],
    ['280200', '2026-11-23', '2028-02-29'],
    ['760101', '2026-11-23', '2076-01-01'],
    ['770101', '2026-11-23', '1977-01-01'],
    ['010101', '2099-06-01', '2101-01-01'],
  ])('%s read on %s is %s', (text, today, day) => {
    expect(gs1Date(text, today)).toBe(day)
  })

  it('are none beyond their month', () => {
    expect(['261301', '260001', '260230', '260431', '26123'].map(isGs1Date)).toEqual(Array(5).fill(false))
  })

  it('are those of the shop, not of Greenwich', () => {
    const lateEvening = Date.UTC(2026, 10, 23, 20)
    expect(localDate(lateEvening, 'Asia/Shanghai')).toBe('2026-11-24')
    expect(localDate(lateEvening, 'Europe/Berlin')).toBe('2026-11-23')
  })
})

describe('a price label', () => {
  const label = (body: string): string => body + checkDigit(body)

  it('has its own check digit over the price', () => {
    expect(priceCheckDigit('2875')).toBe(9)
    expect(priceCheckDigit('14685')).toBe(6)
  })

  it('says article and price, or article and weight', () => {
    const patterns = ['28IIIIIPPPPPK', '29IIIIIWWWWWK', '20IIIIICPPPPK']
    expect(readLabel(label('281234500995'), patterns)).toEqual({
      gtin: label('281234500000'),
      measure: { kind: 'price', value: 995 },
    })
    expect(readLabel(label('291234501250'), patterns)).toMatchObject({
      measure: { kind: 'grams', value: 1250 },
    })
    expect(readLabel(label('201234592875'), patterns)).toMatchObject({
      measure: { kind: 'price', value: 2875 },
    })
    expect(readLabel(label('201234582875'), patterns)).toBe('wrongCheckDigit')
    expect(readLabel(label('211234500995'), patterns)).toBeNull()
    expect(readLabel('6901234567892', patterns)).toBeNull()
  })

  it('is an article like any other where no pattern is configured', () => {
    const code = label('281234500995')
    expect(parseScan(code)).toEqual({ ok: true, value: { kind: 'gtin', gtin: code } })
    expect(parseScan(code, ['28IIIIIPPPPPK'])).toEqual({
      ok: true,
      value: {
        kind: 'goods',
        goods: {
          gtin: label('281234500000'),
          price: { amount: 995, decimals: null, currencyNumber: null },
        },
      },
    })
  })

  it('pattern is thirteen characters that add up', () => {
    expect(['28IIIIIPPPPPK', '20IIIIICPPPPK', '29IIIICWWWWWK'].every((each) => labelPattern.test(each))).toBe(
      true,
    )
    for (const wrong of ['28IIIIIPPPPP', '38IIIIIPPPPPK', '28IIIIICPPPK', '28IPPPPPPPPPK', '28IIIIIIIIIIK']) {
      expect(labelPattern.test(wrong)).toBe(false)
    }
  })
})

it('a coupon is read from a QR code that is a link', () => {
  const coupon = { ok: true, value: { kind: 'coupon', code: 'FC0123456789AB' } }
  expect(parseScan(']Q1https://shop.example/c/FC0123456789AB')).toEqual(coupon)
  expect(parseScan('https://shop.example/?coupon=fc0123456789ab')).toEqual(coupon)
  expect(parseScan('https://shop.example/FC0123456789ABC')).toMatchObject({ ok: false })
})
