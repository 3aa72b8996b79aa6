import { z } from 'zod'
import { feedRequestSchema, feedResponseSchema } from './feed.ts'
import {
  pointsRequestSchema,
  pointsResponseSchema,
  recoveryRequestSchema,
  recoveryResponseSchema,
} from './hubMoney.ts'
import { positionSchema, wireEntrySchema } from './journal.ts'
import { lookUpMemberRequestSchema, lookUpMemberResponseSchema } from './membership.ts'
import { authoriseRequestSchema, paymentOutcomeSchema, walletCodeSchema } from './payment.ts'
import {
  findSaleRequestSchema,
  findSaleResponseSchema,
  returnOrderSchema,
  returnResponseSchema,
} from './returns.ts'
import { amountMinorSchema, currencySchema, keySchema, laneIdSchema } from './values.ts'

/**
 * Lane to hub, JSON over HTTP but for the journal's batches. Every call but `join` and `session` carries the headers below; the signature is Ed25519
 * with the lane's key over `encodeRequest(...)` in `domain/journal/format.ts`. The hub accepts each counter once per
 * session; an identical repeat gets the recorded answer, a different one is refused.
 */
export const authHeaders = {
  lane: 'x-facelane-lane',
  session: 'x-facelane-session',
  counter: 'x-facelane-counter',
  signature: 'x-facelane-signature',
} as const

export const joinRequestSchema = z.object({
  laneId: laneIdSchema,
  /** Raw Ed25519 public key. */
  publicKey: z.base64(),
  joinToken: z.string().min(16),
})
export type JoinRequest = z.infer<typeof joinRequestSchema>

/** How the body of `append` may be packed (`content-encoding`); the signature covers the packed bytes. Best first. */
export const bodyEncodings = ['zstd', 'gzip'] as const
export type BodyEncoding = (typeof bodyEncodings)[number]

export const sessionRequestSchema = z.object({ laneId: laneIdSchema, publicKey: z.base64() })
export const sessionResponseSchema = z.object({
  sessionId: keySchema,
  /** Unpredictable, bound into every signature of the session. */
  nonce: keySchema,
  hubEpoch: keySchema,
  /** Address under which shoppers' phones reach the hub, without a trailing slash. */
  publicUrl: z.string(),
  /** What this hub unpacks; a hub of version 0.1 does not say, and reads plain bodies only. Unknown names are skipped. */
  encodings: z.array(z.string().max(16)).max(16).exactOptional(),
})
export type SessionResponse = z.infer<typeof sessionResponseSchema>

export const maxEntriesABatch = 2_000
/** Travels in the compact form of `domain/journal/batch.ts`, which holds the very same. */
export const appendRequestSchema = z.object({
  entries: z.array(wireEntrySchema).min(1).max(maxEntriesABatch),
})
/** The content type of that form; every other body of the API is JSON. */
export const batchContentType = 'application/vnd.facelane.journal-batch'
export const appendResponseSchema = z.object({
  /** Highest contiguous position the hub has committed for this lane's epoch; null when it has none. */
  acked: positionSchema.nullable(),
  quarantined: z.number().int().nonnegative(),
  parked: z.number().int().nonnegative(),
  /** The epoch is forked at the hub: the lane stops offline sales until a person decided. */
  forked: z.boolean(),
})
export type AppendResponse = z.infer<typeof appendResponseSchema>

/** GET, unsigned: is the hub there? Proves nothing, costs nothing, and tells a lane to stop promising. */
export const helloPath = '/v1/hello'
export const helloResponseSchema = z.object({ hubEpoch: keySchema })

export const paymentKeyRequestSchema = z.object({ attemptKey: keySchema })
export const refundRequestSchema = z.object({
  attemptKey: keySchema,
  refundKey: keySchema,
  amountMinor: amountMinorSchema.min(1),
  currency: currencySchema,
})
export type RefundRequest = z.infer<typeof refundRequestSchema>
export const outcomeResponseSchema = z.object({ attemptKey: keySchema, outcome: paymentOutcomeSchema })
export type OutcomeResponse = z.infer<typeof outcomeResponseSchema>

/** Whose code this is, so that a face can be linked to the account its owner just proved to hold. */
export const resolveCodeRequestSchema = z.object({ code: walletCodeSchema })
export const resolveCodeResponseSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('account'),
    accountId: keySchema,
    maskedName: z.string(),
    maskedAccount: z.string(),
    /** Last four digits of the phone number, for the second factor; kept sealed on the lane. */
    phoneLast4: z.string().regex(/^\d{4}$/),
  }),
  z.object({ kind: z.literal('refused'), reason: z.enum(['codeInvalid', 'codeExpired']) }),
])
export type ResolveCodeResponse = z.infer<typeof resolveCodeResponseSchema>

/** Begins a look at a face by Alipay's own device; `deviceInfo` is what its software said of itself, untouched. */
export const walletFaceSessionRequestSchema = z.object({
  wallet: z.literal('alipay'),
  deviceInfo: z.string().max(4096),
})
export const walletFaceSessionResponseSchema = z.discriminatedUnion('kind', [
  /** `clientData` goes to the device software as it is. */
  z.object({ kind: z.literal('begun'), sessionId: z.string(), clientData: z.string() }),
  z.object({ kind: z.literal('refused'), nativeCode: z.string() }),
])
export type WalletFaceSessionResponse = z.infer<typeof walletFaceSessionResponseSchema>

/** Every lane call: method is POST. */
export const hubRoutes = {
  join: { path: '/v1/lanes', request: joinRequestSchema, response: z.object({ joined: z.literal(true) }) },
  session: { path: '/v1/sessions', request: sessionRequestSchema, response: sessionResponseSchema },
  append: { path: '/v1/journal', request: appendRequestSchema, response: appendResponseSchema },
  authorise: {
    path: '/v1/payments/authorise',
    request: authoriseRequestSchema,
    response: outcomeResponseSchema,
  },
  query: { path: '/v1/payments/query', request: paymentKeyRequestSchema, response: outcomeResponseSchema },
  cancel: { path: '/v1/payments/cancel', request: paymentKeyRequestSchema, response: outcomeResponseSchema },
  refund: { path: '/v1/payments/refund', request: refundRequestSchema, response: outcomeResponseSchema },
  /** What a `faceTender` item's key stands for, to be paid by an `authorise` with this `recoveryKey`. */
  recovery: {
    path: '/v1/payments/recovery',
    request: recoveryRequestSchema,
    response: recoveryResponseSchema,
  },
  points: { path: '/v1/wallet/points', request: pointsRequestSchema, response: pointsResponseSchema },
  resolveCode: {
    path: '/v1/wallet/resolve-code',
    request: resolveCodeRequestSchema,
    response: resolveCodeResponseSchema,
  },
  /** Whose card was shown at the lane; asked for at most 30 times a minute. */
  lookUpMember: {
    path: '/v1/members/look-up',
    request: lookUpMemberRequestSchema,
    response: lookUpMemberResponseSchema,
  },
  walletFaceSession: {
    path: '/v1/wallet-face/session',
    request: walletFaceSessionRequestSchema,
    response: walletFaceSessionResponseSchema,
  },
  findSale: { path: '/v1/returns/find', request: findSaleRequestSchema, response: findSaleResponseSchema },
  orderReturn: { path: '/v1/returns', request: returnOrderSchema, response: returnResponseSchema },
  feed: { path: '/v1/feed', request: feedRequestSchema, response: feedResponseSchema },
} as const
export type HubRoute = keyof typeof hubRoutes

/** How the hub refuses: HTTP 4xx/5xx with this body. */
export const hubErrorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** Operator calls on the hub, with the operator token as bearer. */
export const createAccountRequestSchema = z.object({
  name: z.string().min(1).max(64),
  phone: z.string().regex(/^\+?\d{7,15}$/),
  balanceMinor: amountMinorSchema.min(0),
  currency: currencySchema,
})
export const createAccountResponseSchema = z.object({
  accountId: keySchema,
  maskedName: z.string(),
  maskedAccount: z.string(),
  /** The shopper's own page, shown on their phone. */
  walletUrl: z.string(),
})
export const accountStateSchema = z.object({
  ...createAccountResponseSchema.shape,
  balanceMinor: amountMinorSchema,
  currency: currencySchema,
})
export const accountsResponseSchema = z.object({ accounts: z.array(accountStateSchema) })
export const issueCodeResponseSchema = z.object({ code: walletCodeSchema, expiresAtMs: z.number().int() })
/** What the wallet really charged: the judge of "exactly once". */
export const ledgerSummarySchema = z.object({
  chargedMinor: z.record(z.string(), amountMinorSchema),
  charges: z.array(
    z.object({
      attemptKey: keySchema,
      saleId: keySchema,
      amountMinor: amountMinorSchema,
      currency: currencySchema,
    }),
  ),
  balanced: z.boolean(),
})
/**
 * POST accounts, POST accounts/:id/code, GET accounts, GET ledger; GET accounts/:id/face (`personalExportSchema`),
 * POST accounts/:id/face/delete, GET deletions: what lanes were asked to delete and have not yet; GET lanes,
 * POST lanes/:id/release; GET lanes/:id/waiting, POST lanes/:id/reapply, lanes/:id/parked/:epoch/:seq/aside,
 * lanes/:id/quarantine/:hash/aside, lanes/:id/forks/:hash/import; GET forks, GET feed; POST backups.
 */
export const operatorRoutes = {
  accounts: '/operator/v1/accounts',
  ledger: '/operator/v1/ledger',
  lanes: '/operator/v1/lanes',
  deletions: '/operator/v1/deletions',
  days: '/operator/v1/days',
  forks: '/operator/v1/forks',
  feed: '/operator/v1/feed',
  backups: '/operator/v1/backups',
} as const
