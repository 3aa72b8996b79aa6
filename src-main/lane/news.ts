import type { Failure } from '../contract/failure.ts'
import type { Notice } from '../contract/laneView.ts'
import { unreachable } from '../contract/result.ts'
import type { CheckoutInput } from '../domain/checkout/state.ts'
import type { AttemptNews } from '../payments/attempts.ts'

/** What became of an attempt, as the checkout machine hears it. */
export function inputOf(attemptKey: string, news: AttemptNews): CheckoutInput {
  switch (news.kind) {
    case 'approved':
      return { type: 'authorisationApproved', attemptKey, part: news.part }
    case 'declined':
      return { type: 'authorisationDeclined', attemptKey, reason: news.reason }
    case 'cancelled':
      return { type: 'attemptCancelled', attemptKey }
    case 'deferred':
      return { type: 'paymentDeferred', attemptKey, part: news.part }
    case 'unknown':
      return { type: 'outcomeUnknown', attemptKey, phase: news.phase }
    case 'prompt':
      return { type: 'cardPrompted', attemptKey, prompt: news.prompt }
    default:
      return unreachable(news)
  }
}

/** What is said when nothing can be kept. A full disk passes; damage ends selling until somebody has been here. */
export function noticeOfStore({ code }: Failure): Notice {
  if (code === 'store.corrupt') return { code: 'storeCorrupt' }
  if (code === 'journal.broken') return { code: 'journalBroken' }
  return { code: 'diskFull' }
}
