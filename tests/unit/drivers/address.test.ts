import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAddress, parseAddress, type StreamAddress } from '../../../drivers/byte-stream/address.ts'

describe('device addresses', () => {
  test('a serial path alone means 9600 8N1', () => {
    expect(parseAddress('serial:/dev/ttyUSB0')).toEqual({
      ok: true,
      value: { kind: 'serial', path: '/dev/ttyUSB0', baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    })
  })

  test.each([
    ['serial:/dev/ttyS1?baud=9600&dataBits=7&parity=even', { dataBits: 7, parity: 'even', baud: 9600 }],
    ['serial:COM3?baud=115200', { path: 'COM3', baud: 115_200 }],
    ['tcp://127.0.0.1:9100', { kind: 'tcp', host: '127.0.0.1', port: 9100 }],
    ['tcp://[::1]:9100', { host: '::1', port: 9100 }],
  ])('reads %s', (text, parts) => {
    const parsed = parseAddress(text)
    expect(parsed.ok && parsed.value).toMatchObject(parts)
  })

  test.each([
    ['usb:1', 'it is not usb:VID:PID'],
    ['lpt:1', 'it begins with neither serial: nor tcp:// nor usb:'],
    ['serial:', 'the path of the port is missing'],
    ['serial:/dev/ttyS0?boud=9600', '"boud" is not a setting'],
    ['serial:/dev/ttyS0?baud=fast', 'baud must be a whole number from 50 to 4000000'],
    ['serial:/dev/ttyS0?parity=toString', 'parity must be none, even or odd'],
    ['serial:/dev/ttyS0?dataBits=9', 'dataBits must be 5, 6, 7 or 8'],
    ['serial:/dev/ttyS0?stopBits=3', 'stopBits must be 1 or 2'],
    ['tcp://printer', 'host or port is missing'],
    ['tcp://printer:0', 'the port must be from 1 to 65535'],
    ['tcp://printer:70000', 'the port must be from 1 to 65535'],
  ])('refuses %s and says why', (text, why) => {
    const parsed = parseAddress(text)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) {
      expect(parsed.error).toMatchObject({ code: 'device.badAddress', remedy: 'staff' })
      expect(parsed.error.message).toContain(why)
    }
  })

  test('what is formatted reads back the same', () => {
    const serial = fc.record({
      kind: fc.constant('serial' as const),
      path: fc.stringMatching(/^\/dev\/[a-zA-Z0-9/_-]{1,20}$/),
      baud: fc.integer({ min: 50, max: 4_000_000 }),
      dataBits: fc.constantFrom(5, 6, 7, 8),
      parity: fc.constantFrom('none', 'even', 'odd'),
      stopBits: fc.constantFrom(1, 2),
    })
    const tcp = fc.record({
      kind: fc.constant('tcp' as const),
      host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
      port: fc.integer({ min: 1, max: 65_535 }),
    })
    fc.assert(
      fc.property(fc.oneof(serial, tcp), (address) => {
        expect(parseAddress(formatAddress(address as StreamAddress))).toEqual({ ok: true, value: address })
      }),
    )
  })

  test('no text makes it throw', () => {
    const near = fc
      .constantFrom('serial:', 'tcp://', '')
      .chain((start) => fc.string().map((rest) => start + rest))
    fc.assert(fc.property(near, (text) => typeof parseAddress(text).ok === 'boolean'))
  })
})
