import { z } from 'zod'
import { declineReasonSchema } from './payment.ts'
import { amountMinorSchema, currencySchema, keySchema } from './values.ts'

/**
 * The life of a payment that was accepted offline. `QUEUED` is known to the lane only; `UPLOADED` means that the hub
 * holds it; the others are final, and the hub alone decides them.
 */
export const deferredStates = ['QUEUED', 'UPLOADED', 'PROCESSED', 'DECLINED', 'EXPIRED', 'REVERSED'] as const
export const deferredStateSchema = z.enum(deferredStates)
export type DeferredState = z.infer<typeof deferredStateSchema>

export const deferredFinalSchema = z.enum(['PROCESSED', 'DECLINED', 'EXPIRED', 'REVERSED'])
export type DeferredFinal = z.infer<typeof deferredFinalSchema>

/** What became of a deferred payment, as the hub tells its lane over the feed. May be told again; it stays the same. */
export const deferredOutcomeSchema = z.object({
  attemptKey: keySchema,
  state: deferredFinalSchema,
  /** Of `DECLINED`. */
  reason: declineReasonSchema.exactOptional(),
  /** Of `PROCESSED`. */
  approvalCode: z.string().exactOptional(),
  maskedAccount: z.string().exactOptional(),
  /** What was charged when it is less than the attempt's amount: a return came before the charge. */
  approvedMinor: amountMinorSchema.min(1).exactOptional(),
  /** Of `DECLINED` and `EXPIRED`: what the shopper can pay later. */
  recoveryKey: keySchema.exactOptional(),
})
export type DeferredOutcome = z.infer<typeof deferredOutcomeSchema>

/**
 * What the hub leases one lane of one identity's cap. `amountMinor` is a ceiling for the sum of the deferred payments
 * of that identity that this lane accepted and has no final state of (`QUEUED` and `UPLOADED` ones together), not a
 * purse that is used up; the newest lease replaces the one before. From `expiresAtMs` (ms UTC) on the lane defers
 * nothing more for this identity. 0 takes the permission away.
 */
export const allowanceSchema = z.object({
  leaseKey: keySchema,
  accountId: keySchema,
  currency: currencySchema,
  amountMinor: amountMinorSchema.min(0),
  expiresAtMs: z.number().int().nonnegative(),
})
export type Allowance = z.infer<typeof allowanceSchema>

/** Whether this identity may pay by face. It may not while it owes for goods that left the store. */
export const faceTenderSchema = z.object({
  accountId: keySchema,
  blocked: z.boolean(),
  /** The oldest thing it owes; while `blocked`. */
  recoveryKey: keySchema.exactOptional(),
  /** What that is, for the words on the lane's screen; `atMs` is when the goods were sold, ms UTC. */
  owed: z
    .object({
      amountMinor: amountMinorSchema.min(1),
      currency: currencySchema,
      atMs: z.number().int().nonnegative(),
    })
    .exactOptional(),
})
export type FaceTender = z.infer<typeof faceTenderSchema>

/** What is owed for one deferred payment that was declined or expired; payable by code at any lane. */
export const recoverySchema = z.object({
  recoveryKey: keySchema,
  saleId: keySchema,
  amountMinor: amountMinorSchema.min(1),
  currency: currencySchema,
  /** When the hub gave the payment up; ms UTC. */
  openedAtMs: z.number().int().nonnegative(),
  state: z.enum(['open', 'paid', 'waived']),
})
export type Recovery = z.infer<typeof recoverySchema>

/** One state's share of the deferred payments at the hub. Ages in ms by the hub's clock. */
export const deferredGaugeSchema = z.object({
  count: z.number().int().nonnegative(),
  sumMinor: z.record(currencySchema, amountMinorSchema),
  oldestAtMs: z.number().int().nullable(),
  lastAtMs: z.number().int().nullable(),
})
export const deferredGaugesSchema = z.object({
  atMs: z.number().int(),
  UPLOADED: deferredGaugeSchema,
  PROCESSED: deferredGaugeSchema,
  DECLINED: deferredGaugeSchema,
  EXPIRED: deferredGaugeSchema,
  REVERSED: deferredGaugeSchema,
  /** When the first of the waiting ones expires; null when none waits. */
  nextExpiryAtMs: z.number().int().nullable(),
  /** When a deferred payment was last charged. */
  lastSuccessAtMs: z.number().int().nullable(),
  openRecoveries: z.number().int().nonnegative(),
  openCases: z.number().int().nonnegative(),
})
export type DeferredGauges = z.infer<typeof deferredGaugesSchema>
