import type { EnrolmentView } from '../../contract/laneView.ts'
import type { Key } from '../../contract/values.ts'
import { unreachable } from '../../contract/result.ts'

/** The wallet account its owner proved to hold by showing a live code. */
export interface LinkedAccount {
  readonly accountId: Key
  readonly maskedName: string
  readonly maskedAccount: string
  readonly phoneLast4: string
}

export type LinkProblem = NonNullable<Extract<EnrolmentView, { step: 'link' }>['problem']>
export type EnrolmentFailure = Extract<EnrolmentView, { step: 'failed' }>['reason']

export type EnrolmentState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'consent'; readonly subjectKey: Key }
  | { readonly kind: 'guardian'; readonly subjectKey: Key }
  | { readonly kind: 'link'; readonly subjectKey: Key; readonly problem: LinkProblem | null }
  | { readonly kind: 'resolving'; readonly subjectKey: Key }
  | { readonly kind: 'look'; readonly subjectKey: Key; readonly account: LinkedAccount }
  | { readonly kind: 'saving'; readonly subjectKey: Key; readonly account: LinkedAccount }
  | { readonly kind: 'done'; readonly account: LinkedAccount }
  | { readonly kind: 'failed'; readonly reason: EnrolmentFailure }

export type EnrolmentInput =
  | { readonly type: 'begun'; readonly subjectKey: Key }
  | { readonly type: 'consentGiven'; readonly ofAge: boolean }
  /** Staff settled the intervention in which a guardian was asked. */
  | { readonly type: 'guardianAnswered'; readonly interventionKey: Key; readonly agreed: boolean }
  | { readonly type: 'codeRead'; readonly code: string }
  | { readonly type: 'otherCodeRead' }
  | { readonly type: 'codeResolved'; readonly account: LinkedAccount }
  | { readonly type: 'codeRefused'; readonly problem: LinkProblem }
  | { readonly type: 'referenceCaptured' }
  | { readonly type: 'failed'; readonly reason: EnrolmentFailure }
  | { readonly type: 'saved' }
  | { readonly type: 'left' }

/** Consent is on record before the camera opens; leaving before the end withdraws it. */
export type EnrolmentEffect =
  /** `guardian` is the intervention in which one agreed; null for whoever decides alone. */
  | { readonly type: 'commitConsent'; readonly subjectKey: Key; readonly guardian: Key | null }
  | { readonly type: 'callGuardian' }
  | { readonly type: 'dismissGuardian' }
  | { readonly type: 'commitWithdrawal'; readonly subjectKey: Key }
  | { readonly type: 'resolveCode'; readonly code: string }
  | { readonly type: 'startCapture' }
  | { readonly type: 'stopCapture' }
  | { readonly type: 'save'; readonly subjectKey: Key; readonly account: LinkedAccount }

export interface EnrolmentStep {
  readonly state: EnrolmentState
  readonly effects: readonly EnrolmentEffect[]
  /** False when the input means nothing in this state; nothing changed. */
  readonly taken: boolean
}

/** Consent, link, look, done. Pure; every input that a step does not wait for leaves it as it is. */
export function enrol(state: EnrolmentState, input: EnrolmentInput): EnrolmentStep {
  switch (input.type) {
    case 'begun':
      return state.kind === 'closed' ? to({ kind: 'consent', subjectKey: input.subjectKey }) : stay(state)
    case 'consentGiven':
      if (state.kind !== 'consent') return stay(state)
      return input.ofAge
        ? agreed(state.subjectKey, null)
        : to({ kind: 'guardian', subjectKey: state.subjectKey }, [{ type: 'callGuardian' }])
    case 'guardianAnswered':
      if (state.kind !== 'guardian') return stay(state)
      return input.agreed ? agreed(state.subjectKey, input.interventionKey) : to({ kind: 'closed' })
    case 'codeRead':
      return state.kind === 'link'
        ? to({ kind: 'resolving', subjectKey: state.subjectKey }, [{ type: 'resolveCode', code: input.code }])
        : stay(state)
    case 'otherCodeRead':
      return state.kind === 'link' ? to({ ...state, problem: 'notAWalletCode' }) : stay(state)
    case 'codeResolved':
      return state.kind === 'resolving'
        ? to({ kind: 'look', subjectKey: state.subjectKey, account: input.account }, [
            { type: 'startCapture' },
          ])
        : stay(state)
    case 'codeRefused':
      return state.kind === 'resolving' || state.kind === 'link'
        ? to({ kind: 'link', subjectKey: state.subjectKey, problem: input.problem })
        : stay(state)
    case 'referenceCaptured':
      return state.kind === 'look'
        ? to({ ...state, kind: 'saving' }, [
            { type: 'stopCapture' },
            { type: 'save', subjectKey: state.subjectKey, account: state.account },
          ])
        : stay(state)
    case 'failed':
      return fail(state, input.reason)
    case 'saved':
      return state.kind === 'saving' ? to({ kind: 'done', account: state.account }) : stay(state)
    case 'left':
      return leave(state)
    default:
      return unreachable(input)
  }
}

function agreed(subjectKey: Key, guardian: Key | null): EnrolmentStep {
  return to({ kind: 'link', subjectKey, problem: null }, [{ type: 'commitConsent', subjectKey, guardian }])
}

function fail(state: EnrolmentState, reason: EnrolmentFailure): EnrolmentStep {
  switch (state.kind) {
    case 'look':
      return to({ kind: 'failed', reason }, [{ type: 'stopCapture' }, withdrawal(state)])
    case 'saving':
      return to({ kind: 'failed', reason }, [withdrawal(state)])
    case 'closed':
    case 'consent':
    case 'guardian':
    case 'link':
    case 'resolving':
    case 'done':
    case 'failed':
      return stay(state)
    default:
      return unreachable(state)
  }
}

function leave(state: EnrolmentState): EnrolmentStep {
  switch (state.kind) {
    case 'closed':
      return stay(state)
    case 'consent':
    case 'done':
    case 'failed':
      return to({ kind: 'closed' })
    case 'guardian':
      return to({ kind: 'closed' }, [{ type: 'dismissGuardian' }])
    case 'link':
    case 'resolving':
      return to({ kind: 'closed' }, [withdrawal(state)])
    case 'look':
      return to({ kind: 'closed' }, [{ type: 'stopCapture' }, withdrawal(state)])
    // The commit decides; it takes milliseconds.
    case 'saving':
      return stay(state)
    default:
      return unreachable(state)
  }
}

function withdrawal(state: { readonly subjectKey: Key }): EnrolmentEffect {
  return { type: 'commitWithdrawal', subjectKey: state.subjectKey }
}

function to(state: EnrolmentState, effects: readonly EnrolmentEffect[] = []): EnrolmentStep {
  return { state, effects, taken: true }
}

function stay(state: EnrolmentState): EnrolmentStep {
  return { state, effects: [], taken: false }
}
