import { unreachable } from '../contract/result.ts'
import type { CheckoutInput } from '../domain/checkout/state.ts'
import type { AttemptNews } from '../payments/attempts.ts'

/** What became of an attempt, as the checkout machine hears it. */
export function inputOf(attemptKey: string, news: AttemptNews): CheckoutInput {
  switch (news.kind) {
    case 'approved':
      return { type: 'authorisationApproved', attemptKey, maskedAccount: news.maskedAccount }
    case 'declined':
      return { type: 'authorisationDeclined', attemptKey, reason: news.reason }
    case 'cancelled':
      return { type: 'attemptCancelled', attemptKey }
    case 'deferred':
      return { type: 'paymentDeferred', attemptKey }
    case 'unknown':
      return { type: 'outcomeUnknown', attemptKey, phase: news.phase }
    default:
      return unreachable(news)
  }
}
