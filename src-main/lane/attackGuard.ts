import { Failure } from '../contract/failure.ts'
import type { Key } from '../contract/values.ts'
import type { LockOut, LockOutPolicy } from '../domain/face/lockout.ts'
import { attacked, lockedForMs, noAttacks, onOtherClock } from '../domain/face/lockout.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { CaptureFailure, FaceCapturePort, IdentificationOutcome } from '../ports/faceCapture.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { StaffDesk } from './staffDesk.ts'

export interface AttackGuardDeps {
  readonly capture: FaceCapturePort
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly staff: StaffDesk
  readonly policy: LockOutPolicy
  /** A bench lane: only there do scores leave the decision. */
  readonly scores: boolean
  readonly currentSale: () => Key | null
  readonly changed: () => void
  /** A fact could not be kept; it counts all the same. */
  readonly storeFailed: (failure: Failure) => void
}

/** Counts attacks at this lane's camera, keeps them, and closes the camera for a while when there are too many. */
export interface AttackGuard {
  /** Looks like the capture it guards; while it is locked no camera is opened. */
  readonly capture: FaceCapturePort
  isLocked(): boolean
  /** Takes up the lock that a restart interrupted; staff is called again. */
  start(): void
  /** Staff has looked: the tender opens, and what was before counts no longer. */
  lift(): void
  close(): void
}

type Attack = Extract<IdentificationOutcome, { kind: 'attack' | 'challengeFailed' }>

const locked = { kind: 'engineUnavailable', code: 'face.lockedOut' } as const satisfies CaptureFailure

export function createAttackGuard(deps: AttackGuardDeps): AttackGuard {
  const { store, clock, staff, policy } = deps
  let state: LockOut = noAttacks
  let cancelTelling: () => void = () => undefined

  const isLocked = (): boolean => lockedForMs(state, clock.monotonicMs()) > 0

  async function guarded<O extends { readonly kind: string }>(look: () => Promise<O>) {
    if (isLocked()) return locked
    const outcome = await look()
    if (isAttack(outcome)) note(outcome)
    return outcome
  }

  function note(attack: Attack): void {
    const saleId = deps.currentSale()
    const aggregate = saleId
      ? ({ kind: 'sale', id: saleId } as const)
      : ({ kind: 'lane', id: 'lane' } as const)
    state = attacked(state, clock.monotonicMs(), policy)
    keeping(() => {
      store.transact((tx) => {
        tx.append(aggregate, { type: 'face.attackRefused', saleId, ...told(attack) })
        tx.putLockOut(onWallClock())
      })
      callStaff(saleId)
    })
    if (isLocked()) tellWhenOpen()
  }

  function told(attack: Attack) {
    const { kind, padScore, padThreshold: threshold } = attack
    return {
      ...(kind === 'challengeFailed' ? { challenge: attack.reason } : {}),
      ...(deps.scores ? { measured: { padScore, threshold } } : {}),
    }
  }

  function callStaff(saleId: Key | null): void {
    if (isLocked()) staff.call('presentationAttack', saleId, null)
  }

  /** Again, should the timer be a moment early. */
  function tellWhenOpen(): void {
    cancelTelling()
    const forMs = lockedForMs(state, clock.monotonicMs())
    if (forMs > 0) cancelTelling = clock.after(Math.ceil(forMs), tellWhenOpen)
    else deps.changed()
  }

  function keeping(work: () => void): void {
    try {
      work()
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      deps.storeFailed(thrown)
    }
  }

  function onWallClock(): LockOut {
    return onOtherClock(state, clock.nowMs() - clock.monotonicMs(), clock.nowMs(), policy)
  }

  return {
    capture: {
      identify: (options) => guarded(() => deps.capture.identify(options)),
      enrol: (options) => guarded(() => deps.capture.enrol(options)),
    },
    isLocked,
    start() {
      const kept = store.lockOut()
      if (kept === null) return
      const nowMs = clock.monotonicMs()
      state = onOtherClock(kept, nowMs - clock.nowMs(), nowMs, policy)
      keeping(() => {
        callStaff(null)
      })
      if (isLocked()) tellWhenOpen()
    },
    lift() {
      cancelTelling()
      state = noAttacks
      keeping(() => {
        store.transact((tx) => {
          tx.putLockOut(state)
        })
      })
    },
    close() {
      cancelTelling()
    },
  }
}

function isAttack(outcome: { readonly kind: string }): outcome is Attack {
  return outcome.kind === 'attack' || outcome.kind === 'challengeFailed'
}
