import { z } from 'zod'
import { soldLineSchema, taxTotalSchema } from './basket.ts'
import { challengeFailures } from './face.ts'
import {
  fiscalFinishedSchema,
  fiscalOutageSchema,
  fiscalSetAsideSchema,
  fiscalStartedSchema,
} from './fiscal.ts'
import {
  cardInstrumentSchema,
  cashInstrumentSchema,
  declineReasonSchema,
  journalledInstrumentSchema,
  paymentModeSchema,
  tenderKindSchema,
  walletSchema,
} from './payment.ts'
import { saleMemberSchema } from './membership.ts'
import { deletionReasonSchema, jurisdictionSchema } from './rights.ts'
import { copyReasons, receiptDocumentSchema } from './receipt.ts'
import {
  paymentReducedSchema,
  refundAttemptedSchema,
  refundResolvedSchema,
  saleReturnedSchema,
} from './returns.ts'
import {
  drawerOpenedSchema,
  priceOverriddenSchema,
  shiftCashMovedSchema,
  shiftClosedSchema,
  shiftOpenedSchema,
} from './shift.ts'
import {
  amountMinorSchema,
  currencySchema,
  keySchema,
  languageSchema,
  profileSchema,
  sha256Schema,
} from './values.ts'
import { vendAskedSchema, vendSettledSchema } from './vending.ts'

/** Ciphertext of personal fields under one subject's key; destroying that key deletes them for good. */
export const sealedSchema = z.object({ subjectKey: keySchema, box: z.base64() })

/** What a sale was paid with: one of these for each part. The parts add up to the sale's total. */
export const salePaymentSchema = z.object({
  attemptKey: keySchema,
  tender: tenderKindSchema,
  mode: paymentModeSchema,
  /** Of the sale; what cash was rounded by stands beside it, in `cash`. */
  amountMinor: amountMinorSchema,
  wallet: walletSchema.exactOptional(),
  cash: cashInstrumentSchema.omit({ kind: true }).exactOptional(),
  card: cardInstrumentSchema.omit({ kind: true }).exactOptional(),
  /** The goods went while the outcome of this part was unknown: it is this member of staff's case. */
  releasedBy: z.string().exactOptional(),
})
export type SalePayment = z.infer<typeof salePaymentSchema>

export const interventionKinds = [
  'ageCheck',
  'weighing',
  'help',
  'presentationAttack',
  'unknownOutcome',
  'guardianConsent',
  'faceDeletion',
  /** A sale is given up of which a part was paid in cash: staff hands it back. */
  'cashReturn',
] as const
export const interventionKindSchema = z.enum(interventionKinds)
export type InterventionKind = z.infer<typeof interventionKindSchema>

const journalHeadSchema = z.object({ epoch: keySchema, seq: z.number().int(), hash: sha256Schema })

/** Every fact a lane keeps. The payload of a journal entry is the UTF-8 JSON of one of these. */
export const laneEventSchema = z.discriminatedUnion('type', [
  /** First entry of an epoch; `parent` names the head it follows (a restored or copied data folder). */
  z.object({
    type: z.literal('journal.genesis'),
    parent: journalHeadSchema.nullable(),
    /** Raw 32-byte Ed25519 public key that signs this epoch. */
    publicKey: z.base64(),
  }),
  z.object({
    type: z.literal('lane.started'),
    profile: profileSchema,
    mode: z.enum(['production', 'development']),
    bench: z.boolean(),
    softwareVersion: z.string(),
    modelPackId: z.string().nullable(),
  }),
  z.object({
    type: z.literal('catalogue.imported'),
    sourceSha256: sha256Schema,
    items: z.number().int().nonnegative(),
    added: z.number().int().nonnegative(),
    changed: z.number().int().nonnegative(),
    removed: z.number().int().nonnegative(),
  }),
  z.object({
    type: z.literal('sale.completed'),
    saleId: keySchema,
    language: languageSchema,
    currency: currencySchema,
    totalMinor: amountMinorSchema,
    lines: z.array(soldLineSchema),
    taxes: z.array(taxTotalSchema),
    /** `exclusive`: the lines come without the tax. Missing in sales of version 0.1: inclusive. */
    prices: z.enum(['inclusive', 'exclusive']).exactOptional(),
    payments: z.array(salePaymentSchema),
    member: saleMemberSchema.exactOptional(),
    receipt: receiptDocumentSchema,
  }),
  z.object({
    type: z.literal('sale.cancelled'),
    saleId: keySchema,
    currency: currencySchema,
    totalMinor: amountMinorSchema,
    lines: z.array(soldLineSchema),
    reason: z.enum(['shopper', 'idle', 'staff', 'restart']),
  }),
  /** The intent, committed before anything is sent. */
  z.object({
    type: z.literal('payment.attempted'),
    attemptKey: keySchema,
    saleId: keySchema,
    amountMinor: amountMinorSchema.min(1),
    currency: currencySchema,
    instrument: journalledInstrumentSchema,
    mode: paymentModeSchema,
    bench: z.boolean(),
    /** Taken while that attempt was unknown; the hub gives this one back if that one turns out approved. */
    linkedTo: keySchema.exactOptional(),
    /** Pays a debt, not goods; `saleId` is then the recovery's own key. */
    recoveryKey: keySchema.exactOptional(),
    /** Who took the cash. */
    staffId: z.string().exactOptional(),
  }),
  z.object({
    type: z.literal('payment.resolved'),
    attemptKey: keySchema,
    saleId: keySchema,
    /** `expired` and `reversed`: what the hub said of a deferred one. */
    outcome: z.enum(['approved', 'declined', 'cancelled', 'deferred', 'refunded', 'expired', 'reversed']),
    /** What was charged, when it is not the whole amount. */
    approvedMinor: amountMinorSchema.min(1).exactOptional(),
    approvalCode: z.string().optional(),
    reason: declineReasonSchema.optional(),
    /** What only the answer told: the card. */
    card: cardInstrumentSchema.omit({ kind: true }).exactOptional(),
    /** Who handed the cash back. */
    staffId: z.string().exactOptional(),
  }),
  /** A paid part of a sale that is given up: it is being taken back, until `payment.resolved` says cancelled. */
  z.object({ type: z.literal('payment.voiding'), attemptKey: keySchema, saleId: keySchema }),
  /** Staff let the goods go while the outcome was unknown: an open case of theirs until it is resolved. */
  z.object({
    type: z.literal('payment.released'),
    attemptKey: keySchema,
    saleId: keySchema,
    amountMinor: amountMinorSchema.min(1),
    currency: currencySchema,
    staffId: z.string(),
  }),
  z.object({
    type: z.literal('consent.given'),
    subjectKey: keySchema,
    textId: z.string(),
    textVersion: z.number().int().min(1),
    textSha256: sha256Schema,
    language: languageSchema,
    /** This and the next stand in every consent to text version 2 and later. */
    purpose: z.literal('facePayment').exactOptional(),
    jurisdiction: jurisdictionSchema.exactOptional(),
    /** For somebody too young to decide alone: the intervention in which a guardian agreed before staff. */
    guardian: z.object({ interventionKey: keySchema }).exactOptional(),
  }),
  z.object({ type: z.literal('consent.withdrawn'), subjectKey: keySchema }),
  z.object({
    type: z.literal('face.enrolled'),
    subjectKey: keySchema,
    referenceKey: keySchema,
    accountId: keySchema,
    modelPackId: z.string(),
    frames: z.number().int().min(1),
    /** Of a bench lane only. */
    padScore: z.number().exactOptional(),
    /** Masked name and account. */
    personal: sealedSchema,
  }),
  /** The subject's key was destroyed in this transaction: the proof of deletion. */
  z.object({
    type: z.literal('face.deleted'),
    subjectKey: keySchema,
    references: z.number().int(),
    /** The first entries of this kind, of version 0.1, had neither reason nor receipt. */
    reason: deletionReasonSchema.exactOptional(),
    receiptToken: keySchema.exactOptional(),
    /** The request at the hub that this answers. */
    requestKey: keySchema.exactOptional(),
  }),
  z.object({
    type: z.literal('face.attackRefused'),
    saleId: keySchema.nullable(),
    /** Refused by a challenge, not by the passive check. */
    challenge: z.enum(challengeFailures).exactOptional(),
    /** Of a bench lane only. */
    measured: z.object({ padScore: z.number(), threshold: z.number() }).exactOptional(),
  }),
  z.object({
    type: z.literal('intervention.opened'),
    interventionKey: keySchema,
    saleId: keySchema.nullable(),
    kind: interventionKindSchema,
    lineId: z.number().int().nullable(),
  }),
  z.object({
    type: z.literal('intervention.resolved'),
    interventionKey: keySchema,
    staffId: z.string(),
    resolution: z.enum(['approved', 'refused', 'helped']),
    grams: z.number().int().optional(),
  }),
  z.object({
    type: z.literal('print.queued'),
    jobKey: keySchema,
    saleId: keySchema,
    copy: z.enum(copyReasons).nullable(),
  }),
  z.object({
    type: z.literal('print.finished'),
    jobKey: keySchema,
    saleId: keySchema,
    outcome: z.enum(['printed', 'notPrinted', 'unknown']),
    detail: z.string(),
  }),
  refundAttemptedSchema,
  saleReturnedSchema,
  refundResolvedSchema,
  paymentReducedSchema,
  priceOverriddenSchema,
  shiftOpenedSchema,
  shiftCashMovedSchema,
  shiftClosedSchema,
  drawerOpenedSchema,
  fiscalStartedSchema,
  fiscalFinishedSchema,
  fiscalOutageSchema,
  fiscalSetAsideSchema,
  vendAskedSchema,
  vendSettledSchema,
])
export type LaneEvent = z.infer<typeof laneEventSchema>
export type LaneEventType = LaneEvent['type']
export type LaneEventOf<T extends LaneEventType> = Extract<LaneEvent, { type: T }>
