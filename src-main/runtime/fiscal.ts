import { createNetworkFiscalDevice } from '../../drivers/fiscal/network-fiscal-device.ts'
import { parseAddress } from '../../drivers/byte-stream/address.ts'
import type { EmulatedDevices } from '../bench/emulatedDevices.ts'
import type { LaneConfig } from '../config/load.ts'
import { Failure } from '../contract/failure.ts'
import { createFiscalDesk } from '../fiscal/desk.ts'
import { fiscalDeskWithoutDevice } from '../fiscal/no-device.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FiscalDeskPort } from '../ports/fiscal.ts'
import type { LogPort } from '../ports/log.ts'
import type { LaneStorePort } from '../ports/store.ts'

export interface FiscalDeps {
  readonly config: LaneConfig
  readonly emulated: EmulatedDevices | null
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly log: LogPort
}

/** The fiscal desk the configuration asks for; an emulated device is reached over its port like any other. */
export function openFiscalDesk({ config, emulated, store, clock, log }: FiscalDeps): FiscalDeskPort {
  const { fiscal, laneId, currency } = config
  if (fiscal === null) return fiscalDeskWithoutDevice()
  const parsed = parseAddress(emulated?.fiscal?.address ?? fiscal.address)
  if (!parsed.ok) throw parsed.error
  if (parsed.value.kind !== 'tcp') throw notOnTheNetwork(fiscal.address)
  const { host, port } = parsed.value
  const device = createNetworkFiscalDevice({ host, port, clientId: fiscal.clientId, clock })
  return createFiscalDesk({ policy: fiscal.policy, device, store, clock, log, laneId, currency })
}

function notOnTheNetwork(address: string): Failure {
  return new Failure({
    code: 'config.fiscalAddress',
    attempted: `reach the fiscal device at ${address}`,
    remedy: 'staff',
    message: `The fiscal device at ${address} is not on the network. Give fiscal.address as tcp://HOST:PORT.`,
  })
}
