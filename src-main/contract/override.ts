import { z } from 'zod'

export const overrideReasons = ['shelfPrice', 'damaged', 'expiresSoon', 'priceMatch', 'goodwill'] as const
export const overrideReasonSchema = z.enum(overrideReasons)
export type OverrideReason = z.infer<typeof overrideReasonSchema>

const priceMinor = z.number().int().min(0).max(100_000_000)

/** Staff changed the price of one piece or of 1,000 grams; the item keeps the price it was scanned with. */
export const lineOverrideSchema = z.object({
  unitPriceMinor: priceMinor,
  reason: overrideReasonSchema,
  staffId: z.string(),
})
export type LineOverride = z.infer<typeof lineOverrideSchema>

/** The same on a sold line, whose `unitPriceMinor` is the changed one. */
export const soldOverrideSchema = z.object({
  fromMinor: priceMinor,
  reason: overrideReasonSchema,
  staffId: z.string(),
})
