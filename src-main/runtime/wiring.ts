import type { DeviceSupervisor } from '../devices/supervisor.ts'
import type { Replicator } from '../journal/replicator.ts'
import type { Lane } from '../lane/controller.ts'
import type { HubDeletions } from '../members/hubDeletions.ts'
import type { Payments } from '../payments/attempts.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { Face } from './face.ts'

export interface WiringDeps {
  readonly lane: Lane
  readonly payments: Payments
  readonly hubDeletions: HubDeletions
  readonly devices: DeviceSupervisor
  readonly face: Face
  readonly replicator: Replicator
  readonly clock: ClockPort
}

const followUpEveryMs = 15_000

/** What happens around the lane reaches it from here on, until the returned function is called. */
export function wire(deps: WiringDeps): () => void {
  const { lane, devices, face } = deps
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
  return followHub(deps)
}

/**
 * What was accepted while the hub was away is asked about when it is back, each time more has arrived there, and from
 * time to time: a held attempt goes on being cancelled until the hub has confirmed it.
 */
function followHub({ lane, payments, hubDeletions, replicator, clock }: WiringDeps): () => void {
  let online = false
  let cancelRound = (): void => undefined
  const round = (): void => {
    if (online) void payments.followUp()
    if (online) void hubDeletions.fulfil()
    cancelRound = clock.after(followUpEveryMs, round)
  }
  const unsubscribe = replicator.subscribe((status) => {
    const isBack = status.state === 'online' && !online
    online = status.state === 'online'
    if (isBack || (online && status.pendingCount === 0)) void payments.followUp()
    if (isBack) void hubDeletions.fulfil()
    lane.refresh()
  })
  round()
  return () => {
    cancelRound()
    unsubscribe()
  }
}
