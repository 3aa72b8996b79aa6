import type { EmulatedDevices } from '../bench/emulatedDevices.ts'
import type { LaneConfig } from '../config/load.ts'
import { fiscalDevice } from '../devices/fiscal-device.ts'
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
  const address = emulated?.fiscal?.address ?? fiscal.address
  const device = fiscalDevice({ address, clientId: fiscal.clientId }, clock)
  return createFiscalDesk({ policy: fiscal.policy, device, store, clock, log, laneId, currency })
}
