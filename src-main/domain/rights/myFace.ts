import type { MyFaceView } from '../../contract/laneView.ts'
import type { DeletionReason, DeletionRecord } from '../../contract/rights.ts'
import type { Key } from '../../contract/values.ts'
import { unreachable } from '../../contract/result.ts'

/** Whoever proved to hold an account, or was recognised, with everything the lane keeps of their face. */
export interface KnownPerson {
  /** Oldest first, at least one. */
  readonly subjectKeys: readonly Key[]
  readonly maskedName: string
  readonly maskedAccount: string
  readonly enrolledAtMs: number
}
export type Payer = Pick<KnownPerson, 'maskedName' | 'maskedAccount'>
export type CodeProblem = NonNullable<Extract<MyFaceView, { step: 'code' }>['problem']>

export type MyFaceState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'code'; readonly problem: CodeProblem | null }
  | { readonly kind: 'resolving' }
  | { readonly kind: 'look' }
  | { readonly kind: 'staff'; readonly person: KnownPerson }
  | { readonly kind: 'confirm'; readonly person: KnownPerson }
  /** The commit decides; it takes milliseconds. */
  | { readonly kind: 'deleting' }
  | { readonly kind: 'nothing'; readonly payer: Payer }
  | { readonly kind: 'deleted'; readonly record: DeletionRecord }
  | { readonly kind: 'failed'; readonly reason: 'diskFull' }

export type MyFaceInput =
  | { readonly type: 'begun' }
  | { readonly type: 'codeRead'; readonly code: string }
  | { readonly type: 'otherCodeRead' }
  | { readonly type: 'codeRefused'; readonly problem: CodeProblem }
  | { readonly type: 'accountFound'; readonly person: KnownPerson }
  | { readonly type: 'nothingKept'; readonly payer: Payer }
  | { readonly type: 'withoutPhone' }
  | { readonly type: 'faceFound'; readonly person: KnownPerson }
  | { readonly type: 'faceNotFound' }
  | { readonly type: 'staffAnswered'; readonly agreed: boolean }
  | { readonly type: 'confirmed' }
  | { readonly type: 'deleted'; readonly record: DeletionRecord }
  | { readonly type: 'failed' }
  | { readonly type: 'left' }

export type MyFaceEffect =
  | { readonly type: 'resolveCode'; readonly code: string }
  | { readonly type: 'startLook' }
  | { readonly type: 'stopLook' }
  | { readonly type: 'callStaff' }
  | { readonly type: 'dismissStaff' }
  | {
      readonly type: 'delete'
      readonly subjectKeys: readonly Key[]
      readonly reason: Extract<DeletionReason, 'withdrawn' | 'staff'>
    }

export interface MyFaceStep {
  readonly state: MyFaceState
  readonly effects: readonly MyFaceEffect[]
  /** False when the input means nothing in this state; nothing changed. */
  readonly taken: boolean
}

/**
 * How somebody takes their face back at the lane. The code of their wallet proves who asks, and their own touch
 * deletes; without the phone their look says who they are, and a member of staff confirms. Pure.
 */
export function myFace(state: MyFaceState, input: MyFaceInput): MyFaceStep {
  switch (input.type) {
    case 'begun':
      return state.kind === 'closed' ? to({ kind: 'code', problem: null }) : stay(state)
    case 'codeRead':
      return state.kind === 'code'
        ? to({ kind: 'resolving' }, [{ type: 'resolveCode', code: input.code }])
        : stay(state)
    case 'otherCodeRead':
      return state.kind === 'code' ? to({ kind: 'code', problem: 'notAWalletCode' }) : stay(state)
    case 'codeRefused':
      return state.kind === 'resolving' || state.kind === 'code'
        ? to({ kind: 'code', problem: input.problem })
        : stay(state)
    case 'accountFound':
      return state.kind === 'resolving' ? to({ kind: 'confirm', person: input.person }) : stay(state)
    case 'nothingKept':
      return state.kind === 'resolving' ? to({ kind: 'nothing', payer: input.payer }) : stay(state)
    case 'withoutPhone':
      return state.kind === 'code' ? to({ kind: 'look' }, [{ type: 'startLook' }]) : stay(state)
    case 'faceFound':
      return state.kind === 'look'
        ? to({ kind: 'staff', person: input.person }, [{ type: 'stopLook' }, { type: 'callStaff' }])
        : stay(state)
    case 'faceNotFound':
      return state.kind === 'look'
        ? to({ kind: 'code', problem: 'faceNotFound' }, [{ type: 'stopLook' }])
        : stay(state)
    case 'staffAnswered':
      if (state.kind !== 'staff') return stay(state)
      return input.agreed
        ? to({ kind: 'deleting' }, [erase(state.person, 'staff')])
        : to({ kind: 'code', problem: 'refusedByStaff' })
    case 'confirmed':
      return state.kind === 'confirm'
        ? to({ kind: 'deleting' }, [erase(state.person, 'withdrawn')])
        : stay(state)
    case 'deleted':
      return state.kind === 'deleting' ? to({ kind: 'deleted', record: input.record }) : stay(state)
    case 'failed':
      return state.kind === 'deleting' ? to({ kind: 'failed', reason: 'diskFull' }) : stay(state)
    case 'left':
      return leave(state)
    default:
      return unreachable(input)
  }
}

function leave(state: MyFaceState): MyFaceStep {
  switch (state.kind) {
    case 'closed':
    case 'deleting':
      return stay(state)
    case 'look':
      return to({ kind: 'closed' }, [{ type: 'stopLook' }])
    case 'staff':
      return to({ kind: 'closed' }, [{ type: 'dismissStaff' }])
    case 'code':
    case 'resolving':
    case 'confirm':
    case 'nothing':
    case 'deleted':
    case 'failed':
      return to({ kind: 'closed' })
    default:
      return unreachable(state)
  }
}

function erase(person: KnownPerson, reason: 'withdrawn' | 'staff'): MyFaceEffect {
  return { type: 'delete', subjectKeys: person.subjectKeys, reason }
}

function to(state: MyFaceState, effects: readonly MyFaceEffect[] = []): MyFaceStep {
  return { state, effects, taken: true }
}

function stay(state: MyFaceState): MyFaceStep {
  return { state, effects: [], taken: false }
}
