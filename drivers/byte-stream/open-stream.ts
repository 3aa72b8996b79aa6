import { unreachable } from '../../src-main/contract/result.ts'
import { parseAddress } from './address.ts'
import type { ByteStreamPort } from './byte-stream-port.ts'
import { createSerialStream } from './serial.ts'
import { createTcpStream } from './tcp.ts'
import { createUsbStream } from './usb.ts'

/** The stream for an address, not opened yet. Throws the `device.badAddress` failure. */
export function createByteStream(address: string): ByteStreamPort {
  const parsed = parseAddress(address)
  if (!parsed.ok) throw parsed.error
  switch (parsed.value.kind) {
    case 'serial':
      return createSerialStream(parsed.value)
    case 'tcp':
      return createTcpStream(parsed.value)
    case 'usb':
      return createUsbStream(parsed.value)
    default:
      return unreachable(parsed.value)
  }
}
