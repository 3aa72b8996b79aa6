import { z } from 'zod'
import { amountMinorSchema, currencySchema, keySchema, momentSchema } from './values.ts'

export const tenderKinds = ['face', 'walletCode', 'walletFace', 'points', 'coupon', 'card', 'cash'] as const
export const tenderKindSchema = z.enum(tenderKinds)
export type TenderKind = z.infer<typeof tenderKindSchema>

/** Whose phone code it is: the hub's own wallet, or another one that the hub has a contract with. */
export const wallets = ['own', 'alipay', 'wechat'] as const
export const walletSchema = z.enum(wallets)
export type Wallet = z.infer<typeof walletSchema>

/** Wallets whose own device software looks at a face and hands out a token. */
export const faceWalletSchema = z.enum(['alipay', 'wechat'])
export type FaceWallet = z.infer<typeof faceWalletSchema>

/** One-time payment code of the hub's own wallet: 18 digits, the first two 99. Never journalled or logged. */
export const walletCodeSchema = z.string().regex(/^99\d{16}$/)

/**
 * Any one-time payment code a phone shows: the own wallet's; Alipay's, 16 to 24 digits that begin with 25 to 30;
 * WeChat's, 18 digits that begin with 10 to 15. `walletOfCode` tells them apart.
 */
export const paymentCodeSchema = z
  .string()
  .regex(/^(?:99\d{16}|(?:2[5-9]|30)\d{14,22}|1[0-5]\d{16})$/, 'must be a payment code of a wallet')

/** Single use: `FC` and 12 characters of Crockford's base 32. Worth money until it is used: never journalled. */
export const couponCodeSchema = z.string().regex(/^FC[0-9A-HJKMNP-TV-Z]{12}$/, 'must be a coupon code')

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

/** How the payer is charged at the hub. A code names its account only to the hub; a face names it on the lane. */
export const instrumentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('face'), accountId: keySchema, evidence: faceEvidenceSchema }),
  z.object({ kind: z.literal('walletCode'), code: paymentCodeSchema }),
  /** The token lives minutes and is matched by its wallet: online only. */
  z.object({ kind: z.literal('walletFace'), wallet: faceWalletSchema, token: z.string().min(1).max(512) }),
  z.object({ kind: z.literal('points'), accountId: keySchema, evidence: faceEvidenceSchema }),
  z.object({ kind: z.literal('coupon'), code: couponCodeSchema }),
])
export type Instrument = z.infer<typeof instrumentSchema>

/** What changed hands: `tenderedMinor` - `changeMinor` = the attempt's amount + `roundingMinor`. */
export const cashInstrumentSchema = z.object({
  kind: z.literal('cash'),
  tenderedMinor: amountMinorSchema.min(0),
  changeMinor: amountMinorSchema.min(0),
  /** Positive when the shopper paid more than the amount for want of coins, negative when less. */
  roundingMinor: amountMinorSchema,
})
export type CashInstrument = z.infer<typeof cashInstrumentSchema>

/** All but the terminal is known only from its answer; a card number never enters this process unmasked. */
export const cardInstrumentSchema = z.object({
  kind: z.literal('card'),
  terminalId: z.string().max(32).nullable(),
  maskedPan: z
    .string()
    .regex(/^(?!(?:\D*\d){11})[0-9*xX•. ]{4,32}$/, 'must be a masked card number')
    .nullable(),
  scheme: z.string().max(32).nullable(),
  traceNumber: z.number().int().min(0).nullable(),
})
export type CardInstrument = z.infer<typeof cardInstrumentSchema>

/** The same, as the journal may keep it for ever, without code or token, and what is settled at the lane. */
export const journalledInstrumentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('face'), accountId: keySchema, evidence: faceEvidenceSchema }),
  /** `wallet` is missing in entries of version 0.1, which knew only the own one. */
  z.object({ kind: z.literal('walletCode'), wallet: walletSchema.exactOptional() }),
  z.object({ kind: z.literal('walletFace'), wallet: faceWalletSchema }),
  z.object({ kind: z.literal('points'), accountId: keySchema, evidence: faceEvidenceSchema }),
  z.object({ kind: z.literal('coupon') }),
  cashInstrumentSchema,
  cardInstrumentSchema,
])
export type JournalledInstrument = z.infer<typeof journalledInstrumentSchema>

/**
 * `online`: the hub answers before the sale ends. `deferred`: accepted offline, charged when the entry arrives.
 * `local`: settled at the lane, by hand or by a card terminal; the hub only hears of it.
 */
export const paymentModeSchema = z.enum(['online', 'deferred', 'local'])
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
    /** What was charged, 1 to the attempt's amount, when it is not all of it: the rest is still due. */
    approvedMinor: amountMinorSchema.min(1).exactOptional(),
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
  /** Taken while the outcome of that attempt was unknown; should that one turn out approved, this one goes back. */
  linkedTo: keySchema.exactOptional(),
  /** Pays what a declined deferred payment left owing; `saleId` is then the recovery's own key. */
  recoveryKey: keySchema.exactOptional(),
})
export type AuthoriseRequest = z.infer<typeof authoriseRequestSchema>
