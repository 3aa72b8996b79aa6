import type { DevicePort } from '../../drivers/port/device-port.ts'
import type { Unsubscribe } from '../../drivers/port/subscriptions.ts'
import type { DeviceAccess } from './supervised-device.ts'

/** What scanners, stripe readers and card readers have in common: a gate that closes behind each event. */
export interface ReadingPort extends DevicePort {
  readonly autoDisable: boolean
  enableData(): void
  disableData(): void
}

/** The gate of one reading device; what is wanted of it holds over a replug. */
export interface Gate {
  enableData(): void
  disableData(): void
}

/** Begins with the gate open. `attach` subscribes to the port; it calls `taken` for each event that closes the gate. */
export function gated<P extends ReadingPort>(
  device: DeviceAccess<P>,
  attach: (port: P, taken: () => void) => readonly Unsubscribe[],
): Gate {
  let wanted = true
  device.follow((port) => {
    if (!wanted) port.disableData()
    return attach(port, () => {
      wanted = !port.autoDisable
    })
  })
  return {
    enableData() {
      wanted = true
      device.port()?.enableData()
    },
    disableData() {
      wanted = false
      device.port()?.disableData()
    },
  }
}
