import type { ConsentFacts } from '../contract/face.ts'
import type { CaptureView, EnrolmentView } from '../contract/laneView.ts'
import { unreachable } from '../contract/result.ts'
import type { EnrolmentState, LinkedAccount } from '../domain/enrolment/machine.ts'

export const lookBefore: CaptureView = { camera: 'opening', guidance: 'lookHere', faceBox: null, progress: 0 }

/** An enrolment as the window shows it. */
export function enrolmentView(
  state: EnrolmentState,
  text: Pick<ConsentFacts, 'textId' | 'textVersion'>,
  look: CaptureView,
): EnrolmentView | null {
  switch (state.kind) {
    case 'closed':
      return null
    case 'consent':
      return { step: 'consent', textId: text.textId, textVersion: text.textVersion }
    case 'guardian':
      return { step: 'guardian' }
    case 'link':
      return { step: 'link', problem: state.problem, checking: false }
    case 'resolving':
      return { step: 'link', problem: null, checking: true }
    case 'look':
      return { step: 'look', capture: look, payer: payerOf(state.account) }
    case 'saving':
      return { step: 'saving' }
    case 'done':
      return { step: 'done', payer: payerOf(state.account) }
    case 'failed':
      return { step: 'failed', reason: state.reason }
    default:
      return unreachable(state)
  }
}

function payerOf({ maskedName, maskedAccount }: LinkedAccount) {
  return { maskedName, maskedAccount }
}
