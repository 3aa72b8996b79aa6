import { z } from 'zod'

/** A 128-bit random key in 32 lower-case hex digits: sales, attempts, subjects, receipts. Never a counter. */
export const keySchema = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hex digits')
export type Key = z.infer<typeof keySchema>

/** SHA-256 in 64 lower-case hex digits. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')

export const laneIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and "-", such as "lane-1"')

/** ISO 4217 alphabetic code. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as "CNY"')

/** Integer in the currency's minor unit (fen, cent); never a fraction, never beyond 2^53. */
export const amountMinorSchema = z.number().int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)

export interface Money {
  readonly amountMinor: number
  readonly currency: string
}
export const moneySchema = z.object({ amountMinor: amountMinorSchema, currency: currencySchema })

export const languages = ['zh-CN', 'en'] as const
export const languageSchema = z.enum(languages)
export type Language = z.infer<typeof languageSchema>

/** The same text in every language of the lane. */
export const localisedSchema = z.object({ 'zh-CN': z.string().min(1), en: z.string().min(1) })
export type Localised = z.infer<typeof localisedSchema>

export const profiles = ['counter', 'self-checkout', 'vending'] as const
export const profileSchema = z.enum(profiles)
export type Profile = z.infer<typeof profileSchema>

/**
 * When something happened. `atMs` is the wall clock (ms UTC) and may be wrong; `bootId` and `monotonicMs` order
 * events of one boot even when the clock jumps.
 */
export const momentSchema = z.object({
  atMs: z.number().int().nonnegative(),
  bootId: keySchema,
  monotonicMs: z.number().nonnegative(),
})
export type Moment = z.infer<typeof momentSchema>
