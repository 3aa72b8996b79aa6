import type { DeviceSupervisor } from '../devices/supervisor.ts'
import type { Replicator } from '../journal/replicator.ts'
import type { Lane } from '../lane/controller.ts'
import type { Payments } from '../payments/attempts.ts'
import type { Face } from './face.ts'

export interface WiringDeps {
  readonly lane: Lane
  readonly payments: Payments
  readonly devices: DeviceSupervisor
  readonly face: Face
  readonly replicator: Replicator
}

/** What happens around the lane reaches it from here on: reads, devices that come and go, the hub, the face engine. */
export function wire({ lane, payments, devices, face, replicator }: WiringDeps): void {
  const gateScanner = (): void => {
    const scanner = devices.scanner()
    if (lane.acceptsScans()) scanner.enableData()
    else scanner.disableData()
  }
  devices.onScan((scan) => {
    lane.scan(scan.data)
    gateScanner()
  })
  devices.onGarbled(() => {
    lane.scanGarbled()
    gateScanner()
  })
  devices.onStatus(() => {
    lane.refresh()
  })
  face.onChange(() => {
    lane.refresh()
  })
  lane.onView(gateScanner)
  followHub({ lane, payments, replicator })
}

/** What was accepted while the hub was away is asked about when it is back, and each time more has arrived there. */
function followHub({
  lane,
  payments,
  replicator,
}: Pick<WiringDeps, 'lane' | 'payments' | 'replicator'>): void {
  let wasOnline = false
  replicator.subscribe((status) => {
    const online = status.state === 'online'
    if (online && (!wasOnline || status.pendingCount === 0)) void payments.followUp()
    wasOnline = online
    lane.refresh()
  })
}
