import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeApdu, encodeApdu } from '../../../drivers/payment-terminal/zvt/apdu.ts'
import { decodeBcd, encodeBcd } from '../../../drivers/payment-terminal/zvt/bcd.ts'
import {
  bmp,
  decodeElements,
  encodeElement,
  encodeTlvs,
} from '../../../drivers/payment-terminal/zvt/bitmaps.ts'
import {
  authorisation,
  registration,
  repeatReceipt,
  reversal,
} from '../../../drivers/payment-terminal/zvt/commands.ts'
import { crc16 } from '../../../drivers/payment-terminal/zvt/crc.ts'
import {
  createSerialFraming,
  createTcpFraming,
  type ZvtFraming,
} from '../../../drivers/payment-terminal/zvt/framing.ts'
import { maskPan, maskText } from '../../../drivers/payment-terminal/zvt/masking.ts'
import { decodeMessage } from '../../../drivers/payment-terminal/zvt/messages.ts'
import { codeText, meaningOf } from '../../../drivers/payment-terminal/zvt/result-codes.ts'
import { decodeTlvs, encodeTlv } from '../../../drivers/payment-terminal/zvt/tlv.ts'
import { isNewerTrace } from '../../../src-main/domain/card/trace.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const shown = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const access = { password: 0, currencyNumber: 978 }
const apdus = fc.record({
  control: fc.integer({ min: 0, max: 0xffff }),
  data: fc.uint8Array({ maxLength: 600 }),
})
const framings: [string, () => ZvtFraming][] = [
  ['TCP', createTcpFraming],
  ['serial', createSerialFraming],
]

/** Cuts an array at arbitrary places. */
function chunks(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  return at.slice(1).map((end, i) => whole.subarray(at[i], end))
}

describe('ZVT commands', () => {
  test('are the bytes of the manual', () => {
    expect(shown(encodeApdu(registration(access)))).toBe('060006000000be0978')
    expect(shown(encodeApdu(authorisation(2040, access)))).toBe('06010a04000000002040490978')
    expect(shown(encodeApdu(reversal(470, access)))).toBe('063006000000870470')
    expect(shown(encodeApdu(repeatReceipt(access)))).toBe('062003000000')
  })
})

describe('ZVT framing', () => {
  test('the CRC is the one of the catalogue (KERMIT), over the APDU and ETX', () => {
    expect(crc16(Buffer.from('123456789'))).toBe(0x2189)
    const framed = createSerialFraming().encode({ control: 0x8000, data: new Uint8Array() })
    const crc = crc16(hex('800000 03'))
    expect(shown(framed)).toBe(`10028000001003${shown(Uint8Array.of(crc & 0xff, crc >> 8))}`)
  })

  test('a DLE inside an APDU is doubled on the serial line', () => {
    const framed = createSerialFraming().encode({ control: 0x0610, data: hex('10') })
    expect(shown(framed).slice(0, 18)).toBe('100206101001101010')
  })

  test('an APDU of 255 bytes and more takes the long length', () => {
    const data = new Uint8Array(300).fill(7)
    expect(shown(encodeApdu({ control: 0x0601, data }).subarray(0, 5))).toBe('0601ff2c01')
    expect(decodeApdu(encodeApdu({ control: 0x0601, data }))?.apdu.data).toEqual(data)
  })

  test.each(framings)('over %s any chunking of any APDUs gives the same APDUs', (_name, make) => {
    fc.assert(
      fc.property(fc.array(apdus, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 40 }), (sent, cuts) => {
        const bytes = Uint8Array.from(sent.flatMap((apdu) => [...make().encode(apdu)]))
        const framing = make()
        const got = chunks(bytes, cuts).flatMap((chunk) => framing.push(chunk))
        expect(got).toEqual(sent.map((apdu) => ({ kind: 'apdu', apdu })))
      }),
    )
  })

  test.each(framings)(
    'over %s any bytes in any chunks give the same frames and never an exception',
    (_name, make) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 3000 }),
          fc.array(fc.nat(), { maxLength: 40 }),
          (noise, cuts) => {
            const framing = make()
            const got = chunks(noise, cuts).flatMap((chunk) => framing.push(chunk))
            expect(got).toEqual(make().push(noise))
          },
        ),
      )
    },
  )

  test('one flipped bit on the serial line is never taken for another APDU', () => {
    fc.assert(
      fc.property(apdus, fc.nat(), (apdu, position) => {
        const bytes = createSerialFraming().encode(apdu)
        const at = position % (bytes.length * 8)
        const broken = Uint8Array.from(bytes)
        broken[at >> 3] = (broken[at >> 3] ?? 0) ^ (1 << (at & 7))
        const got = createSerialFraming().push(broken)
        expect(got.filter(({ kind }) => kind === 'apdu')).toEqual([])
      }),
    )
  })
})

describe('ZVT data elements', () => {
  test('decimal digits come back as the number they were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (value) => {
        expect(decodeBcd(encodeBcd(value, 6))).toBe(value)
      }),
    )
    expect(() => encodeBcd(1_000_000, 3)).toThrow(RangeError)
    expect(decodeBcd(hex('0a'))).toBeNull()
  })

  test('a row of elements with lengths of every kind is read', () => {
    const bytes = Uint8Array.from([
      ...encodeElement(bmp.result, Uint8Array.of(0)),
      ...encodeElement(bmp.amount, encodeBcd(2040, 6)),
      ...encodeElement(bmp.text, Buffer.from('GEN.NR.:611804')),
      ...encodeTlvs([
        { tag: '1f10', value: Uint8Array.of(3) },
        { tag: '60', value: encodeTlv({ tag: '44', value: new Uint8Array(200).fill(0x41) }) },
      ]),
    ])
    const elements = decodeElements(bytes)
    expect(elements?.values.get(bmp.amount)).toEqual(encodeBcd(2040, 6))
    expect(elements?.tlvs.map(({ tag }) => tag)).toEqual(['1f10', '60'])
  })

  test('any container of any elements is read as it was written', () => {
    const tag = fc.constantFrom('07', '1f10', '1f8101', '43', '60')
    fc.assert(
      fc.property(fc.array(fc.record({ tag, value: fc.uint8Array({ maxLength: 400 }) })), (elements) => {
        const bytes = Uint8Array.from(elements.flatMap((element) => [...encodeTlv(element)]))
        expect(decodeTlvs(bytes)).toEqual(elements)
      }),
    )
  })

  test('arbitrary data is elements or null, and never an exception', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom(0x040f, 0x04ff, 0x060f, 0x061e),
        (data, control) => {
          expect(decodeMessage({ control, data }).kind).toBeTypeOf('string')
        },
      ),
    )
  })
})

describe('card numbers', () => {
  const statusWith = (pan: string, text: string) =>
    Uint8Array.from([
      ...encodeElement(bmp.result, Uint8Array.of(0)),
      ...encodeElement(bmp.pan, hex(pan.length % 2 === 0 ? pan : `${pan}f`)),
      ...encodeElement(0x23, hex('5413330089020029d2512201062980990f')),
      ...encodeElement(0x0e, hex('2512')),
      ...encodeElement(bmp.text, Buffer.from(text)),
      ...encodeTlvs([{ tag: '1f09', value: hex('5413330089020029d2512201') }]),
    ])

  test('neither number nor track nor expiry date of a status information leaves the decoder', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{12,18}$/), (pan) => {
        const message = decodeMessage({ control: 0x040f, data: statusWith(pan, `KARTE ${pan} OK`) })
        const everything = JSON.stringify(message)
        expect(message.kind).toBe('statusInformation')
        expect(everything).toContain(`****${pan.slice(-4)}`)
        expect(everything).not.toContain(pan)
        expect(everything).not.toContain(pan.slice(0, -4))
        expect(everything).not.toContain('5413330089020029')
        expect(everything).not.toContain('2512')
      }),
    )
    const kept = decodeElements(statusWith('5413330089020029', ''))
    expect([...(kept?.values.keys() ?? [])]).toEqual([bmp.result, bmp.text])
    expect(kept?.tlvs).toEqual([])
  })

  test('are masked by a terminal or by us, with an even or an odd number of digits', () => {
    expect(maskPan(hex('eeeeeeeeeeee4771'))).toBe('****4771')
    expect(maskPan(hex('672000000000000472ff'))).toBe('****0472')
    expect(maskPan(hex('6720000000000000472f'))).toBe('****0472')
    expect(maskPan(hex('4771'))).toBe('****')
    expect(maskPan(hex('eeee'))).toBe('****')
    expect(maskText('5413 3300 8902 0029 / GEN.NR.:611804')).toBe('****0029 / GEN.NR.:611804')
  })
})

describe('trace numbers', () => {
  test('are newer across the turn from 999999 to 1, and never newer than themselves', () => {
    expect(isNewerTrace(1, null)).toBe(true)
    expect(isNewerTrace(471, 470)).toBe(true)
    expect(isNewerTrace(470, 470)).toBe(false)
    expect(isNewerTrace(469, 470)).toBe(false)
    expect(isNewerTrace(1, 999_999)).toBe(true)
    expect(isNewerTrace(999_999, 1)).toBe(false)
  })
})

describe('result codes', () => {
  test('have a meaning each; one nobody listed is a decline with its code kept', () => {
    const all = Array.from({ length: 256 }, (_, code) => meaningOf(code))
    expect(all[0]).toBe('approved')
    expect(all.filter((meaning) => meaning === 'approved')).toHaveLength(1)
    expect([meaningOf(0x6c), meaningOf(0x51), meaningOf(0x05), meaningOf(0xb4)]).toEqual([
      'cancelled',
      'insufficientFunds',
      'declined',
      'alreadyReversed',
    ])
    expect(codeText(0x05)).toBe('05')
  })
})
