import { z } from 'zod'
import { keySchema } from './values.ts'

/**
 * How one product of a vending sale ended; the words of `drivers/vending-controller/vending-controller-port.ts`.
 * `notAsked`: the machine never got the job. Only `dropped` was seen by the drop sensor; all else is given back.
 */
export const vendOutcomes = [
  'dropped',
  'jammed',
  'empty',
  'timeout',
  'refused',
  'unknown',
  'notAsked',
] as const
export const vendOutcomeSchema = z.enum(vendOutcomes)
export type VendOutcome = z.infer<typeof vendOutcomeSchema>

/** One piece out of one slot. */
const vendJobShape = {
  vendKey: keySchema,
  saleId: keySchema,
  lineId: z.number().int().min(1),
  slot: z.string().regex(/^[0-9A-Z]{1,4}$/),
}

/** The intent, committed before the machine is asked. */
export const vendAskedSchema = z.object({ type: z.literal('vend.asked'), ...vendJobShape })

export const vendSettledSchema = z.object({
  type: z.literal('vend.settled'),
  ...vendJobShape,
  outcome: vendOutcomeSchema,
  /** The machine's own word for a refusal. */
  reason: z.string().max(64).exactOptional(),
})
