import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { signAgreementSchema } from '../../src-main/contract/hubMoney.ts'
import { keySchema } from '../../src-main/contract/values.ts'
import { knownMinorDigits } from '../../src-main/domain/money/currencies.ts'
import type { HubContext } from '../context.ts'
import { agreementPage } from '../pages/agreement.ts'
import { noWalletPage, walletPage } from '../pages/wallet.ts'
import type { PaymentService } from '../payments/service.ts'
import { pointsBalance } from '../providers/points/accounts.ts'
import { accountOfToken, type WalletAccount } from '../providers/wallet/accounts.ts'
import { endAgreement, liveAgreement } from '../providers/wallet/agreements.ts'
import { issueCode } from '../providers/wallet/codes.ts'
import { recentPayments } from '../providers/wallet/recent.ts'
import { payFromBalance } from '../recovery/from-balance.ts'
import { openDebts } from '../recovery/recoveries.ts'
import { Refusal } from '../refusal.ts'
import { agreementProviders, signFor } from './agreement-signing.ts'
import { bodyBytes } from './bodies.ts'
import { createRateLimit } from './rate-limit.ts'
import { languageFor, sendPage } from './send-page.ts'

/** A shopper's own page, behind the secret of its address: code, debts, points, the agreement their face pays under. */
export function walletRoutes(app: FastifyInstance, context: HubContext, payments: PaymentService): void {
  const { database, nowMs } = context
  const limit = createRateLimit(240, nowMs)
  const limitChanges = createRateLimit(30, nowMs)

  app.get('/w/:token', (request, reply) =>
    forShopper(request, reply, async (account, token) => {
      limit(request.ip)
      return sendPage(reply, 200, await pageOf(request, account, token))
    }),
  )
  app.get('/w/:token/agreement', (request, reply) =>
    forShopper(request, reply, async (account, token) => {
      limit(request.ip)
      return sendPage(reply, 200, await agreementOf(request, account, token, false))
    }),
  )
  app.post('/w/:token/pay', (request, reply) =>
    forShopper(request, reply, async ({ accountId }, token) => {
      limitChanges(request.ip)
      const key = keySchema.safeParse(fieldsOf(request).get('recoveryKey'))
      if (key.success) await payFromBalance(payments.scope, accountId, key.data)
      return reply.redirect(`/w/${token}`, 303)
    }),
  )
  app.post('/w/:token/agreement', (request, reply) =>
    forShopper(request, reply, async (account, token) => {
      limitChanges(request.ip)
      if (await signed(account, fieldsOf(request))) return reply.redirect(`/w/${token}/agreement`, 303)
      return sendPage(reply, 409, await agreementOf(request, account, token, true))
    }),
  )
  app.post('/w/:token/agreement/end', (request, reply) =>
    forShopper(request, reply, async ({ accountId }, token) => {
      limitChanges(request.ip)
      await endAgreement(database, accountId, nowMs())
      return reply.redirect(`/w/${token}/agreement`, 303)
    }),
  )

  async function pageOf(request: FastifyRequest, account: WalletAccount, token: string) {
    const { accountId, currency } = account
    return walletPage(languageFor(request), {
      token,
      account,
      code: await database.transaction((tx) => issueCode(tx, context.secrets, accountId, nowMs())),
      recent: await recentPayments(database, accountId),
      debts: await openDebts(database, accountId),
      pointsMinor: await pointsBalance(database, accountId, currency),
      agreements:
        agreementProviders(payments.scope).length > 0 || (await liveAgreement(database, accountId)) !== null,
    })
  }

  async function agreementOf(
    request: FastifyRequest,
    account: WalletAccount,
    token: string,
    refused: boolean,
  ) {
    const live = await liveAgreement(database, account.accountId)
    const providers = agreementProviders(payments.scope)
    return agreementPage(languageFor(request), { token, account, live, providers, refused })
  }

  async function signed(account: WalletAccount, fields: URLSearchParams): Promise<boolean> {
    const wish = signAgreementSchema.safeParse({
      provider: fields.get('provider'),
      agreementNo: fields.get('agreementNo')?.trim(),
      paymentLimitMinor: minorOf(fields.get('limit') ?? '', account.currency),
    })
    if (!wish.success) return false
    try {
      await signFor(payments.scope, account, wish.data)
      return true
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
  }

  async function forShopper(
    request: FastifyRequest,
    reply: FastifyReply,
    answer: (account: WalletAccount, token: string) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const token = keySchema.safeParse((request.params as { token?: unknown }).token)
    const account = token.success ? await accountOfToken(database, token.data) : null
    if (account === null || !token.success) return sendPage(reply, 404, noWalletPage(languageFor(request)))
    return answer(account, token.data)
  }
}

function fieldsOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(bodyBytes(request).toString('utf8'))
}

/** "12.5" as a person types it, in minor units; NaN for anything else. */
function minorOf(text: string, currency: string): number {
  const digits = knownMinorDigits(currency)
  const [, whole = '', fraction = ''] = /^\s*(\d{1,9})(?:[.,](\d{1,3}))?\s*$/.exec(text) ?? []
  if (whole === '' || fraction.length > digits) return Number.NaN
  return Number(whole + fraction.padEnd(digits, '0'))
}
