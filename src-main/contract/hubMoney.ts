import { z } from 'zod'
import { recoverySchema } from './deferred.ts'
import { couponCodeSchema } from './payment.ts'
import { amountMinorSchema, currencySchema, keySchema } from './values.ts'

/** Operator calls about money, with the operator token as bearer; all bodies JSON. */
export const moneyRoutes = {
  /** GET: `deferredGaugesSchema`. */
  gauges: '/operator/v1/payments/gauges',
  /** GET: open cases; POST `/:caseId/close`, POST `/:caseId/retry`. */
  cases: '/operator/v1/payments/cases',
  /** GET: open debts; POST `/:recoveryKey/waive`. */
  recoveries: '/operator/v1/recoveries',
  /** POST. */
  coupons: '/operator/v1/coupons',
} as const

const nativeTextSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')

/** POST accounts/:id/agreement: a debit agreement the shopper signed with a provider of this hub. */
export const signAgreementSchema = z.object({
  provider: nativeTextSchema,
  /** The provider's own number. */
  agreementNo: nativeTextSchema,
  /** Largest single payment. */
  paymentLimitMinor: amountMinorSchema.min(1),
})

/** POST accounts/:id/points and accounts/:id/fund: once for each key. */
export const grantSchema = z.object({
  grantKey: keySchema,
  amountMinor: amountMinorSchema.min(1).max(1_000_000_000),
  currency: currencySchema,
})

export const issueCouponSchema = z.object({
  faceMinor: amountMinorSchema.min(1).max(1_000_000_000),
  currency: currencySchema,
  expiresAtMs: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
})
export const issueCouponResponseSchema = z.object({ code: couponCodeSchema })

/**
 * How a case ends. Where the attempt has no final word, whoever closes it has to say what they found at the provider:
 * `charged` counts it as paid, `notCharged` as cancelled.
 */
export const closeCaseSchema = z.object({
  finding: z.enum(['charged', 'notCharged']).exactOptional(),
  note: z.string().min(1).max(500),
})

/** Lane calls beside `hubRoutes`' payments: what a recognised shopper owes, and how many points they hold. */
export const recoveryRequestSchema = z.object({ recoveryKey: keySchema })
export const recoveryResponseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('recovery'), ...recoverySchema.shape }),
  z.object({ kind: z.literal('notFound') }),
])
export const pointsRequestSchema = z.object({ accountId: keySchema, currency: currencySchema })
/** One point is one minor unit of the currency. */
export const pointsResponseSchema = z.object({ balanceMinor: amountMinorSchema.min(0) })
