import type { Answers } from './answers.ts'
import {
  approvedAnswers,
  cancelledAnswers,
  declinedAnswers,
  dispensingAnswers,
  doneAnswers,
  outOfOrderAnswers,
  printingAnswers,
} from './ending.ts'
import {
  codeCaptureAnswers,
  confirmAnswers,
  faceCaptureAnswers,
  owingAnswers,
  secondFactorAnswers,
} from './identifying.ts'
import { voidingAnswers } from './leaving.ts'
import { cashAnswers, walletFaceAnswers } from './local.ts'
import { authorisingAnswers, unknownAnswers } from './paying.ts'
import { saleBeginner } from './sale.ts'
import { attractAnswers, scanningAnswers, tenderChoiceAnswers } from './shopping.ts'
import type { CheckoutInput, CheckoutState, CheckoutStateKind, SaleDefaults, Step } from './state.ts'

export type CheckoutMachine = (state: CheckoutState, input: CheckoutInput) => Step

/** The checkout as one pure function. Every state answers every input; the table's type proves it. */
export function createCheckoutMachine(defaults: () => SaleDefaults): CheckoutMachine {
  const begin = saleBeginner(defaults)
  const table: { readonly [K in CheckoutStateKind]: Answers<K> } = {
    attract: attractAnswers(begin),
    scanning: scanningAnswers,
    tenderChoice: tenderChoiceAnswers,
    faceCapture: faceCaptureAnswers,
    codeCapture: codeCaptureAnswers,
    walletFace: walletFaceAnswers,
    cash: cashAnswers,
    secondFactor: secondFactorAnswers,
    confirm: confirmAnswers,
    owing: owingAnswers,
    authorising: authorisingAnswers,
    approved: approvedAnswers,
    declined: declinedAnswers,
    unknown: unknownAnswers,
    voiding: voidingAnswers,
    dispensing: dispensingAnswers,
    printing: printingAnswers,
    done: doneAnswers(begin),
    cancelled: cancelledAnswers(begin),
    outOfOrder: outOfOrderAnswers,
  }
  return (state, input) => {
    // The two indexes belong together by construction; TypeScript cannot correlate them.
    const answer = table[state.kind][input.type] as (state: CheckoutState, input: CheckoutInput) => Step
    return answer(state, input)
  }
}

/** The states in which nothing of the shopper's money is under way: a failure may take the lane out of order. */
export function isInterruptible(state: CheckoutState): boolean {
  return !underWay.has(state.kind)
}

const underWay: ReadonlySet<CheckoutStateKind> = new Set([
  'authorising',
  'unknown',
  'approved',
  'voiding',
  'dispensing',
  'printing',
  'outOfOrder',
])
