import type { CallOptions } from '../../drivers/port/call.ts'
import type { DrawerState } from '../../drivers/cash-drawer/cash-drawer-port.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { DrawerReason } from '../contract/shift.ts'
import type { LogPort } from '../ports/log.ts'
import type { LaneStorePort } from '../ports/store.ts'

/** The drawer as the lane uses it, whatever is plugged in right now. */
export interface DrawerDevice {
  /** Whether open and closed can be told apart. */
  hasSensor(): boolean
  state(): DrawerState | null
  /** Rejects with a `Failure` when it stays closed. */
  open(call: CallOptions): Promise<void>
  /** Also when somebody opened it with the key. */
  onDrawer(listener: (state: DrawerState) => void): () => void
}

export interface LaneDrawerDeps {
  readonly store: LaneStorePort
  readonly log: LogPort
  /** Null on a lane without a drawer. */
  readonly device: DrawerDevice | null
  /** Its state changed. */
  readonly changed: () => void
}

/** The cash drawer of the lane. Every opening is one `drawer.opened` in the journal. */
export interface LaneDrawer {
  /** Call it after the commit that is the reason: a drawer that does not open changes nothing about the money. */
  open(reason: Exclude<DrawerReason, 'noSale'>, staffId: string | null): void
  /** Null without a drawer, and for one that does not tell. */
  state(): DrawerState | null
  close(): void
}

/** A printer on its way back takes some of this. */
const openTimeoutMs = 5000

export function createLaneDrawer({ store, log, device, changed }: LaneDrawerDeps): LaneDrawer {
  if (device === null) return { open: () => undefined, state: () => null, close: () => undefined }
  /** Why the next opening happens; null: nobody asked for one. */
  let expected: { readonly reason: DrawerReason; readonly staffId: string | null } | null = null

  function journal(reason: DrawerReason, staffId: string | null): void {
    try {
      const shift = store.openShift()
      const aggregate = shift ? ({ kind: 'shift', id: shift.shiftKey } as const) : laneItself
      store.transact((tx) => {
        tx.append(aggregate, { type: 'drawer.opened', reason, staffId })
      })
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      log.error({ failure: failureData(thrown), reason }, 'an opening of the drawer could not be kept')
    }
  }

  function opened(): void {
    const { reason, staffId } = expected ?? { reason: 'noSale' as const, staffId: null }
    expected = null
    if (reason === 'noSale') log.warn({}, 'the drawer was opened without a sale')
    journal(reason, staffId)
  }

  async function kick(drawer: DrawerDevice, reason: DrawerReason, staffId: string | null): Promise<void> {
    if (drawer.state() === 'open') return
    const mine = { reason, staffId }
    expected = mine
    try {
      await drawer.open({ timeoutMs: openTimeoutMs })
      // With a switch, the drawer itself has told by now.
      if (!drawer.hasSensor()) opened()
    } catch (thrown) {
      log.warn({ failure: failureData(thrown), reason }, 'the drawer did not open')
    } finally {
      if (expected === mine) expected = null
    }
  }

  const unsubscribe = device.onDrawer((state) => {
    if (state === 'open') opened()
    changed()
  })
  return {
    open: (reason, staffId) => void kick(device, reason, staffId),
    state: () => device.state(),
    close: unsubscribe,
  }
}

const laneItself = { kind: 'lane', id: 'lane' } as const
