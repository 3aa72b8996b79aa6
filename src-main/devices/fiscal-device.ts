import { parseAddress } from '../../drivers/byte-stream/address.ts'
import type { FiscalPort } from '../../drivers/fiscal/fiscal-port.ts'
import { createNetworkFiscalDevice } from '../../drivers/fiscal/network-fiscal-device.ts'
import type { DriverClock } from '../../drivers/port/clock.ts'
import { deviceFailure } from '../../drivers/port/failures.ts'

/** The fiscal device at `tcp://HOST:PORT`. It is called when there is something to sign; nobody watches it between. */
export function fiscalDevice(
  config: { readonly address: string; readonly clientId: string },
  clock: DriverClock,
): FiscalPort {
  const { address, clientId } = config
  const parsed = parseAddress(address)
  if (!parsed.ok) throw parsed.error
  if (parsed.value.kind !== 'tcp') {
    throw deviceFailure(
      'illegal',
      `reach the fiscal device at ${address}`,
      `The fiscal device at ${address} is not on the network. Give fiscal.address as tcp://HOST:PORT.`,
    )
  }
  const { host, port } = parsed.value
  return createNetworkFiscalDevice({ host, port, clientId, clock })
}
