import { feedItemSchema, type FeedItem, type FeedResponse } from '../contract/feed.ts'
import type { FeedPlace } from '../ports/store.ts'

/** Every kind of item this lane understands, in one word to compare. */
export const knownKinds = feedItemSchema.options
  .map((option) => option.shape.kind.value)
  .sort()
  .join(' ')

/** Where to go on: at the beginning when nothing was heard yet, or when this lane understands more than it did then. */
export function placeToAskFrom(place: FeedPlace | null): Pick<FeedPlace, 'hubEpoch' | 'cursor'> | null {
  return place === null || place.knownKinds !== knownKinds ? null : place
}

export interface ReadFeedPage {
  readonly items: readonly FeedItem[]
  /** Of a newer hub, or damaged on the way: passed over, by their kinds. */
  readonly passedOver: readonly string[]
  /** The hub is another one than before, or came back from a backup. */
  readonly hubChanged: boolean
  /** What is to be kept with the page's last item. */
  readonly place: FeedPlace
  /** Nothing of this page needs a commit. */
  readonly empty: boolean
}

/** Reads a page against the place it was asked from. */
export function readFeedPage(place: FeedPlace | null, answer: FeedResponse, heardAtMs: number): ReadFeedPage {
  const asked = placeToAskFrom(place)
  const fromBeginning = asked === null || asked.hubEpoch !== answer.hubEpoch
  const parsed = answer.items.map(({ item }) => ({ item, read: feedItemSchema.safeParse(item) }))
  const before = fromBeginning ? null : place
  return {
    items: parsed.flatMap(({ read }) => (read.success ? [read.data] : [])),
    passedOver: parsed.flatMap(({ item, read }) => (read.success ? [] : [item.kind])),
    hubChanged: place !== null && place.hubEpoch !== answer.hubEpoch,
    place: {
      hubEpoch: answer.hubEpoch,
      cursor: answer.cursor,
      knownKinds,
      snapshot: before?.snapshot ?? (place?.snapshot ?? 0) + 1,
      complete: (before?.complete ?? false) || !answer.more,
      heardAtMs,
    },
    empty: !fromBeginning && answer.items.length === 0 && (place?.complete ?? false),
  }
}
