import { systemDriverClock } from '../../drivers/port/clock.ts'
import type { EmulatedDevices } from '../bench/emulatedDevices.ts'
import type { LaneConfig } from '../config/load.ts'
import { printerDriver, scannerDriver, terminalDriver } from '../devices/drivers.ts'
import type { DeviceSupervisorOptions } from '../devices/supervisor.ts'

/** The configured devices; an emulated one is opened at the near end of its virtual port, like any other. */
export function laneDrivers(
  config: LaneConfig,
  emulated: EmulatedDevices | null,
): DeviceSupervisorOptions['drivers'] {
  const { printer, scanner } = config.devices
  const { cardTerminal } = config
  const scannerAddress = emulated?.scanner?.address ?? scanner?.address ?? null
  return {
    printer:
      printer &&
      printerDriver(
        { address: emulated?.printer?.address ?? printer.address, model: printer.model },
        systemDriverClock,
      ),
    scanner: scannerAddress === null ? null : scannerDriver({ address: scannerAddress }, systemDriverClock),
    terminal:
      cardTerminal === null
        ? null
        : terminalDriver(
            {
              address: emulated?.terminal?.address ?? cardTerminal.address,
              password: Number(cardTerminal.password),
              currency: config.currency,
            },
            systemDriverClock,
          ),
  }
}
