import type { DeviceSupervisor } from '../devices/supervisor.ts'
import type { FeedListener } from '../journal/feed-listener.ts'
import type { Replicator } from '../journal/replicator.ts'
import type { Lane } from '../lane/lane.ts'
import { createSideDevices } from '../lane/sideDevices.ts'
import type { ReturnsDesk } from '../lane/returnsDesk.ts'
import type { Payments } from '../payments/attempts.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { VendRuns } from '../ports/vending.ts'
import type { Face } from './face.ts'

export interface WiringDeps {
  readonly lane: Lane
  readonly payments: Payments
  readonly returns: ReturnsDesk
  /** Null on every lane but a vending machine. */
  readonly vendRuns: VendRuns | null
  readonly feed: FeedListener
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
  devices.onScan(({ data, symbologyHint }) => {
    lane.scan(symbologyHint === undefined ? data : `]${symbologyHint}${data}`)
    gateScanner()
  })
  const takeMember = ({ memberNumber }: { readonly memberNumber: string }): void => {
    lane.scanMember(memberNumber)
    gateScanner()
  }
  devices.onSwipe(takeMember)
  devices.onCard(takeMember)
  devices.onSwipeRefused(({ reason }) => {
    lane.cardRefused(
      reason === 'paymentCardRefused'
        ? { code: 'paymentCardRefused' }
        : { code: 'memberCardRefused', reason },
    )
  })
  devices.onCardRefused(({ reason }) => {
    lane.cardRefused({ code: 'memberCardRefused', reason })
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
  const side = createSideDevices({
    display: devices.lineDisplay(),
    lights: devices.lights(),
    tone: devices.toneIndicator(),
  })
  side.show(lane.view())
  lane.onView((view) => side.show(view))
  const stopFollowing = followHub(deps)
  return () => {
    side.close()
    stopFollowing()
  }
}

/**
 * What was accepted while the hub was away is asked about when it is back, each time more has arrived there, and from
 * time to time: a held attempt goes on being cancelled until the hub has confirmed it. A vending machine is asked about
 * its sales with or without the hub.
 */
function followHub({ lane, payments, returns, vendRuns, feed, replicator, clock }: WiringDeps): () => void {
  const followUp = (): void => {
    void payments.followUp()
    void returns.followUp().then(() => vendRuns?.followUp())
  }
  let online = false
  let cancelRound = (): void => undefined
  const round = (): void => {
    if (online) followUp()
    else void vendRuns?.followUp()
    cancelRound = clock.after(followUpEveryMs, round)
  }
  const unsubscribe = replicator.subscribe((status) => {
    const isBack = status.state === 'online' && !online
    online = status.state === 'online'
    if (isBack || (online && status.pendingCount === 0)) followUp()
    if (isBack) feed.nudge()
    lane.refresh()
  })
  round()
  return () => {
    cancelRound()
    unsubscribe()
  }
}
