import { formatAddress, parseAddress, type SerialAddress } from './address.ts'

/** How a kind of device sets its serial line. */
export type LineSettings = Partial<Pick<SerialAddress, 'baud' | 'dataBits' | 'parity' | 'stopBits'>>

/** The address with what it leaves open filled in by the device's own line; other addresses as they are. */
export function withLineSettings(address: string, line: LineSettings): string {
  const parsed = parseAddress(address)
  if (!parsed.ok || parsed.value.kind !== 'serial') return address
  const said = new URLSearchParams(address.split('?', 2)[1] ?? '')
  const open = Object.fromEntries(Object.entries(line).filter(([key]) => !said.has(key)))
  return formatAddress({ ...parsed.value, ...open })
}
