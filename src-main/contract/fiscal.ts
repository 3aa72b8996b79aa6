import { z } from 'zod'
import { taxClassSchema } from './catalogue.ts'
import { amountMinorSchema, currencySchema, keySchema, type Key } from './values.ts'

/** Whose fiscal rules a lane keeps, by ISO 3166 code; `none` where a till needs no fiscal device. */
export const fiscalCountries = ['none', 'DE', 'AT', 'IT', 'FR'] as const
export const fiscalCountrySchema = z.enum(fiscalCountries)
export type FiscalCountry = z.infer<typeof fiscalCountrySchema>

/** What is signed: a sale, goods taken back, or a sale begun and given up. */
export const fiscalKinds = ['sale', 'return', 'abandoned'] as const
export const fiscalKindSchema = z.enum(fiscalKinds)
export type FiscalKind = z.infer<typeof fiscalKindSchema>

/** UTC in milliseconds as the device signed it: `2026-11-22T09:05:07.000Z`. */
const logTimeSchema = z.iso.datetime()

/**
 * A finished transaction as the device signed it. Names follow BSI TR-03153 and DSFinV-K (TSE_TANR, TSE_TA_SIGZ,
 * TSE_TA_SIG…); the devices of other countries fill the same places.
 */
export const fiscalSignatureSchema = z.object({
  /** Serial number of the device: SHA-256 of its public key, hex. */
  serialNumber: z.string().regex(/^[0-9a-f]{64}$/),
  /** The till as it is registered with the device (DSFinV-K KASSE_SERIENNR). */
  clientId: z.string().min(1).max(30),
  transactionNumber: z.number().int().min(1),
  signatureCounter: z.number().int().min(1),
  processType: z.string(),
  /** What was signed, byte for byte. */
  processData: z.string(),
  startedAt: logTimeSchema,
  finishedAt: logTimeSchema,
  signatureAlgorithm: z.literal('ecdsa-plain-SHA256'),
  /** Signature, 64 bytes (r, s). */
  signatureValue: z.base64(),
  /** Uncompressed point of NIST P-256, 65 bytes. */
  publicKey: z.base64(),
})
export type FiscalSignature = z.infer<typeof fiscalSignatureSchema>

/** Why a record could not be signed in time. */
export const fiscalOutageReasons = [
  'unreachable',
  'timeout',
  'memoryFull',
  'certificateExpired',
  'refused',
  'backlog',
] as const
export const fiscalOutageReasonSchema = z.enum(fiscalOutageReasons)
export type FiscalOutageReason = z.infer<typeof fiscalOutageReasonSchema>

/** What a receipt carries: a signature, or the plain word that there is none. Decided once, printed, never changed. */
export const fiscalMarkSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signed'), signature: fiscalSignatureSchema }),
  z.object({ kind: z.literal('outage'), reason: fiscalOutageReasonSchema, sinceMs: z.number().int() }),
])
export type FiscalMark = z.infer<typeof fiscalMarkSchema>

/** How money came in (or went out, negative), as fiscal law tells it apart. */
export const fiscalPaymentSchema = z.object({
  kind: z.enum(['cash', 'nonCash']),
  amountMinor: amountMinorSchema,
  currency: currencySchema,
})
export type FiscalPayment = z.infer<typeof fiscalPaymentSchema>

/** Gross turnover of one tax class; negative in a return. */
export const fiscalTurnoverSchema = z.object({
  taxClass: taxClassSchema,
  ratePermille: z.number().int().min(0).max(1000),
  grossMinor: amountMinorSchema,
})
export type FiscalTurnover = z.infer<typeof fiscalTurnoverSchema>

/** One record to sign: a sale, or a return. `recordKey` is the sale's or the return's own key. */
export interface FiscalRecord {
  readonly recordKey: Key
  readonly kind: FiscalKind
  readonly currency: string
  readonly turnover: readonly FiscalTurnover[]
  readonly payments: readonly FiscalPayment[]
}

/** The device began a transaction for a sale; its number was kept before the next byte left. */
export const fiscalStartedSchema = z.object({
  type: z.literal('fiscal.started'),
  recordKey: keySchema,
  transactionNumber: z.number().int().min(1),
  signatureCounter: z.number().int().min(1),
  logTime: logTimeSchema,
})

/** `late`: its receipt said outage. `recordKey` null: a transaction nobody here knew, finished as abandoned. */
export const fiscalFinishedSchema = z.object({
  type: z.literal('fiscal.finished'),
  recordKey: keySchema.nullable(),
  kind: fiscalKindSchema,
  late: z.boolean(),
  signature: fiscalSignatureSchema,
})

/** A receipt went out without a signature, and says so. */
export const fiscalOutageSchema = z.object({
  type: z.literal('fiscal.outage'),
  recordKey: keySchema,
  kind: fiscalKindSchema,
  reason: fiscalOutageReasonSchema,
  /** Since when the device is out, wall clock, ms UTC. */
  sinceMs: z.number().int(),
})

/**
 * The device will never sign this record: it finished its transaction with other data, or refuses this data. Somebody
 * has to settle it with the maker of the device and the tax office. `unsigned`: its receipt says outage because of this.
 */
export const fiscalSetAsideSchema = z.object({
  type: z.literal('fiscal.setAside'),
  recordKey: keySchema,
  kind: fiscalKindSchema,
  transactionNumber: z.number().int().min(1),
  unsigned: z.boolean(),
})
