import { z } from 'zod'
import { wireEntrySchema } from './journal.ts'
import { keySchema, laneIdSchema } from './values.ts'

/** POST with the operator token as bearer: entries of a dead lane's disk, as `facelane queue export` wrote them. */
export const importPath = '/operator/v1/journal/import'

/** Entries of one lane, oldest first; any part may come again. */
export const importRequestSchema = z.object({ entries: z.array(wireEntrySchema).min(1).max(500) })
export type ImportRequest = z.infer<typeof importRequestSchema>

export const importResponseSchema = z.object({
  laneId: laneIdSchema,
  /** Entries that the hub did not have and has now. */
  taken: z.number().int().nonnegative(),
  /** Entries that it had already. */
  known: z.number().int().nonnegative(),
  /** Entries that it could not take into the journal: kept in quarantine, or without anything that proves them. */
  refused: z.number().int().nonnegative(),
  /** Entries that are missing before what was taken; they can be imported later. Both ends included. */
  gaps: z.array(
    z.object({
      epoch: keySchema,
      fromSeq: z.number().int().nonnegative(),
      toSeq: z.number().int().nonnegative(),
    }),
  ),
})
export type ImportResponse = z.infer<typeof importResponseSchema>
