import { Failure } from '../../src-main/contract/failure.ts'
import { err, ok, type Result } from '../../src-main/contract/result.ts'
import { deviceErrors } from '../port/constants.ts'

export interface SerialAddress {
  readonly kind: 'serial'
  /** A device file, or `by-id:…`, `by-path:…` as `serial-identity.ts` finds them. */
  readonly path: string
  /** Bits per second. */
  readonly baud: number
  readonly dataBits: 5 | 6 | 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
}

export interface TcpAddress {
  readonly kind: 'tcp'
  readonly host: string
  readonly port: number
}

/** A device of the USB printer class, told from its twins by serial number or by where it is plugged in. */
export interface UsbAddress {
  readonly kind: 'usb'
  readonly vendorId: number
  readonly productId: number
  readonly serialNumber: string | null
  /** Bus and ports as the kernel writes them: `1-2`, `1-1.4`. */
  readonly location: string | null
}

export type StreamAddress = SerialAddress | TcpAddress | UsbAddress

const example =
  'Write it as serial:/dev/ttyUSB0?baud=9600, tcp://192.168.1.50:9100, usb:04b8:0202:SERIAL or usb:04b8:0202@1-1.4.'

/**
 * Reads `serial:PATH?baud=N&dataBits=8&parity=none&stopBits=1` (9600 8N1 when left out), `tcp://HOST:PORT` or
 * `usb:VID:PID[:SERIAL | @BUS-PORT.PORT]`, VID and PID in four hexadecimal digits.
 */
export function parseAddress(text: string): Result<StreamAddress, Failure> {
  if (text.startsWith('serial:')) return parseSerial(text)
  if (text.startsWith('tcp://')) return parseTcp(text)
  if (text.startsWith('usb:')) return parseUsb(text)
  return bad(text, 'it begins with neither serial: nor tcp:// nor usb:')
}

export function formatAddress(address: StreamAddress): string {
  if (address.kind === 'tcp') {
    return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
  }
  if (address.kind === 'usb') {
    const { vendorId, productId, serialNumber, location } = address
    const twin = serialNumber !== null ? `:${serialNumber}` : location !== null ? `@${location}` : ''
    return `usb:${hex4(vendorId)}:${hex4(productId)}${twin}`
  }
  const { path, baud, dataBits, parity, stopBits } = address
  const rest = dataBits === 8 && parity === 'none' && stopBits === 1
  return `serial:${path}?baud=${baud}${rest ? '' : `&dataBits=${dataBits}&parity=${parity}&stopBits=${stopBits}`}`
}

function parseSerial(text: string): Result<SerialAddress, Failure> {
  const [path = '', query = ''] = text.slice('serial:'.length).split('?', 2)
  if (path === '') return bad(text, 'the path of the port is missing')
  const settings = new URLSearchParams(query)
  for (const key of settings.keys()) {
    if (!['baud', 'dataBits', 'parity', 'stopBits'].includes(key))
      return bad(text, `"${key}" is not a setting`)
  }
  const baud = Number(settings.get('baud') ?? '9600')
  if (!Number.isInteger(baud) || baud < 50 || baud > 4_000_000) {
    return bad(text, 'baud must be a whole number from 50 to 4000000')
  }
  const dataBits = pick(settings.get('dataBits') ?? '8', { '5': 5, '6': 6, '7': 7, '8': 8 } as const)
  const parity = pick(settings.get('parity') ?? 'none', { none: 'none', even: 'even', odd: 'odd' } as const)
  const stopBits = pick(settings.get('stopBits') ?? '1', { '1': 1, '2': 2 } as const)
  if (dataBits === undefined) return bad(text, 'dataBits must be 5, 6, 7 or 8')
  if (parity === undefined) return bad(text, 'parity must be none, even or odd')
  if (stopBits === undefined) return bad(text, 'stopBits must be 1 or 2')
  return ok({ kind: 'serial', path, baud, dataBits, parity, stopBits })
}

function parseTcp(text: string): Result<TcpAddress, Failure> {
  const match = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text)
  if (match === null) return bad(text, 'host or port is missing')
  const port = Number(match[3])
  if (port < 1 || port > 65_535) return bad(text, 'the port must be from 1 to 65535')
  return ok({ kind: 'tcp', host: match[1] ?? match[2] ?? '', port })
}

function parseUsb(text: string): Result<UsbAddress, Failure> {
  const match = /^usb:([0-9a-f]{4}):([0-9a-f]{4})(?::([^\s@]+)|@(\d+-\d+(?:\.\d+)*))?$/i.exec(text)
  if (match === null) return bad(text, 'it is not usb:VID:PID[:SERIAL or @BUS-PORT.PORT]')
  return ok({
    kind: 'usb',
    vendorId: Number.parseInt(match[1] ?? '', 16),
    productId: Number.parseInt(match[2] ?? '', 16),
    serialNumber: match[3] ?? null,
    location: match[4] ?? null,
  })
}

function hex4(id: number): string {
  return id.toString(16).padStart(4, '0')
}

function pick<T>(key: string, table: Readonly<Record<string, T>>): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

function bad(text: string, why: string): Result<never, Failure> {
  return err(
    new Failure({
      code: 'device.badAddress',
      attempted: `read the device address "${text}"`,
      remedy: 'staff',
      nativeCode: String(deviceErrors.illegal),
      message: `The device address "${text}" cannot be used: ${why}. ${example}`,
    }),
  )
}
