import { z } from 'zod'
import { allowanceSchema, deferredOutcomeSchema, faceTenderSchema } from './deferred.ts'
import { positionSchema } from './journal.ts'
import { deletionRequestSchema } from './rights.ts'
import { keySchema } from './values.ts'

/**
 * What the hub tells a lane, one item a fact. Every item has a key (`domain/feed/itemKey.ts`): a newer item of the same key takes
 * the older one's place, so the feed read from its beginning is the present state. Applying one twice changes nothing.
 */
export const feedItemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('deferredOutcome'), ...deferredOutcomeSchema.shape }),
  z.object({ kind: z.literal('allowance'), ...allowanceSchema.shape }),
  z.object({ kind: z.literal('faceTender'), ...faceTenderSchema.shape }),
  /** A person's wish; taken back by the hub once the journal says that it is done. */
  z.object({ kind: z.literal('deletionRequest'), ...deletionRequestSchema.shape }),
  /** Everything of `epoch` up to and including `seq` lies in a backup of the hub. */
  z.object({ kind: z.literal('backedUp'), ...positionSchema.shape }),
])
export type FeedItem = z.infer<typeof feedItemSchema>
export type FeedItemOf<K extends FeedItem['kind']> = Extract<FeedItem, { kind: K }>

/** A place in the feed of one hub epoch: opaque to the lane, which sends back what it was given. */
export const feedCursorSchema = z.string().regex(/^\d{1,15}$/, 'must be a cursor of the feed')

/** Longest wait for news, ms. */
export const maxFeedWaitMs = 25_000

export const feedRequestSchema = z.object({
  /** Whose cursor it is; the hub begins at the beginning when it has another epoch. Null before the first answer. */
  hubEpoch: keySchema.nullable(),
  /** The last place the lane has committed; null to hear the present state from its beginning. */
  cursor: feedCursorSchema.nullable(),
  /** How long the hub may hold the call until there is something to tell. */
  waitMs: z.number().int().min(0).max(maxFeedWaitMs),
})
export type FeedRequest = z.infer<typeof feedRequestSchema>

export const feedResponseSchema = z.object({
  /** Another one than before: the hub came back from a backup, and cursors of the old one mean nothing. */
  hubEpoch: keySchema,
  /** Oldest first. An item that does not fit `feedItemSchema` is a newer hub's: a lane passes it over. */
  items: z
    .array(z.object({ cursor: feedCursorSchema, item: z.looseObject({ kind: z.string().max(64) }) }))
    .max(200),
  /** Where to go on; null only when nothing was ever told and none was asked from. */
  cursor: feedCursorSchema.nullable(),
  /** There is more to fetch at once. */
  more: z.boolean(),
})
export type FeedResponse = z.infer<typeof feedResponseSchema>
