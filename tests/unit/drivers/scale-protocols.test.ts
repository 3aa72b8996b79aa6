import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createScaleCore } from '../../../drivers/scale/emulator/scale-core.ts'
import { createSicsFace } from '../../../drivers/scale/emulator/sics-face.ts'
import { createToledoFace, type ScaleFace } from '../../../drivers/scale/emulator/toledo-face.ts'
import { createSicsFraming } from '../../../drivers/scale/mt-sics.ts'
import { createToledoFraming } from '../../../drivers/scale/toledo-8217.ts'
import {
  isOverCapacity,
  parseMilligrams,
  wholeDivisions,
  type ScaleAnswer,
} from '../../../drivers/scale/weight.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const toledo = (text: string): ScaleAnswer[] => createToledoFraming().push(bytes(text))
const sics = (text: string): ScaleAnswer[] => createSicsFraming().push(bytes(text))

function chunks(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  return at.slice(1).map((end, i) => whole.subarray(at[i], end))
}

describe('weights', () => {
  test.each([
    ['00.512', 'kg', 512_000],
    ['512', 'g', 512_000],
    ['-0.004', 'kg', -4_000],
    ['100.00', 'g', 100_000],
    ['0.0005', 'g', null],
    ['1.2.3', 'kg', null],
    ['1', 'lb', null],
    ['', 'kg', null],
  ])('%j %s is %s milligrams', (text, unit, milligrams) => {
    expect(parseMilligrams(text, unit)).toBe(milligrams)
  })

  test.each([
    [2_499, 5, 0],
    [2_500, 5, 5],
    [7_499, 5, 5],
    [12_500, 5, 15],
    [-2_500, 5, -5],
    [-2_499, 5, 0],
    [1_999, 2, 2],
  ])('%i mg on a scale of %i g divisions is %i g: half a division counts as one', (mg, division, grams) => {
    expect(wholeDivisions(mg, division)).toBe(grams)
  })

  test('nine divisions above the maximum may be shown, a tenth may not', () => {
    expect(isOverCapacity(15_045, 15_000, 5)).toBe(false)
    expect(isOverCapacity(15_050, 15_000, 5)).toBe(true)
  })
})

describe('the 8217', () => {
  test('kilograms have three decimals, and a letter N when a tare is off', () => {
    expect(toledo('\u000201.235\r\u000200.500N\r')).toEqual([
      { kind: 'weight', stable: true, milligrams: 1_235_000, net: false },
      { kind: 'weight', stable: true, milligrams: 500_000, net: true },
    ])
  })

  test('pounds are no weight to sell by', () => {
    expect(toledo('\u0002001.23\r')).toEqual([{ kind: 'unreadable', reason: 'unit' }])
  })

  test.each([
    ['in motion', 0x41, 'unstable', false, false],
    ['over capacity', 0x42, 'overweight', false, false],
    ['under zero, with a tare', 0x64, 'underZero', false, true],
    ['outside the range it may be zeroed in', 0x48, 'notReady', false, false],
    ['at zero', 0x50, 'zero', true, false],
    ['in motion and over capacity', 0x43, 'unstable', false, false],
  ])('%s is told by the status byte', (_what, status, name, atZero, net) => {
    expect(toledo(`\u0002?${String.fromCharCode(status)}\r`)).toEqual([
      { kind: 'status', status: name, atZero, net },
    ])
  })

  test('a parity bit that came along is taken off, and checked', () => {
    // Even parity of STX 0 1 . 2 3 5 CR, computed by hand.
    const whole = [0x82, 0x30, 0xb1, 0x2e, 0xb2, 0x33, 0x35, 0x8d]
    const weight = { kind: 'weight', stable: true, milligrams: 1_235_000, net: false }
    expect(createToledoFraming().push(Uint8Array.from(whole))).toEqual([weight])
    const spoilt = whole.map((byte, i) => (i === 4 ? byte ^ 0x01 : byte))
    expect(createToledoFraming().push(Uint8Array.from(spoilt))).toEqual([
      { kind: 'unreadable', reason: 'parity' },
    ])
  })

  test('the echo of the probe is found in whatever surrounds it', () => {
    expect(toledo('ll\u0002E\rhello\u0002F\r')).toEqual([
      { kind: 'done' },
      { kind: 'hello' },
      { kind: 'done' },
    ])
  })

  test('a line gone mad is told once for each answer that does not end, and the next one is whole', () => {
    expect(toledo(`\u0002${'9'.repeat(100_000)}\r\u000201.235\r`)).toMatchObject([
      { kind: 'unreadable', reason: 'tooLong' },
      { kind: 'weight', milligrams: 1_235_000 },
    ])
  })
})

describe('MT-SICS', () => {
  test.each<[string, ScaleAnswer]>([
    ['S S     100.00 g', { kind: 'weight', stable: true, milligrams: 100_000, net: false }],
    ['S D     -12.5 g', { kind: 'weight', stable: false, milligrams: -12_500, net: false }],
    ['S S      1.235 kg', { kind: 'weight', stable: true, milligrams: 1_235_000, net: false }],
    ['S S      1.235 lb', { kind: 'unreadable', reason: 'unit' }],
    ['S I', { kind: 'status', status: 'notReady', atZero: false, net: false }],
    ['S +', { kind: 'status', status: 'overweight', atZero: false, net: false }],
    ['S -', { kind: 'status', status: 'underZero', atZero: false, net: false }],
    ['Z A', { kind: 'done' }],
    ['Z I', { kind: 'refused' }],
    ['T S      50.0 g', { kind: 'done' }],
    ['TA L', { kind: 'refused' }],
    ['ES', { kind: 'unreadable', reason: 'badCommand' }],
    ['I4 A "B021002593"', { kind: 'hello' }],
    ['S S 1,5 kg', { kind: 'unreadable', reason: 'format' }],
  ])('%s', (text, answer) => {
    expect(sics(`${text}\r\n`)).toEqual([answer])
  })
})

describe.each([
  ['8217', createToledoFraming, createToledoFace],
  ['MT-SICS', createSicsFraming, createSicsFace],
] as const)('%s', (_name, framing, newFace) => {
  test('any chunking of any bytes gives the same answers', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(fc.constantFrom('\u0002', '\r', '\n', '00.512', '?A', 'S S 12 g', 'hello', 'N', '9'))
        .map((parts) => bytes(parts.join(''))),
    )
    fc.assert(
      fc.property(noise, fc.array(fc.nat(), { maxLength: 20 }), (whole, cuts) => {
        const apart = framing()
        expect(chunks(whole, cuts).flatMap((chunk) => apart.push(chunk))).toEqual(framing().push(whole))
      }),
    )
  })

  test('what the emulated scale says of any weight at rest is read back as that weight', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 15_000 }), (grams) => {
        let nowMs = 0
        const core = createScaleCore({
          maxGrams: 15_000,
          divisionGrams: 5,
          settleMs: 1,
          nowMs: () => (nowMs += 1),
        })
        core.plate.put(grams)
        expect(framing().push(say(newFace(core), _name === '8217' ? 'W' : 'SI\r\n'))).toMatchObject([
          { kind: 'weight', stable: true, milligrams: wholeDivisions(grams * 1000, 5) * 1000 },
        ])
      }),
    )
  })
})

function say(face: ScaleFace, command: string): Uint8Array {
  return Uint8Array.from([...bytes(command)].flatMap((byte) => [...(face.hear(byte) ?? [])]))
}
