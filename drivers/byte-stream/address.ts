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

export type StreamAddress = SerialAddress | TcpAddress

const example = 'Write it as serial:/dev/ttyUSB0?baud=9600 or tcp://192.168.1.50:9100.'

/** Reads `serial:PATH?baud=N&dataBits=8&parity=none&stopBits=1` (9600 8N1 when left out) or `tcp://HOST:PORT`. */
export function parseAddress(text: string): Result<StreamAddress, Failure> {
  if (text.startsWith('serial:')) return parseSerial(text)
  if (text.startsWith('tcp://')) return parseTcp(text)
  return bad(text, 'it begins with neither serial: nor tcp://')
}

export function formatAddress(address: StreamAddress): string {
  if (address.kind === 'tcp') {
    return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
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
