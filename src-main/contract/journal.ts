import { z } from 'zod'
import { keySchema, laneIdSchema, momentSchema, sha256Schema } from './values.ts'

/** What an entry is about; entries of one aggregate are applied in order, and park together. */
export const aggregateKinds = [
  'journal',
  'lane',
  'catalogue',
  'sale',
  'subject',
  'intervention',
  'shift',
] as const
export const aggregateSchema = z.object({ kind: z.enum(aggregateKinds), id: z.string().min(1).max(64) })
export type Aggregate = z.infer<typeof aggregateSchema>

/** Where an entry stands. `epoch` is a 128-bit key, new for every new or restored data folder; `seq` is 0, 1, 2… in it. */
export const positionSchema = z.object({ epoch: keySchema, seq: z.number().int().nonnegative() })
export type Position = z.infer<typeof positionSchema>

/**
 * Everything of an entry that is hashed beside the payload. Its byte form is `encodeHeader` in
 * `domain/journal/format.ts`, fixed for ever by `formatVersion`.
 */
export const entryHeaderSchema = z.object({
  formatVersion: z.literal(1),
  laneId: laneIdSchema,
  epoch: keySchema,
  seq: z.number().int().nonnegative(),
  type: z.string().regex(/^[a-z]+\.[a-zA-Z]+$/),
  aggregate: aggregateSchema,
  at: momentSchema,
})
export type EntryHeader = z.infer<typeof entryHeaderSchema>

/** Most bytes of one payload. */
export const maxPayloadBytes = 300_000

/**
 * An entry as text: in an export, in quarantine, in a proof. A batch for the hub has its own form, `domain/journal/batch.ts`.
 * Only the last entry of a commit carries the head's signature.
 */
export const wireEntrySchema = z.object({
  header: entryHeaderSchema,
  /** The payload's bytes, verbatim. */
  payload: z.base64().max((maxPayloadBytes / 3) * 4),
  prevHash: sha256Schema,
  hash: sha256Schema,
  /** Ed25519 over `encodeHead(header, hash)`, 64 bytes. */
  signature: z.base64().nullable(),
})
export type WireEntry = z.infer<typeof wireEntrySchema>
