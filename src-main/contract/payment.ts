import { z } from 'zod'
import { amountMinorSchema, currencySchema, keySchema, momentSchema } from './values.ts'

export const tenderKinds = ['face', 'walletCode'] as const
export const tenderKindSchema = z.enum(tenderKinds)
export type TenderKind = z.infer<typeof tenderKindSchema>

/** One-time payment code on the shopper's phone: 18 digits, the first two 99. Never journalled or logged. */
export const walletCodeSchema = z.string().regex(/^99\d{16}$/)

/**
 * How the payer was identified. Scores leave the decision only on a bench lane, where `measured` is set: whoever can
 * read scores can climb towards a stranger's reference by trying.
 */
export const faceEvidenceSchema = z.object({
  subjectKey: keySchema,
  measured: z
    .object({
      /** In [-1, 1], against its threshold. */
      comparisonScore: z.number().min(-1).max(1),
      threshold: z.number().min(-1).max(1),
      /** Bona fide score of presentation attack detection in [0, 1]. */
      padScore: z.number().min(0).max(1),
    })
    .exactOptional(),
  secondFactor: z.boolean(),
  modelPackId: z.string(),
})
export type FaceEvidence = z.infer<typeof faceEvidenceSchema>

/** How the payer is charged. A code names its account only to the hub; a face names it on the lane. */
export const instrumentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('face'), accountId: keySchema, evidence: faceEvidenceSchema }),
  z.object({ kind: z.literal('walletCode'), code: walletCodeSchema }),
])
export type Instrument = z.infer<typeof instrumentSchema>

/** The same, as the journal may keep it for ever: without the code. */
export const journalledInstrumentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('face'), accountId: keySchema, evidence: faceEvidenceSchema }),
  z.object({ kind: z.literal('walletCode') }),
])
export type JournalledInstrument = z.infer<typeof journalledInstrumentSchema>

/** `online`: the hub answers before the sale ends. `deferred`: accepted offline, charged when the entry arrives. */
export const paymentModeSchema = z.enum(['online', 'deferred'])
export type PaymentMode = z.infer<typeof paymentModeSchema>

export const declineReasons = [
  'insufficientFunds',
  'accountUnknown',
  'accountBlocked',
  'codeInvalid',
  'codeExpired',
  'amountOverLimit',
  'currencyNotHeld',
  'benchNotAllowed',
  'attemptCancelled',
  'offlineLimit',
  'other',
] as const
export const declineReasonSchema = z.enum(declineReasons)
export type DeclineReason = z.infer<typeof declineReasonSchema>

export const paymentOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('approved'),
    approvalCode: z.string(),
    providerReference: z.string(),
    maskedAccount: z.string(),
  }),
  z.object({ kind: z.literal('declined'), reason: declineReasonSchema, nativeCode: z.string().optional() }),
  /** A tombstone or a confirmed cancel: this key was not and will never be charged. */
  z.object({ kind: z.literal('cancelled') }),
  z.object({ kind: z.literal('refunded'), providerReference: z.string() }),
  /** The hub has the attempt but no final answer yet: query again. */
  z.object({ kind: z.literal('pending') }),
  /** The hub has never seen the key. */
  z.object({ kind: z.literal('notFound') }),
])
export type PaymentOutcome = z.infer<typeof paymentOutcomeSchema>

export const authoriseRequestSchema = z.object({
  attemptKey: keySchema,
  saleId: keySchema,
  amountMinor: amountMinorSchema.min(1),
  currency: currencySchema,
  instrument: instrumentSchema,
  /** A bench lane's money: the hub takes it only for the wallet. */
  bench: z.boolean(),
  attemptedAt: momentSchema,
})
export type AuthoriseRequest = z.infer<typeof authoriseRequestSchema>
