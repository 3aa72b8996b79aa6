import { z } from 'zod'
import { amountMinorSchema, currencySchema, keySchema } from './values.ts'

/**
 * What a member's card says at its reader: a serial number in hex, or the digits and letters of a stripe or of a file.
 * It goes to the hub in a body and nowhere else: journal, log and screen know the card by its key and its last four.
 */
export const memberNumberSchema = z
  .string()
  .regex(/^[0-9A-Za-z]{4,32}$/, 'must be 4 to 32 letters and digits')

/** A member as the lane may show one. */
export const memberSchema = z.object({
  /** Random, of this one card: what the journal names. */
  memberKey: keySchema,
  maskedName: z.string().max(256),
  /** `****3456`. */
  maskedNumber: z.string().max(8),
  /** Held when the hub was asked; one point is one minor unit. */
  pointsMinor: amountMinorSchema.min(0),
  /** Of every thousand minor units that are paid with money, this many come back as points. */
  earnPermille: z.number().int().min(0).max(1000),
})
export type Member = z.infer<typeof memberSchema>

/** POST of a lane: whose card this is. */
export const lookUpMemberRequestSchema = z.object({
  memberNumber: memberNumberSchema,
  /** Whose points are asked for. */
  currency: currencySchema,
})
export type LookUpMemberRequest = z.infer<typeof lookUpMemberRequestSchema>
export const lookUpMemberResponseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('member'), member: memberSchema }),
  z.object({ kind: z.literal('unknown') }),
  z.object({ kind: z.literal('blocked') }),
])
export type LookUpMemberResponse = z.infer<typeof lookUpMemberResponseSchema>

/** In `sale.completed`: whose card was shown, and the points that the receipt promised. The hub credits them once. */
export const saleMemberSchema = z.object({ memberKey: keySchema, earnedMinor: amountMinorSchema.min(0) })
export type SaleMember = z.infer<typeof saleMemberSchema>

/** Operator calls: GET all cards, POST a new one, POST `/:memberKey/block` and `/:memberKey/unblock`. */
export const memberCardsPath = '/operator/v1/member-cards'
export const addMemberCardRequestSchema = z.object({ accountId: keySchema, memberNumber: memberNumberSchema })
export const memberCardSchema = z.object({
  memberKey: keySchema,
  accountId: keySchema,
  maskedName: z.string(),
  maskedNumber: z.string(),
  state: z.enum(['active', 'blocked']),
  createdAtMs: z.number().int(),
})
export type MemberCard = z.infer<typeof memberCardSchema>
export const memberCardsResponseSchema = z.object({ cards: z.array(memberCardSchema) })
