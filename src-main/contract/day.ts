import { z } from 'zod'
import { amountMinorSchema, currencySchema } from './values.ts'

/** A settlement day of the hub: `2026-11-22`, from midnight to midnight in the hub's time zone. */
export const daySchema = z.iso.date()

export const statementKinds = ['charge', 'refund', 'cancel'] as const
export const statementKindSchema = z.enum(statementKinds)

/** One line of what a provider says it did. `providerKey` is the number the hub sent: `out_trade_no` of the wallets. */
export const statementLineSchema = z.object({
  provider: z.string().min(1).max(64),
  kind: statementKindSchema,
  providerKey: z.string().min(1).max(128),
  amountMinor: amountMinorSchema.min(0),
  currency: currencySchema,
  /** What the provider keeps of a charge; 0 where the statement does not say. */
  feeMinor: amountMinorSchema.default(0),
  /** ms UTC by the provider's clock; null where the statement does not say. */
  atMs: z.number().int().nullable().default(null),
})
export type StatementLine = z.infer<typeof statementLineSchema>

/** How two books can differ about one payment. */
export const differenceKinds = [
  /** The lane journalled it, the hub has never heard of it. */
  'missingAtHub',
  /** The hub charged it, no lane journalled it. */
  'notOnLane',
  /** The hub says charged, the provider's statement does not have it. */
  'missingAtProvider',
  /** The provider's statement has it, the hub does not. */
  'unknownAtHub',
  'amountDiffers',
  'currencyDiffers',
  /** One says charged, the other says not. */
  'stateDiffers',
  /** Charged more than once under one key. */
  'duplicated',
] as const
export const differenceKindSchema = z.enum(differenceKinds)
export type DifferenceKind = z.infer<typeof differenceKindSchema>

export const differenceSchema = z.object({
  kind: differenceKindSchema,
  /** The two books that differ. */
  between: z.enum(['laneHub', 'hubProvider']),
  attemptKey: z.string().nullable(),
  providerKey: z.string().nullable(),
  saleId: z.string().nullable(),
  laneId: z.string().nullable(),
  provider: z.string().nullable(),
  currency: z.string(),
  /** What the first book of the two stands at after refunds, and what the second. */
  firstMinor: amountMinorSchema,
  secondMinor: amountMinorSchema,
})
export type Difference = z.infer<typeof differenceSchema>

const sums = z.record(currencySchema, amountMinorSchema)

export const reconciliationSchema = z.object({
  /** What each book stands at after refunds, by currency. */
  laneMinor: sums,
  hubMinor: sums,
  providerMinor: sums,
  payments: z.number().int().min(0),
  laneEqualsHub: z.boolean(),
  hubEqualsProvider: z.boolean(),
  differences: z.array(differenceSchema),
  /** Accepted offline or asked, and without a final word yet: in no sum, and no difference. */
  open: z.number().int().min(0),
  /** Charged by providers whose statement was not given: not compared. */
  withoutStatement: z.array(z.string()),
})
export type Reconciliation = z.infer<typeof reconciliationSchema>

/** One provider's day, as it will be settled; one entry a provider and currency. */
export const settlementSchema = z.object({
  provider: z.string(),
  currency: currencySchema,
  charges: z.number().int().min(0),
  chargedMinor: amountMinorSchema,
  refunds: z.number().int().min(0),
  refundedMinor: amountMinorSchema,
  /** Null when no statement said. */
  feeMinor: amountMinorSchema.nullable(),
  netMinor: amountMinorSchema,
})
export type Settlement = z.infer<typeof settlementSchema>

/** The Z of one lane's shift as its journal brought it. */
export const laneZSchema = z.object({
  laneId: z.string(),
  zNumber: z.number().int(),
  closedAtMs: z.number().int(),
  grossMinor: amountMinorSchema,
  currency: currencySchema,
  cashDifferenceMinor: amountMinorSchema.nullable(),
})

export const dayReportSchema = z.object({
  day: daySchema,
  timeZone: z.string(),
  fromMs: z.number().int(),
  untilMs: z.number().int(),
  settlements: z.array(settlementSchema),
  sales: z.array(
    z.object({ currency: currencySchema, count: z.number().int(), totalMinor: amountMinorSchema }),
  ),
  returns: z.array(
    z.object({ currency: currencySchema, count: z.number().int(), totalMinor: amountMinorSchema }),
  ),
  zReports: z.array(laneZSchema),
})
export type DayReport = z.infer<typeof dayReportSchema>

export const reconcileRequestSchema = z.object({
  statement: z.array(statementLineSchema).max(200_000),
  /** Whose statements these are, so that an empty one is not taken for none. */
  providers: z.array(z.string().min(1).max(64)).max(50),
})
export type ReconcileRequest = z.infer<typeof reconcileRequestSchema> & { readonly day: string }
export const reconcileResponseSchema = z.object({
  day: daySchema,
  settlements: z.array(settlementSchema),
  ...reconciliationSchema.shape,
})
export type ReconcileResponse = z.infer<typeof reconcileResponseSchema>
