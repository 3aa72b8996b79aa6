import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkDigit } from '../../../src-main/domain/barcode/checkDigit.ts'
import { walletOfCode } from '../../../src-main/domain/tender/instruments.ts'
import { normaliseGtin, parseScan } from '../../../src-main/domain/barcode/scan.ts'
import { expandUpcE } from '../../../src-main/domain/barcode/upcE.ts'

function digits(length: number): fc.Arbitrary<string> {
  return fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((list) => list.join(''))
}

/** The rule as GS1's own calculator explains it: from the left over the number filled up to 17 digits. */
function independentCheckDigit(body: string): number {
  const weighted = Array.from(body.padStart(17, '0')).map(
    (digit, place) => Number(digit) * (place % 2 === 0 ? 3 : 1),
  )
  const sum = weighted.reduce((a, b) => a + b, 0)
  return Math.ceil(sum / 10) * 10 - sum
}

describe('check digits', () => {
  it.each([
    ['629104150021', '3'], // GS1's example of a GTIN-13
    ['03600029145', '2'], // the usual UPC-A example
    ['7351353', '7'], // the usual EAN-8 example
    ['400638133393', '1'],
  ])('of %s is %s', (body, expected) => {
    expect(checkDigit(body)).toBe(expected)
  })

  it('agree with an independent implementation for every length', () => {
    fc.assert(
      fc.property(fc.constantFrom(7, 11, 12).chain(digits), (body) => {
        expect(checkDigit(body)).toBe(String(independentCheckDigit(body)))
      }),
    )
  })

  it('notice every single wrong digit', () => {
    fc.assert(
      fc.property(digits(12), fc.nat(12), fc.integer({ min: 1, max: 9 }), (body, place, change) => {
        const full = body + checkDigit(body)
        const wrong = String((Number(full[place]) + change) % 10)
        const garbled = full.slice(0, place) + wrong + full.slice(place + 1)
        expect(parseScan(garbled)).toEqual({ ok: false, error: 'wrongCheckDigit' })
      }),
    )
  })
})

describe('UPC-E', () => {
  it.each([
    // system and six figures, the eleven digits they stand for: GS1's zero-suppression table, one for each last figure
    ['0123450', '01200000345'],
    ['0123451', '01210000345'],
    ['0123452', '01220000345'],
    ['0123453', '01230000045'],
    ['0123454', '01234000005'],
    ['0123455', '01234500005'],
    ['0123459', '01234500009'],
    ['1425261', '14210000526'],
  ])('%s expands to %s and keeps its check digit', (symbol, body) => {
    expect(expandUpcE(symbol + checkDigit(body))).toBe(body + checkDigit(body))
  })

  it('has only the number systems 0 and 1', () => {
    expect(expandUpcE('21234505')).toBeNull()
    expect(expandUpcE('0123450')).toBeNull()
  })
})

describe('a scan', () => {
  it.each([
    ['6291041500213', '6291041500213'],
    ['036000291452', '0036000291452'],
    ['73513537', '0000073513537'],
    ['01234505', '0012000003455'],
    ['\t 6291041500213\r\n', '6291041500213'],
  ])('%j is the GTIN %s', (raw, gtin) => {
    expect(parseScan(raw)).toEqual({ ok: true, value: { kind: 'gtin', gtin } })
  })

  it.each([
    [`99${'1'.repeat(16)}`, 'own'],
    [`10${'1'.repeat(16)}`, 'wechat'],
    [`15${'1'.repeat(16)}`, 'wechat'],
    [`25${'1'.repeat(14)}`, 'alipay'],
    [`30${'1'.repeat(22)}`, 'alipay'],
  ])('%j is a payment code of the wallet %s', (raw, wallet) => {
    expect(parseScan(raw)).toEqual({ ok: true, value: { kind: 'walletCode', code: raw } })
    expect(walletOfCode(raw)).toBe(wallet)
  })

  it.each([`16${'1'.repeat(16)}`, `24${'1'.repeat(16)}`, `31${'1'.repeat(16)}`, `25${'1'.repeat(13)}`])(
    '%j is no wallet’s code',
    (raw) => {
      expect(parseScan(raw)).toEqual({ ok: false, error: 'wrongLength' })
    },
  )

  it('is a coupon by its prefix and alphabet, in either case, and never with letters that look like digits', () => {
    const value = { kind: 'coupon', code: 'FC0123456789AB' }
    expect(parseScan('FC0123456789AB')).toEqual({ ok: true, value })
    expect(parseScan('fc0123456789ab\r\n')).toEqual({ ok: true, value })
    expect(parseScan('FC0123456789AI')).toEqual({ ok: false, error: 'notDigits' })
    expect(parseScan('FC0123456789A')).toEqual({ ok: false, error: 'notDigits' })
  })

  it.each([
    ['', 'empty'],
    [' \r\n', 'empty'],
    ['62910415ø0213', 'notDigits'],
    ['６２９１０４１５００２１３', 'notDigits'],
    ['-291041500213', 'notDigits'],
    ['https://example.org', 'notDigits'],
    ['1', 'wrongLength'],
    ['12345678901', 'wrongLength'],
    ['00012345678904', 'wrongCheckDigit'],
    ['523456789012345678', 'wrongLength'],
    ['9'.repeat(5000), 'wrongLength'],
    ['6291041500214', 'wrongCheckDigit'],
    ['73513538', 'wrongCheckDigit'],
  ])('%j is refused as %s', (raw, error) => {
    expect(parseScan(raw)).toEqual({ ok: false, error })
  })

  it('knows a payment code by its 18 digits that begin with 99', () => {
    fc.assert(
      fc.property(digits(16), (rest) => {
        const code = `99${rest}`
        expect(parseScan(`${code}\r`)).toEqual({ ok: true, value: { kind: 'walletCode', code } })
      }),
    )
  })

  it('never throws and answers only with what it promises, whatever a scanner sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (raw) => {
        const scan = parseScan(raw)
        if (scan.ok && scan.value.kind === 'gtin') expect(scan.value.gtin).toMatch(/^\d{13}$/)
      }),
    )
  })
})

describe('normalised numbers', () => {
  it('stay as they are when normalised again', () => {
    fc.assert(
      fc.property(fc.constantFrom(7, 11, 12).chain(digits), (body) => {
        const once = normaliseGtin(body + checkDigit(body))
        if (!once.ok) throw new Error('valid by construction')
        expect(normaliseGtin(once.value)).toEqual(once)
      }),
    )
  })

  it('read eight digits that are valid both ways as UPC-E when they begin with 0, else as EAN-8', () => {
    // 01000009: as EAN-8 the check digit of 0100000 is 9 (1x1, weight 1); as UPC-E it stands for 01000000000-9.
    expect(checkDigit('0100000')).toBe('9')
    expect(checkDigit('01000000000')).toBe('9')
    expect(normaliseGtin('01000009')).toEqual({ ok: true, value: '0010000000009' })
    expect(checkDigit('1100000')).toBe('6')
    expect(checkDigit('11000000000')).toBe('6')
    expect(normaliseGtin('11000006')).toEqual({ ok: true, value: '0000011000006' })
  })

  it('prefer UPC-E for a first 0 and EAN-8 otherwise, and lose no valid symbol of either kind', () => {
    fc.assert(
      fc.property(digits(7), (body) => {
        const ean8 = body + checkDigit(body)
        const upcA = expandUpcE(ean8)
        const validAsUpcE = upcA?.endsWith(checkDigit(upcA.slice(0, 11))) ?? false
        const asUpcE = body.startsWith('0') && validAsUpcE && upcA !== null
        expect(normaliseGtin(ean8)).toEqual({ ok: true, value: (asUpcE ? upcA : ean8).padStart(13, '0') })
      }),
    )
  })
})
