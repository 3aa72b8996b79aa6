import type { FeedItem } from '../../contract/feed.ts'
import { unreachable } from '../../contract/result.ts'

/** Names what an item is about. */
export function feedItemKey(item: FeedItem): string {
  switch (item.kind) {
    case 'deferredOutcome':
      return `deferredOutcome:${item.attemptKey}`
    case 'allowance':
      return `allowance:${item.accountId}:${item.currency}`
    case 'faceTender':
      return `faceTender:${item.accountId}`
    case 'deletionRequest':
      return `deletionRequest:${item.requestKey}`
    case 'backedUp':
      return `backedUp:${item.epoch}`
    default:
      return unreachable(item)
  }
}
