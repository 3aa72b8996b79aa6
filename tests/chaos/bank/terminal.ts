import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Effect } from '../judge/facts.ts'

const chargeSchema = z.object({
  kind: z.enum(['charge', 'reversal', 'refund']),
  traceNumber: z.number().int(),
  amountMinor: z.number().int(),
  originalTrace: z.number().int().nullable(),
})

/** Who pays at the terminal of this lane: whoever holds the card there just then. */
export const cardPayer = (lane: number): string => `card:${lane}`

/** What the card terminal's own log, on the disk before it says anything, has booked; oldest first. */
export function readCardEffects(logFile: string, lane: number): Effect[] {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { kind, traceNumber, amountMinor, originalTrace } = chargeSchema.parse(JSON.parse(line))
      return {
        kind: kind === 'reversal' ? 'cancel' : kind,
        trade: `${cardPayer(lane)} ${originalTrace ?? traceNumber}`,
        name: null,
        amountMinor,
        payer: cardPayer(lane),
        codeSha256: null,
      }
    })
}
