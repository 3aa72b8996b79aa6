import { z } from 'zod'
import { localisedSchema } from './values.ts'

/** Tax class of an item; the rate is configuration, so that a change of law changes no catalogue. */
export const taxClassSchema = z.enum(['standard', 'reduced', 'zero', 'exempt'])
export type TaxClass = z.infer<typeof taxClassSchema>

/** A drawn picture the UI knows; an item without one shows its initial on a tint. */
export const glyphSchema = z.string().regex(/^[a-z][a-z-]{0,31}$/)

export const itemSchema = z.object({
  sku: z.string().regex(/^[A-Za-z0-9._-]{1,32}$/, 'must be 1 to 32 letters, digits, ".", "_" or "-"'),
  /** GTIN-13, GTIN-8 or GTIN-12 digits with a valid check digit, as normalised by `domain/barcode`. */
  barcodes: z.array(z.string().regex(/^\d{8,14}$/)).max(16),
  name: localisedSchema,
  category: z.string().min(1).max(32),
  /** `each`: priced by piece. `kg`: priced by weight, grams come from a scale or from staff. */
  unit: z.enum(['each', 'kg']),
  /** Price in minor units, with tax or without as the shop is configured, of one piece or one kilogram. */
  priceMinor: z.number().int().min(0).max(100_000_000),
  taxClass: taxClassSchema,
  /** Years; the sale of the item needs staff to check the shopper's age. */
  minimumAgeYears: z.number().int().min(1).max(99).optional(),
  glyph: glyphSchema.optional(),
  /** The container an item sold by weight comes in, in grams: taken off by the scale. Means nothing for a piece. */
  tareGrams: z.number().int().min(1).max(10_000).optional(),
})
export type Item = z.infer<typeof itemSchema>
