import { z } from 'zod'
import { itemSchema, taxClassSchema } from './catalogue.ts'
import { lineOverrideSchema, soldOverrideSchema } from './override.ts'
import { amountMinorSchema, currencySchema, localisedSchema, sha256Schema } from './values.ts'

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
  /** With tax or without, as the item's price is; 0 while the line waits for its weight. */
  totalMinor: amountMinorSchema,
  /** Open questions for staff; empty when the line may be paid. */
  blocks: z.array(lineBlockSchema),
  /** The imported catalogue that the price came from. */
  priceVersion: sha256Schema.exactOptional(),
  /** Price on the label of this very piece, sold by it whatever the item costs; the line counts pieces. */
  labelPriceMinor: amountMinorSchema.min(0).exactOptional(),
  override: lineOverrideSchema.exactOptional(),
})
export type BasketLine = z.infer<typeof basketLineSchema>

/** Whether the prices of a sale come with tax, how it is rounded, and its rates; fixed when the sale begins. */
export const taxPolicySchema = z.object({
  /** `exclusive`: the tax is added to the sum of the lines. */
  prices: z.enum(['inclusive', 'exclusive']),
  /** Once for each class of the sale, or for each line. */
  rounding: z.enum(['total', 'line']),
  /** Parts per thousand: 130 is 13 %. */
  rates: z.record(taxClassSchema, z.number().int().min(0).max(1000)),
})
export type TaxPolicy = z.infer<typeof taxPolicySchema>

export const basketSchema = z.object({
  currency: currencySchema,
  /** Missing in a basket of version 0.1. */
  tax: taxPolicySchema.exactOptional(),
  nextLineId: z.number().int().min(1),
  lines: z.array(basketLineSchema).max(500),
})
export type Basket = z.infer<typeof basketSchema>

/** Tax of one class; `grossMinor` = `netMinor` + `taxMinor`. */
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
  priceVersion: sha256Schema.exactOptional(),
  override: soldOverrideSchema.exactOptional(),
})
export type SoldLine = z.infer<typeof soldLineSchema>
