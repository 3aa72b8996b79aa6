import { z } from 'zod'

/** What the campaign tells its lane. */
export const laneOrderSchema = z.object({
  dataDir: z.string(),
  laneId: z.string(),
  hubUrl: z.string(),
  joinTokenFile: z.string(),
  printer: z.string(),
  scanner: z.string(),
  /** Of the card terminal; null without one. */
  terminal: z.string().nullable(),
  catalogue: z.string(),
  logFile: z.string(),
})
export type LaneOrder = z.infer<typeof laneOrderSchema>
