import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bootKeyboard } from '../../../drivers/hid/keyboard.ts'
import { typedReports } from '../../../drivers/hid/keystrokes.ts'
import { parseReportDescriptor } from '../../../drivers/hid/report-descriptor.ts'
import { createHidSwipeDecoder, magTekReport, swipeReport } from '../../../drivers/msr/hid-swipe.ts'
import { createKeyboardSwipeDecoder } from '../../../drivers/msr/keyboard-swipe.ts'
import { judgeSwipe, type SwipeFrame } from '../../../drivers/msr/swipe.ts'
import { cut } from './support/chunks.ts'
import { swipeDescriptor } from './support/hid-descriptors.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function swiped(tracks: Partial<Record<1 | 2 | 3, string>>, prefixes: readonly string[] = []): SwipeFrame {
  const raw = ([1, 2, 3] as const).flatMap((track) =>
    tracks[track] === undefined ? [] : [{ track, bytes: bytes(tracks[track]) }],
  )
  const frame = judgeSwipe(raw, prefixes)
  expect(raw.every((each) => each.bytes.every((byte) => byte === 0))).toBe(true)
  return frame
}

const refused = { kind: 'refused', reason: 'paymentCardRefused' }

/** Test numbers that the networks publish for their acquirers' tests. */
const testNumbers = [
  ['Visa', '4111111111111111'],
  ['Mastercard', '5555555555554444'],
  ['Mastercard, second range', '2223003122003222'],
  ['American Express', '378282246310005'],
  ['Discover', '6011111111111117'],
  ['JCB', '3530111333300000'],
  ['Diners', '30569309025904'],
  ['UnionPay', '6200000000000005'],
  ['UnionPay of 19 digits', '6205500000000000004'],
  ['Maestro', '6759649826438453'],
] as const

function withLuhn(body: string): string {
  const digits = Array.from(`${body}0`, Number).reverse()
  const sum = digits.reduce((total, digit, at) => {
    const doubled = at % 2 === 1 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return body + String((10 - (sum % 10)) % 10)
}

describe('a payment card at the stripe reader', () => {
  test.each(testNumbers)(
    '%s is refused by track 2, by track 1, and without its expiry date',
    (_name, pan) => {
      expect(swiped({ 2: `;${pan}=30121011234567890?` })).toEqual(refused)
      expect(swiped({ 1: `%B${pan}^SMITH/JO^30121011234567890?` })).toEqual(refused)
      expect(swiped({ 2: `;${pan}=?` })).toEqual(refused)
      expect(swiped({ 3: `+01${pan}=724724000000000000300101?` })).toEqual(refused)
    },
  )

  test('is refused with its number in groups, with a wrong check digit, and of an issuer nobody lists', () => {
    expect(swiped({ 1: '%B3782 822463 10005^SMITH/JO^3012101?' })).toEqual(refused)
    expect(swiped({ 2: ';4111111111111112=30121011234567890?' })).toEqual(refused)
    expect(swiped({ 2: `;${withLuhn('781234567890123')}=30121011234567890?` })).toEqual(refused)
  })

  test('is refused when one track of a card says so, whatever the others say', () => {
    expect(swiped({ 1: '%A1234^SHOP^?', 2: ';4111111111111111=30121010000000000?' })).toEqual(refused)
    expect(swiped({ 2: ';8800123456=4111111111111111?' })).toEqual(refused)
  })

  test('of any range and any digits is refused, and no byte of it is left', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('4', '51', '2221', '34', '37', '62', '6011', '3528', '36', '50', '81', '9792'),
        fc.stringMatching(/^\d{11}$/),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('101', '201', '221', '520', '601', '702', '999'),
        (issuer, rest, month, service) => {
          const pan = withLuhn(`${issuer}${rest}`)
          const tail = `30${String(month).padStart(2, '0')}${service}00000`
          expect(swiped({ 2: `;${pan}=${tail}?` })).toEqual(refused)
          expect(swiped({ 1: `%B${pan}^A/B^${tail}?` })).toEqual(refused)
        },
      ),
    )
  })
})

describe("a member's card at the stripe reader", () => {
  test('gives the number before its first separator, of the second track first', () => {
    expect(swiped({ 2: ';8800123456?' })).toEqual({ kind: 'swipe', memberNumber: '8800123456', track: 2 })
    expect(swiped({ 1: '%B8800123456^WANG/LI^?', 2: ';8800123456=99?' })).toMatchObject({ track: 2 })
    expect(swiped({ 1: '%AB12345^WANG/LI^?' })).toMatchObject({ memberNumber: 'AB12345', track: 1 })
    expect(swiped({ 3: ';880012?' })).toMatchObject({ memberNumber: '880012', track: 3 })
  })

  test('of another shop is none of ours, where ours are known by their first digits', () => {
    expect(swiped({ 2: ';7712345?' }, ['88'])).toEqual({ kind: 'refused', reason: 'notAMemberCard' })
    expect(swiped({ 2: ';8812345?' }, ['77', '88'])).toMatchObject({ memberNumber: '8812345' })
    expect(swiped({ 2: ';4111111111111111=?' }, ['4111'])).toEqual(refused)
  })

  test('that cannot be read, or says nothing, is said so', () => {
    expect(swiped({ 1: '%E?', 2: ';E?' })).toEqual({ kind: 'refused', reason: 'unreadable' })
    expect(swiped({ 2: ';12?' })).toEqual({ kind: 'refused', reason: 'notAMemberCard' })
    expect(swiped({})).toEqual({ kind: 'refused', reason: 'unreadable' })
  })
})

describe('swipes from reports', () => {
  const hid = () => createHidSwipeDecoder(magTekReport, magTekReport, { memberPrefixes: [] })
  const keyboard = () =>
    createKeyboardSwipeDecoder(bootKeyboard, bootKeyboard, { layout: 'us', memberPrefixes: [] })

  test("a reader's own descriptor says the same as its manual", () => {
    const descriptor = parseReportDescriptor(swipeDescriptor)
    const { reportId, tracks, numbered, reportBytes } = magTekReport
    expect(descriptor && swipeReport(descriptor)).toEqual({ reportId, tracks })
    expect(descriptor).toMatchObject({ numbered, reportBytes })
  })

  test.each([
    ['HID', hid],
    ['keyboard', keyboard],
  ])('any chunking of any bytes gives the same frames, and the bytes are overwritten (%s)', (_name, make) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), fc.array(fc.nat()), (noise, cuts) => {
        const [whole, parts] = [noise.slice(), noise.slice()]
        const [one, other] = [make(), make()]
        const expected = [...one.push(whole), ...one.silence()]
        expect([...cut(parts, cuts).flatMap((part) => other.push(part)), ...other.silence()]).toEqual(
          expected,
        )
        expect([...whole, ...parts].every((byte) => byte === 0)).toBe(true)
      }),
    )
  })

  test('three tracks typed in one line, or a line each, are one card', () => {
    const type = (text: string) => typedReports(text, 'us', 'enter')
    const all = type('%B5412751234123456^SMITH/JO^30121011?;5412751234123456=30121011?;0154127512341234561?')
    const decoder = keyboard()
    expect(all.flatMap((report) => decoder.push(report))).toEqual([refused])
    const lines = [...type(';8800123456?'), ...type(';5412751234123456=30121011?')]
    expect(lines.flatMap((report) => decoder.push(report))).toMatchObject([
      { memberNumber: '8800123456' },
      refused,
    ])
  })

  test('half a card is unreadable', () => {
    const decoder = keyboard()
    expect(typedReports(';54127512341', 'us', null).flatMap((report) => decoder.push(report))).toEqual([])
    expect(decoder.silence()).toEqual([{ kind: 'refused', reason: 'unreadable' }])
    expect(decoder.silence()).toEqual([])
  })
})
