import { z } from 'zod'
import { faceWalletSchema } from '../../../src-main/contract/payment.ts'
import { amountMinorSchema } from '../../../src-main/contract/values.ts'

const at = z.number().int()
const trade = {
  at,
  wallet: faceWalletSchema,
  outTradeNo: z.string(),
  amountMinor: amountMinorSchema.min(0),
  currency: z.string(),
  /** The wallet's own number for the person (`2088…`, an openid), or null where nobody had been named yet. */
  payer: z.string().nullable(),
  /** The wallet's own number of the trade or refund. */
  reference: z.string(),
}
const opened = {
  ...trade,
  /** What the merchant sent along, to find the payment again; null when nothing. */
  attach: z.string().nullable(),
  /** SHA-256 of the single-use code or token that paid; the code itself is never kept. */
  codeHash: z.string().nullable(),
}

export const dueSchema = z.object({ atMs: z.number().int(), what: z.enum(['pay', 'refuse']) })
/** What a buyer who was asked will do, and when by the simulator's clock. */
export type Due = z.infer<typeof dueSchema>

/**
 * One line of the log, which is all the simulator knows. Money moves in `charge` (to the merchant), `refund` and `cancel`
 * (back to the payer) and nowhere else; the other kinds are what has to survive a kill beside the money.
 */
export const entrySchema = z.discriminatedUnion('kind', [
  /** The buyer is asked; null waits until the trade is cancelled. */
  z.object({ kind: z.literal('open'), ...opened, due: dueSchema.nullable() }),
  z.object({ kind: z.literal('charge'), ...opened }),
  z.object({ kind: z.literal('refund'), ...trade, refundNo: z.string() }),
  /** What was paid and not yet refunded goes back. */
  z.object({ kind: z.literal('cancel'), ...trade }),
  /** Nothing was paid, and nothing can be any more: also a number that was cancelled before it was seen. */
  z.object({ kind: z.literal('close'), ...trade }),
  z.object({
    kind: z.literal('agreement'),
    at,
    wallet: faceWalletSchema,
    agreementNo: z.string(),
    payer: z.string(),
    limitMinor: amountMinorSchema.nullable(),
    ended: z.boolean(),
  }),
  z.object({ kind: z.literal('faceSession'), at, sessionId: z.string() }),
  z.object({
    kind: z.literal('faceToken'),
    at,
    wallet: faceWalletSchema,
    tokenHash: z.string(),
    payer: z.string(),
    expiresAtMs: z.number().int(),
  }),
])
export type Entry = z.infer<typeof entrySchema>
export type EntryOf<K extends Entry['kind']> = Extract<Entry, { kind: K }>
