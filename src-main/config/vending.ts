import { z } from 'zod'
import { noSlot, slotSchema } from '../contract/vending.ts'
import { doc } from './doc.ts'

export const vendingSchema = z.strictObject({
  slots: doc(
    z
      .array(
        z.strictObject({
          slot: slotSchema.refine((name) => name !== noSlot, `is "${noSlot}", which means no slot`),
          sku: z.string().min(1).max(32),
          capacity: z.int().min(1).max(99),
        }),
      )
      .max(100)
      .refine((all) => new Set(all.map(({ slot }) => slot)).size === all.length, 'name a slot twice')
      .readonly(),
    'which article lies in which slot of a vending machine, in the order they are shown, and how many fit into it',
    [{ slot: '11', sku: 'WATER-550', capacity: 5 }],
  ),
})
