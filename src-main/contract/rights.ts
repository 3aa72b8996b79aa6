import { z } from 'zod'
import { positionSchema, wireEntrySchema } from './journal.ts'
import {
  amountMinorSchema,
  currencySchema,
  keySchema,
  laneIdSchema,
  languageSchema,
  localisedSchema,
  sha256Schema,
} from './values.ts'

/** Where a lane stands decides what the law asks of it; `default` is the strictest of them in every point. */
export const jurisdictions = ['CN', 'EU', 'US-IL', 'default'] as const
export const jurisdictionSchema = z.enum(jurisdictions)
export type Jurisdiction = z.infer<typeof jurisdictionSchema>

/** One file of `src-main/domain/rights/policies`: what is switched on where the lane stands. Not legal advice. */
export const rightsPolicySchema = z.strictObject({
  jurisdiction: jurisdictionSchema,
  notLegalAdvice: z.string().min(1),
  /** What each value below was read from; `chosen` names those that no law gives as a number. */
  sources: z.array(z.strictObject({ title: z.string(), provisions: z.string(), says: z.string() })).min(1),
  chosen: z.string(),
  /** Whoever is younger enrols only with a guardian and a member of staff; full years. */
  guardianBelowYears: z.int().min(14).max(21),
  /** That nobody has to is the first thing the consent says. */
  alternativeFirst: z.boolean(),
  /** The consent is worded and kept as a written release. */
  writtenRelease: z.boolean(),
  /** The schedule by which templates are destroyed stands in the consent. */
  retentionSchedule: z.boolean(),
  retention: z.strictObject({
    /** Not used for payment for this long: deleted. Days of 24 hours. */
    unusedDays: z.int().min(1).max(1095),
  }),
  /** The sentence that stands where face payment is offered. */
  notice: localisedSchema,
  /** Latest answer to a request, days after it. */
  duties: z.strictObject({
    deleteWithinDays: z.int().min(1).max(45),
    exportWithinDays: z.int().min(1).max(45),
  }),
})
export type RightsPolicy = z.infer<typeof rightsPolicySchema>

/**
 * Why a person's references were deleted. `withdrawn`: at the lane, with their wallet's code; `staff`: at the lane, by
 * the person's own look and a staff PIN; `hub`: asked for at the hub; `retention`: not used for too long; `replaced`:
 * enrolled anew; `command`: on the stopped lane.
 */
export const deletionReasons = ['withdrawn', 'staff', 'hub', 'retention', 'replaced', 'command'] as const
export const deletionReasonSchema = z.enum(deletionReasons)
export type DeletionReason = z.infer<typeof deletionReasonSchema>

/** What was deleted, and where the journal says so. */
export const deletionRecordSchema = z.object({
  subjectKey: keySchema,
  /** Opens the receipt at the hub: `<publicUrl>/d/<receiptToken>`. */
  receiptToken: keySchema,
  references: z.number().int().nonnegative(),
  reason: deletionReasonSchema,
  /** The lane's clock, ms UTC. */
  atMs: z.number().int(),
  position: positionSchema,
})
export type DeletionRecord = z.infer<typeof deletionRecordSchema>

/**
 * A deletion receipt anyone can check: the journal entry of the deletion, signed by the lane. `publicKey` is the raw
 * Ed25519 key with which the lane joined its hub, base64.
 */
export const deletionProofSchema = z.object({
  kind: z.literal('facelane.deletionReceipt'),
  formatVersion: z.literal(1),
  publicKey: z.base64(),
  entry: wireEntrySchema,
})
export type DeletionProof = z.infer<typeof deletionProofSchema>

/** A person's wish that waits at the hub for the lane that holds the references. */
export const deletionRequestSchema = z.object({ requestKey: keySchema, subjectKey: keySchema })
export type DeletionRequest = z.infer<typeof deletionRequestSchema>

const timeSchema = z.number().int().nonnegative()

/** One enrolment of a person, as an export tells it; times in ms UTC by the lane's clock. */
export const storedFaceSchema = z.object({
  laneId: laneIdSchema,
  subjectKey: keySchema,
  state: z.enum(['kept', 'deletionAsked', 'deleted']),
  consent: z
    .object({
      atMs: timeSchema,
      textId: z.string(),
      textVersion: z.number().int(),
      textSha256: sha256Schema,
      language: languageSchema,
      purpose: z.literal('facePayment'),
      jurisdiction: jurisdictionSchema,
      /** A guardian agreed before staff. */
      guardian: z.boolean(),
    })
    .nullable(),
  enrolledAtMs: timeSchema.nullable(),
  lastUsedAtMs: timeSchema.nullable(),
  /** What is or was kept, without the templates themselves. */
  references: z.array(
    z.object({ referenceKey: keySchema, modelPackId: z.string(), createdAtMs: timeSchema }),
  ),
  /** Payments begun with this face. */
  payments: z.array(
    z.object({
      atMs: timeSchema,
      saleId: keySchema,
      amountMinor: amountMinorSchema,
      currency: currencySchema,
    }),
  ),
  deletion: z
    .object({
      askedAtMs: timeSchema.nullable(),
      /** Latest moment the jurisdiction's policy allows. */
      dueAtMs: timeSchema.nullable(),
      deletedAtMs: timeSchema.nullable(),
      reason: deletionReasonSchema.nullable(),
      receiptToken: keySchema.nullable(),
    })
    .nullable(),
})
export type StoredFace = z.infer<typeof storedFaceSchema>

/** Everything that is stored about a person's face, for the person. */
export const personalExportSchema = z.object({
  kind: z.literal('facelane.personalExport'),
  formatVersion: z.literal(1),
  madeAtMs: timeSchema,
  accountId: keySchema,
  /** Null where nothing that could be read is kept. */
  maskedName: z.string().nullable(),
  maskedAccount: z.string().nullable(),
  faces: z.array(storedFaceSchema),
  /** Why no template is in here, and how to get at it. */
  templates: z.string(),
})
export type PersonalExport = z.infer<typeof personalExportSchema>
