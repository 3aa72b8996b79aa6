import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createScannerFraming } from '../../../drivers/scanner/framing.ts'
import { maxReadLength, type ScannerFrame } from '../../../drivers/scanner/scan-text.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const frame = (text: string): ScannerFrame[] => createScannerFraming().push(bytes(text))

/** Cuts an array at arbitrary places. */
function chunks(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  return at.slice(1).map((end, i) => whole.subarray(at[i], end))
}

describe('scanner framing', () => {
  test.each(['\r', '\n', '\r\n', '\n\r', '\r\r\n'])(
    'a read ends with %j, and nothing comes of empty lines',
    (end) => {
      expect(frame(`6901234567892${end}4006381333931${end}`)).toEqual([
        { kind: 'read', data: '6901234567892' },
        { kind: 'read', data: '4006381333931' },
      ])
    },
  )

  test('an AIM identifier becomes the symbology hint', () => {
    expect(frame(']E06901234567892\r')).toEqual([
      { kind: 'read', data: '6901234567892', symbologyHint: 'E0' },
    ])
    expect(frame(']Q3https://id.example/01/04006381333931\r')).toMatchObject([{ symbologyHint: 'Q3' }])
  })

  test('GS1 separators, STX and ETX around a read, and Chinese in a QR code are kept or stripped as they should', () => {
    expect(frame('\u0002]C1010400638133393110A1\u001d17261231\u0003\r')).toEqual([
      { kind: 'read', data: '010400638133393110A1\u001d17261231', symbologyHint: 'C1' },
    ])
    expect(frame('会员8812\n')).toEqual([{ kind: 'read', data: '会员8812' }])
  })

  test('garbage is told as garbage, and the next read is whole', () => {
    const framing = createScannerFraming()
    expect(framing.push(Uint8Array.of(0xff, 0x00, 0x9c, 0x0d))).toEqual([
      { kind: 'garbled', reason: 'notText' },
    ])
    expect(framing.push(bytes('6901234567892\r'))).toEqual([{ kind: 'read', data: '6901234567892' }])
  })

  test('a line gone mad is cut off at the limit and told once, when it ends', () => {
    const framing = createScannerFraming()
    expect(framing.push(new Uint8Array(100_000).fill(0x39))).toEqual([])
    expect(framing.push(bytes('\r6901234567892\r'))).toEqual([
      { kind: 'garbled', reason: 'tooLong' },
      { kind: 'read', data: '6901234567892' },
    ])
    expect(frame(`${'9'.repeat(maxReadLength)}\r`)).toMatchObject([{ kind: 'read' }])
  })

  test('any chunking of any bytes gives the same frames', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (noise, cuts) => {
          const whole = createScannerFraming().push(noise)
          const framing = createScannerFraming()
          expect(chunks(noise, cuts).flatMap((chunk) => framing.push(chunk))).toEqual(whole)
        },
      ),
    )
  })

  test('every printable code comes back as it was sent, whatever garbage came before', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.stringMatching(/^[0-9A-Za-z+./:?&=-]{1,80}$/),
        (noise, code) => {
          const frames = createScannerFraming().push(Uint8Array.from([...noise, 0x0d, ...bytes(code), 0x0d]))
          expect(frames.at(-1)).toEqual({ kind: 'read', data: code })
        },
      ),
    )
  })
})
