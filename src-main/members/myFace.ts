import { Failure } from '../contract/failure.ts'
import type { CaptureView, MyFaceView } from '../contract/laneView.ts'
import type { DeletionRecord } from '../contract/rights.ts'
import type { Key } from '../contract/values.ts'
import { unreachable } from '../contract/result.ts'
import { codeLimit, lookLimit } from '../domain/rights/attemptLimit.ts'
import {
  myFace,
  type KnownPerson,
  type MyFaceEffect,
  type MyFaceInput,
  type MyFaceState,
  type Payer,
} from '../domain/rights/myFace.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FaceCapturePort, IdentificationOutcome } from '../ports/faceCapture.ts'
import type { HubPort } from '../ports/hub.ts'
import type { LaneStorePort } from '../ports/store.ts'
import { countAttempts } from './attempts.ts'
import { createIdleTimer, idleLimitMs, staffLimitMs } from './idleTimer.ts'
import { askForWallet } from './walletCode.ts'
import type { Deletions } from './deletion.ts'

export interface MyFaceDeps {
  readonly store: LaneStorePort
  readonly hub: HubPort
  readonly clock: ClockPort
  readonly capture: FaceCapturePort
  readonly deletions: Deletions
  /** Calls staff to confirm a deletion without a phone, or calls them off again. Throws `Failure` when it cannot be kept. */
  readonly callStaff: () => void
  readonly dismissStaff: () => void
  readonly changed: () => void
}

/** "My face" at the lane: who it is, what is kept of them, and its deletion with a receipt. One person at a time. */
export interface MyFace {
  view(): MyFaceView | null
  begin(): boolean
  /** Takes a scan while it is open; null is anything but a wallet code. Returns false when it is closed. */
  takeScan(walletCode: string | null): boolean
  withoutPhone(): boolean
  /** What staff answered to a call of this layer. */
  staffAnswered(agreed: boolean): boolean
  delete(): boolean
  leave(): boolean
  close(): void
}

export function createMyFace(deps: MyFaceDeps): MyFace {
  const { store, hub, clock, capture, deletions } = deps
  const codes = countAttempts(codeLimit, clock)
  const looks = countAttempts(lookLimit, clock)
  let state: MyFaceState = { kind: 'closed' }
  let look: CaptureView = lookBefore
  let looking: AbortController | null = null
  const waitIdly = createIdleTimer(clock, () => {
    dispatch({ type: 'left' })
  })

  function dispatch(input: MyFaceInput): boolean {
    const step = myFace(state, input)
    if (!step.taken) return false
    state = step.state
    armIdle()
    for (const effect of step.effects) run(effect)
    deps.changed()
    return true
  }

  function armIdle(): void {
    if (state.kind === 'closed') waitIdly(null)
    else waitIdly(state.kind === 'staff' ? staffLimitMs : idleLimitMs)
  }

  function run(effect: MyFaceEffect): void {
    switch (effect.type) {
      case 'resolveCode':
        return void resolveCode(effect.code)
      case 'startLook':
        return void startLook()
      case 'stopLook':
        looking?.abort()
        looking = null
        return
      case 'callStaff':
        return callStaff()
      case 'dismissStaff':
        return deps.dismissStaff()
      case 'delete':
        return void dispatch(erase(effect.subjectKeys, effect.reason))
      default:
        return unreachable(effect)
    }
  }

  function callStaff(): void {
    try {
      deps.callStaff()
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      dispatch({ type: 'staffAnswered', agreed: false })
    }
  }

  function erase(subjectKeys: readonly Key[], reason: 'withdrawn' | 'staff'): MyFaceInput {
    let record: DeletionRecord | null = null
    try {
      for (const subjectKey of subjectKeys) record = deletions.delete({ subjectKey, reason })
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      return { type: 'failed' }
    }
    if (!record) throw new Error('Nobody was to be deleted')
    return { type: 'deleted', record }
  }

  async function resolveCode(code: string): Promise<void> {
    const asked = state
    const answer = await askForWallet(hub, code)
    // Whoever showed this code has left; the account must not reach the next one.
    if (state !== asked) return
    if (answer.kind === 'refused') dispatch({ type: 'codeRefused', problem: answer.problem })
    else dispatch(found(answer.account))
  }

  function found({ accountId, maskedName, maskedAccount }: Payer & { accountId: Key }): MyFaceInput {
    const payer = { maskedName, maskedAccount }
    const subjectKeys = store.subjectKeysOfAccount(accountId)
    const newest = subjectKeys.at(-1)
    if (newest === undefined) return { type: 'nothingKept', payer }
    const enrolledAtMs = store.subjectFacts(newest)?.enrolledAtMs ?? 0
    return { type: 'accountFound', person: { ...payer, subjectKeys, enrolledAtMs } }
  }

  async function startLook(): Promise<void> {
    if (!looks.take()) return void dispatch({ type: 'faceNotFound' })
    const controller = new AbortController()
    looking = controller
    look = lookBefore
    const outcome = await capture.identify({
      signal: controller.signal,
      challenge: 'whenInDoubt',
      onProgress: (view) => {
        if (looking !== controller) return
        look = view
        deps.changed()
      },
    })
    if (looking !== controller) return
    const person = personOf(outcome)
    dispatch(person ? { type: 'faceFound', person } : { type: 'faceNotFound' })
  }

  /** Only one clear candidate: deleting somebody else who looks alike cannot be taken back. */
  function personOf(outcome: IdentificationOutcome): KnownPerson | null {
    const subject = outcome.kind === 'match' ? store.subject(outcome.candidate.subjectKey) : null
    if (!subject) return null
    const { accountId, maskedName, maskedAccount, enrolledAtMs } = subject
    return { subjectKeys: store.subjectKeysOfAccount(accountId), maskedName, maskedAccount, enrolledAtMs }
  }

  return {
    view: () => viewOf(state, look, hub.publicUrl()),
    begin: () => dispatch({ type: 'begun' }),
    takeScan(walletCode) {
      if (state.kind === 'closed') return false
      if (walletCode === null) dispatch({ type: 'otherCodeRead' })
      else if (state.kind === 'code' && !codes.take())
        dispatch({ type: 'codeRefused', problem: 'tooManyTries' })
      else dispatch({ type: 'codeRead', code: walletCode })
      return true
    },
    withoutPhone: () => dispatch({ type: 'withoutPhone' }),
    staffAnswered: (agreed) => dispatch({ type: 'staffAnswered', agreed }),
    delete: () => dispatch({ type: 'confirmed' }),
    leave: () => dispatch({ type: 'left' }),
    close() {
      dispatch({ type: 'left' })
      waitIdly(null)
    },
  }
}

const lookBefore: CaptureView = { camera: 'opening', guidance: 'lookHere', faceBox: null, progress: 0 }

function viewOf(state: MyFaceState, look: CaptureView, publicUrl: string | null): MyFaceView | null {
  switch (state.kind) {
    case 'closed':
      return null
    case 'code':
      return { step: 'code', problem: state.problem, checking: false }
    case 'resolving':
      return { step: 'code', problem: null, checking: true }
    case 'look':
      return { step: 'look', capture: look }
    case 'staff':
      return { step: 'staff', payer: payerOf(state.person) }
    case 'confirm':
      return { step: 'confirm', payer: payerOf(state.person), enrolledAtMs: state.person.enrolledAtMs }
    // Never seen: the commit ends before anything is published.
    case 'deleting':
      return { step: 'code', problem: null, checking: true }
    case 'nothing':
      return { step: 'nothing', payer: state.payer }
    case 'deleted': {
      const { record } = state
      const receiptUrl = publicUrl === null ? null : `${publicUrl}/d/${record.receiptToken}`
      return { step: 'deleted', record, receiptUrl }
    }
    case 'failed':
      return { step: 'failed', reason: state.reason }
    default:
      return unreachable(state)
  }
}

function payerOf({ maskedName, maskedAccount }: KnownPerson): Payer {
  return { maskedName, maskedAccount }
}
