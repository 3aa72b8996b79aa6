import { z } from 'zod'
import { itemSchema } from './catalogue.ts'
import { amountMinorSchema, keySchema } from './values.ts'

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

/** As printed beside the product: `11`, `A4`. */
export const slotSchema = z.string().regex(/^[0-9A-Z]{1,4}$/, 'must be 1 to 4 of 0-9 and A-Z')

/** Where a paid piece is put that lies in no slot any more: a name no slot may have, so that no motor turns for it. */
export const noSlot = 'NONE'

/** One piece out of one slot. */
const vendJobShape = {
  vendKey: keySchema,
  saleId: keySchema,
  lineId: z.number().int().min(1),
  slot: slotSchema,
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

/** One article behind the glass, as the shopper chooses it. */
export const shelfTileSchema = z.object({
  /** The first of its slots, which names it in commands. */
  slot: slotSchema,
  slots: z.array(slotSchema).min(1),
  item: itemSchema,
  /** `outOfOrder`: its slots are jammed. `away`: the machine does not answer. Only `ready` can be bought. */
  state: z.enum(['ready', 'soldOut', 'outOfOrder', 'away']),
  /** Pieces that can still be chosen; null where the machine does not count them. */
  left: z.number().int().min(0).nullable(),
  /** Pieces of it in the basket. */
  picked: z.number().int().min(0),
})
export type ShelfTile = z.infer<typeof shelfTileSchema>

/** `checking`: it was asked for and the machine does not answer; nobody knows yet whether it fell. */
export const pieceStates = ['waiting', 'turning', 'checking', 'dropped', 'notDropped'] as const

export const vendPieceSchema = z.object({
  slot: slotSchema,
  /** Null for an article that the catalogue does not know any more. */
  item: itemSchema.nullable(),
  state: z.enum(pieceStates),
})
export type VendPiece = z.infer<typeof vendPieceSchema>

/**
 * The money of what did not drop. `ordered`: on its way. `later`: it is asked for as soon as that is possible, without
 * the shopper; the amount is not decided yet. `refused`: the tender took nothing back, a person settles it.
 */
export const vendRefundSchema = z.object({
  state: z.enum(['ordered', 'later', 'refused']),
  amountMinor: amountMinorSchema.nullable(),
})
export type VendRefund = z.infer<typeof vendRefundSchema>

/** A paid sale at the machine: its pieces in the order they are given out, and what comes back; null: nothing does. */
export const vendViewSchema = z.object({
  pieces: z.array(vendPieceSchema),
  refund: vendRefundSchema.nullable(),
})
export type VendView = z.infer<typeof vendViewSchema>
