import { z } from 'zod'
import { itemSchema, taxClassSchema } from './catalogue.ts'
import { amountMinorSchema, currencySchema, localisedSchema } from './values.ts'

export const quantitySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('each'), count: z.number().int().min(1).max(999) }),
  /** Net weight in grams; 0 until it has been weighed. */
  z.object({ kind: z.literal('weight'), grams: z.number().int().min(0).max(100_000) }),
])
export type Quantity = z.infer<typeof quantitySchema>

/** What staff must settle before the line can be paid. */
export const lineBlocks = ['ageCheck', 'weighing'] as const
export const lineBlockSchema = z.enum(lineBlocks)
export type LineBlock = z.infer<typeof lineBlockSchema>

export const basketLineSchema = z.object({
  /** 1, 2, 3… within the sale; never used again after a removal. */
  lineId: z.number().int().min(1),
  item: itemSchema,
  quantity: quantitySchema,
  /** Tax included; 0 while the line waits for its weight. */
  totalMinor: amountMinorSchema,
  /** Open questions for staff; empty when the line may be paid. */
  blocks: z.array(lineBlockSchema),
})
export type BasketLine = z.infer<typeof basketLineSchema>

export const basketSchema = z.object({
  currency: currencySchema,
  nextLineId: z.number().int().min(1),
  lines: z.array(basketLineSchema).max(500),
})
export type Basket = z.infer<typeof basketSchema>

/** Tax inside a tax-inclusive total; `grossMinor` = `netMinor` + `taxMinor`. */
export const taxTotalSchema = z.object({
  taxClass: taxClassSchema,
  ratePermille: z.number().int().min(0).max(1000),
  grossMinor: amountMinorSchema,
  netMinor: amountMinorSchema,
  taxMinor: amountMinorSchema,
})
export type TaxTotal = z.infer<typeof taxTotalSchema>

/** A sold line as the journal and the hub keep it. */
export const soldLineSchema = z.object({
  lineId: z.number().int().min(1),
  sku: z.string(),
  name: localisedSchema,
  quantity: quantitySchema,
  unitPriceMinor: amountMinorSchema,
  totalMinor: amountMinorSchema,
  taxClass: taxClassSchema,
})
export type SoldLine = z.infer<typeof soldLineSchema>
