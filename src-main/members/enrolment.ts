import { Failure } from '../contract/failure.ts'
import type { ConsentFacts } from '../contract/face.ts'
import type { CaptureView, EnrolmentView } from '../contract/laneView.ts'
import type { Key, Language } from '../contract/values.ts'
import { unreachable } from '../contract/result.ts'
import type {
  EnrolmentEffect,
  EnrolmentInput,
  EnrolmentState,
  LinkedAccount,
} from '../domain/enrolment/machine.ts'
import { enrol } from '../domain/enrolment/machine.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { EnrolmentOutcome, FaceCapturePort, GalleryPort } from '../ports/faceCapture.ts'
import type { HubPort } from '../ports/hub.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort } from '../ports/store.ts'
import { codeLimit, lookLimit } from '../domain/rights/attemptLimit.ts'
import { countAttempts } from './attempts.ts'
import { createIdleTimer, idleLimitMs, staffLimitMs } from './idleTimer.ts'
import { askForWallet } from './walletCode.ts'
import { deleteIn } from './deletion.ts'
import { enrolmentView, lookBefore } from './enrolmentView.ts'

export interface EnrolmentDeps {
  readonly store: LaneStorePort
  readonly hub: HubPort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly capture: FaceCapturePort
  readonly gallery: GalleryPort
  /** The text that stands on the consent screen in this language, with its hash. */
  readonly consentFacts: (language: Language) => ConsentFacts
  /** A bench lane: only there do scores leave the decision. */
  readonly scores: boolean
  /** Calls staff to a guardian, or calls them off again. Throws `Failure` when it cannot be kept. */
  readonly callGuardian: () => void
  readonly dismissGuardian: () => void
  readonly changed: () => void
}

export interface ConsentAnswer {
  readonly textId: string
  readonly textVersion: number
  readonly agreed: boolean
  /** Old enough to decide alone. */
  readonly ofAge: boolean
}

/** One person at a time links a face to the wallet whose live code they showed. */
export interface Enrolment {
  view(): EnrolmentView | null
  begin(): boolean
  /** `textId` and `textVersion` are what the screen really showed; another text is not consent. */
  consent(answer: ConsentAnswer, language: Language): boolean
  /** What staff settled when a guardian was asked. */
  guardianAnswered(interventionKey: Key, agreed: boolean): boolean
  /** Takes a scan while it is open; null is anything but a wallet code. Returns false when it is closed. */
  takeScan(walletCode: string | null): boolean
  leave(): boolean
  close(): void
}

const lookLimitMs = 30_000
const retryWithdrawalMs = 5_000

export function createEnrolment(deps: EnrolmentDeps): Enrolment {
  const { store, hub, clock, random, capture, gallery } = deps
  const codes = countAttempts(codeLimit, clock)
  const looks = countAttempts(lookLimit, clock)
  let state: EnrolmentState = { kind: 'closed' }
  let consent: ConsentFacts | null = null
  let look: CaptureView = lookBefore
  let looking: AbortController | null = null
  let closed = false
  const waitIdly = createIdleTimer(clock, () => {
    dispatch({ type: 'left' })
  })
  let captured: Extract<EnrolmentOutcome, { kind: 'reference' }> | null = null

  function dispatch(input: EnrolmentInput): boolean {
    const step = enrol(state, input)
    if (!step.taken) return false
    try {
      for (const effect of step.effects.filter(isCommit)) commit(effect)
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      state = { kind: 'failed', reason: 'diskFull' }
      armIdle()
      stopLooking()
      deps.changed()
      return true
    }
    state = step.state
    armIdle()
    for (const effect of step.effects) run(effect)
    deps.changed()
    return true
  }

  function armIdle(): void {
    if (state.kind === 'closed') waitIdly(null)
    else waitIdly(state.kind === 'guardian' ? staffLimitMs : idleLimitMs)
  }

  function commit(effect: EnrolmentEffect): void {
    if (effect.type === 'commitConsent' && consent) {
      const guardian = effect.guardian === null ? {} : { guardian: { interventionKey: effect.guardian } }
      const event = { type: 'consent.given', subjectKey: effect.subjectKey, ...consent, ...guardian } as const
      store.transact((tx) => tx.append(subject(effect.subjectKey), event))
    }
    if (effect.type === 'callGuardian') deps.callGuardian()
    if (effect.type === 'commitWithdrawal') withdraw(effect.subjectKey)
  }

  /** Nobody has to stay for it: what the disk does not take now is written as soon as it does. */
  function withdraw(subjectKey: string): void {
    const event = { type: 'consent.withdrawn', subjectKey } as const
    try {
      store.transact((tx) => tx.append(subject(subjectKey), event))
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      clock.after(retryWithdrawalMs, () => {
        if (!closed) withdraw(subjectKey)
      })
    }
  }

  function run(effect: EnrolmentEffect): void {
    switch (effect.type) {
      case 'commitConsent':
      case 'commitWithdrawal':
      case 'callGuardian':
        return
      case 'dismissGuardian':
        return deps.dismissGuardian()
      case 'resolveCode':
        return void resolveCode(effect.code)
      case 'startCapture':
        return void startLooking()
      case 'stopCapture':
        return stopLooking()
      case 'save':
        return save(effect.subjectKey, effect.account)
      default:
        return unreachable(effect)
    }
  }

  async function resolveCode(code: string): Promise<void> {
    const asked = state
    const answer = await askForWallet(hub, code)
    // Whoever showed this code has left; the account must not reach the next one.
    if (state !== asked) return
    if (answer.kind === 'refused') dispatch({ type: 'codeRefused', problem: answer.problem })
    else dispatch({ type: 'codeResolved', account: answer.account })
  }

  async function startLooking(): Promise<void> {
    if (!looks.take()) return void dispatch({ type: 'failed', reason: 'tooManyTries' })
    const controller = new AbortController()
    looking = controller
    look = lookBefore
    const cancelLimit = clock.after(lookLimitMs, () => {
      if (looking === controller) dispatch({ type: 'failed', reason: 'faceTimeout' })
    })
    const outcome = await capture.enrol({
      signal: controller.signal,
      onProgress: (view) => {
        if (looking !== controller) return
        look = view
        deps.changed()
      },
    })
    cancelLimit()
    if (looking === controller) take(outcome)
    if (outcome.kind === 'reference') outcome.reference.fill(0)
  }

  function take(outcome: EnrolmentOutcome): void {
    switch (outcome.kind) {
      case 'reference':
        if (isSomeoneElse(outcome)) return void dispatch({ type: 'failed', reason: 'alreadyEnrolled' })
        captured = outcome
        dispatch({ type: 'referenceCaptured' })
        captured = null
        return
      case 'framesDisagree':
        return void dispatch({ type: 'failed', reason: 'framesDisagree' })
      case 'attack':
        return void dispatch({ type: 'failed', reason: 'faceAttack' })
      case 'timeout':
        return void dispatch({ type: 'failed', reason: 'faceTimeout' })
      case 'cameraUnavailable':
        return void dispatch({ type: 'failed', reason: 'cameraUnavailable' })
      case 'engineUnavailable':
        return void dispatch({ type: 'failed', reason: 'faceEngineUnavailable' })
      case 'aborted':
        return
      default:
        return unreachable(outcome)
    }
  }

  /** The same face under another wallet would make every later look ambiguous. */
  function isSomeoneElse(outcome: { alreadyKnown: { subjectKey: string } | null }): boolean {
    if (state.kind !== 'look' || !outcome.alreadyKnown) return false
    return store.subjectByAccount(state.account.accountId)?.subjectKey !== outcome.alreadyKnown.subjectKey
  }

  function stopLooking(): void {
    looking?.abort()
    looking = null
  }

  function save(subjectKey: string, account: LinkedAccount): void {
    const face = captured
    if (!face) throw new Error('Nothing was captured')
    const referenceKey = random.key()
    try {
      const replaced = store.subjectByAccount(account.accountId)?.subjectKey ?? null
      const sealed = gallery.seal(referenceKey, face.reference)
      const personal = { maskedName: account.maskedName, maskedAccount: account.maskedAccount }
      // Before the commit: a face the gallery cannot take must not stay behind on the disk.
      gallery.admit(referenceKey, subjectKey, face.reference)
      store.transact((tx) => {
        tx.putSubject({ subjectKey, ...account, enrolledAtMs: clock.nowMs() })
        tx.putReference({
          referenceKey,
          subjectKey,
          sealed,
          modelPackId: face.modelPackId,
          createdAtMs: clock.nowMs(),
        })
        tx.append(subject(subjectKey), {
          type: 'face.enrolled',
          subjectKey,
          referenceKey,
          accountId: account.accountId,
          modelPackId: face.modelPackId,
          frames: face.frames,
          ...(deps.scores ? { padScore: face.padScore } : {}),
          personal: tx.sealPersonal(subjectKey, personal),
        })
        if (replaced) {
          deleteIn(
            tx,
            { subjectKey: replaced, reason: 'replaced' },
            { receiptToken: random.key(), atMs: clock.nowMs() },
          )
        }
      })
      if (replaced) gallery.forget(replaced)
      dispatch({ type: 'saved' })
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      gallery.forget(subjectKey)
      const reason = thrown.code.startsWith('face.') ? 'faceEngineUnavailable' : 'diskFull'
      dispatch({ type: 'failed', reason })
    }
  }

  return {
    view: () => enrolmentView(state, deps.consentFacts('en'), look),
    begin: () => dispatch({ type: 'begun', subjectKey: random.key() }),
    consent(answer, language) {
      if (!answer.agreed) return dispatch({ type: 'left' })
      const facts = deps.consentFacts(language)
      if (answer.textId !== facts.textId || answer.textVersion !== facts.textVersion) return false
      consent = facts
      return dispatch({ type: 'consentGiven', ofAge: answer.ofAge })
    },
    guardianAnswered: (interventionKey, agreed) =>
      dispatch({ type: 'guardianAnswered', interventionKey, agreed }),
    takeScan(walletCode) {
      if (state.kind === 'closed') return false
      if (walletCode === null) dispatch({ type: 'otherCodeRead' })
      else if (state.kind === 'link' && !codes.take())
        dispatch({ type: 'codeRefused', problem: 'tooManyTries' })
      else dispatch({ type: 'codeRead', code: walletCode })
      return true
    },
    leave: () => dispatch({ type: 'left' }),
    close() {
      dispatch({ type: 'left' })
      closed = true
      waitIdly(null)
    },
  }
}

function isCommit(effect: EnrolmentEffect): boolean {
  return ['commitConsent', 'commitWithdrawal', 'callGuardian'].includes(effect.type)
}

function subject(subjectKey: string) {
  return { kind: 'subject', id: subjectKey } as const
}
