import { z } from 'zod'
import { quantitySchema, soldLineSchema, taxTotalSchema } from './basket.ts'
import { paymentModeSchema, tenderKindSchema } from './payment.ts'
import { receiptDocumentSchema } from './receipt.ts'
import { amountMinorSchema, currencySchema, keySchema, languageSchema } from './values.ts'

/**
 * Why goods came back. A void takes a whole sale back at once, because it should not have been made. `notDispensed`: paid
 * at a vending machine, and it did not drop.
 */
export const returnReasons = [
  'changedMind',
  'faulty',
  'wrongItem',
  'wrongPrice',
  'voided',
  'notDispensed',
] as const
/** What staff can choose from when goods are brought back. */
export const staffReturnReasons = [
  'changedMind',
  'faulty',
  'wrongItem',
  'wrongPrice',
] as const satisfies readonly (typeof returnReasons)[number][]
export const returnReasonSchema = z.enum(returnReasons)
export type ReturnReason = z.infer<typeof returnReasonSchema>

/** Of a piece line any count up to what was sold; a weighed line comes back whole. */
export const returnedLineSchema = z.object({ lineId: z.number().int().min(1), quantity: quantitySchema })
export type ReturnedLine = z.infer<typeof returnedLineSchema>

/** A part of the money back, on the part of the payment it came from. */
export const refundSchema = z.object({
  /** Made and journalled before anything is sent; one key pays out once. */
  refundKey: keySchema,
  attemptKey: keySchema,
  tender: tenderKindSchema,
  mode: paymentModeSchema,
  amountMinor: amountMinorSchema.min(1),
})
export type Refund = z.infer<typeof refundSchema>

/** `waiting`: deferred and not yet charged, so that a return only makes it smaller. `open`: nobody knows yet. */
export const paidStates = ['paid', 'waiting', 'unpaid', 'open'] as const

/** What a sale was paid with, as whoever decides about returns sees it now. In the order of paying. */
export const refundablePartSchema = z.object({
  attemptKey: keySchema,
  tender: tenderKindSchema,
  mode: paymentModeSchema,
  paidMinor: amountMinorSchema.min(0),
  refundedMinor: amountMinorSchema.min(0),
  state: z.enum(paidStates),
})
export type RefundablePart = z.infer<typeof refundablePartSchema>

/** A completed sale with everything that came back of it. */
export const returnableSaleSchema = z.object({
  saleId: keySchema,
  language: languageSchema,
  currency: currencySchema,
  /** ms UTC, the lane's clock. */
  soldAtMs: z.number().int(),
  totalMinor: amountMinorSchema,
  lines: z.array(soldLineSchema),
  taxes: z.array(taxTotalSchema),
  payments: z.array(refundablePartSchema),
  /** In sum of all returns so far, one entry a line that has any. */
  returned: z.array(returnedLineSchema),
  returnedMinor: amountMinorSchema.min(0),
})
export type ReturnableSale = z.infer<typeof returnableSaleSchema>

/** `saleNumber`: what the receipt prints, eight hex digits with or without the dash. */
export const findSaleRequestSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('receiptToken'), receiptToken: keySchema }),
  z.object({ by: z.literal('saleNumber'), saleNumber: z.string().regex(/^[0-9a-f]{8}$/) }),
  z.object({ by: z.literal('saleId'), saleId: keySchema }),
])
export type FindSaleRequest = z.infer<typeof findSaleRequestSchema>

/** Why there is nothing to return. */
export const findSaleRefusals = ['saleUnknown', 'saleAmbiguous', 'saleCancelled'] as const
export const findSaleResponseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), sale: returnableSaleSchema }),
  z.object({ kind: z.literal('refused'), code: z.enum(findSaleRefusals) }),
])
export type FindSaleResponse = z.infer<typeof findSaleResponseSchema>

/** A return as the lane asks for it. The same `returnKey` is the same return for ever; asking again changes nothing. */
export const returnOrderSchema = z.object({
  returnKey: keySchema,
  saleId: keySchema,
  reason: returnReasonSchema,
  staffId: z.string().min(1).max(64),
  lines: z.array(returnedLineSchema).min(1).max(500),
  /** As `planReturn` gives them for the sale the lane was shown; the hub makes the same plan and compares. */
  refunds: z.array(refundSchema).max(100),
})
export type ReturnOrder = z.infer<typeof returnOrderSchema>

/** `returnChanged`: the plan no longer fits what came back meanwhile, look at the sale again. */
export const returnRefusals = [
  ...findSaleRefusals,
  'returnChanged',
  'tooMuchReturned',
  'nothingReturned',
  'weighedLineWhole',
  'lineUnknown',
  'notPaid',
  'paymentOpen',
  'currencyMismatch',
] as const
export const returnRefusalSchema = z.enum(returnRefusals)
export type ReturnRefusal = z.infer<typeof returnRefusalSchema>

/** `local`: money that the lane itself hands back. `pending`: the provider has not said yet; ask again. */
export const refundStates = ['done', 'pending', 'refused', 'local'] as const
export const refundStateSchema = z.object({
  refundKey: keySchema,
  state: z.enum(refundStates),
  providerReference: z.string().exactOptional(),
  nativeCode: z.string().exactOptional(),
})
export type RefundState = z.infer<typeof refundStateSchema>

export const returnResponseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted'), refunds: z.array(refundStateSchema) }),
  z.object({ kind: z.literal('refused'), code: returnRefusalSchema }),
])
export type ReturnResponse = z.infer<typeof returnResponseSchema>

/** The intent of one part of the money back, committed before anything is sent. */
export const refundAttemptedSchema = z.object({
  type: z.literal('refund.attempted'),
  refundKey: keySchema,
  returnKey: keySchema,
  saleId: keySchema,
  attemptKey: keySchema,
  tender: tenderKindSchema,
  amountMinor: amountMinorSchema.min(1),
  currency: currencySchema,
})

export const refundResolvedSchema = z.object({
  type: z.literal('refund.resolved'),
  refundKey: keySchema,
  returnKey: keySchema,
  saleId: keySchema,
  outcome: z.enum(['done', 'refused']),
  providerReference: z.string().exactOptional(),
  nativeCode: z.string().exactOptional(),
})

/** Goods came back, and it was decided where their money goes. */
export const saleReturnedSchema = z.object({
  type: z.literal('sale.returned'),
  returnKey: keySchema,
  saleId: keySchema,
  reason: returnReasonSchema,
  staffId: z.string(),
  /** The lane decides only about its own sale that the hub has not yet seen. */
  decidedBy: z.enum(['hub', 'lane']),
  currency: currencySchema,
  amountMinor: amountMinorSchema.min(0),
  /** What each line was worth of `amountMinor`; in prices without tax the taxes come on top. */
  lines: z.array(soldLineSchema),
  taxes: z.array(taxTotalSchema),
  refunds: z.array(
    refundSchema.extend({
      /** Cash only: what coins made of the amount; positive when the shopper got more. */
      roundingMinor: amountMinorSchema.exactOptional(),
    }),
  ),
  receipt: receiptDocumentSchema,
})

/** A deferred payment that nobody has charged yet becomes smaller by what was returned; at nothing it is void. */
export const paymentReducedSchema = z.object({
  type: z.literal('payment.reduced'),
  attemptKey: keySchema,
  saleId: keySchema,
  returnKey: keySchema,
  /** Should the hub have charged it already, the difference is given back under this key. */
  reductionKey: keySchema,
  amountMinor: amountMinorSchema.min(1),
  currency: currencySchema,
})
