import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { createAccountRequestSchema, operatorRoutes } from '../../src-main/contract/hubApi.ts'
import { keySchema, laneIdSchema } from '../../src-main/contract/values.ts'
import type { HubContext } from '../context.ts'
import { listLanes, releaseLane } from '../lanes/lanes.ts'
import { waitingDeletions, wishDeletion } from '../members/requests.ts'
import { personalExport } from '../members/stored.ts'
import type { PaymentService } from '../payments/service.ts'
import {
  createAccount,
  findAccount,
  listAccounts,
  type WalletAccount,
  walletToken,
} from '../providers/wallet/accounts.ts'
import { issueCode } from '../providers/wallet/codes.ts'
import { standingCharges } from '../providers/wallet/ledger.ts'
import { verifyLedger } from '../providers/wallet/verify.ts'
import { Refusal } from '../refusal.ts'
import { sameSecret } from '../secrets.ts'
import { bodyBytes, readBody, readParams } from './bodies.ts'
import { dayAdministration } from './day-routes.ts'
import { journalAdministration } from './journal-routes.ts'
import { importRoute } from './import-route.ts'
import { memberCardAdministration } from './membership-routes.ts'
import { moneyAdministration } from './money-routes.ts'
import { createRateLimit } from './rate-limit.ts'

/** What the merchant's own staff and tools call, with the operator token as bearer. */
export function operatorApi(app: FastifyInstance, context: HubContext, payments: PaymentService): void {
  const limitFailures = createRateLimit(30, context.nowMs)
  void app.register(async (guarded) => {
    guarded.addHook('onRequest', async (request) => {
      if (hasOperatorToken(request, context)) return
      limitFailures(request.ip)
      throw new Refusal(401, 'auth.operatorToken', 'This needs the operator token as bearer.')
    })
    accountRoutes(guarded, context)
    ledgerRoute(guarded, context)
    laneAdministration(guarded, context)
    journalAdministration(guarded, context, payments)
    importRoute(guarded, context, payments)
    moneyAdministration(guarded, context, payments)
    memberCardAdministration(guarded, context)
    rightsAdministration(guarded, context)
    dayAdministration(guarded, context)
  })
}

function hasOperatorToken(request: FastifyRequest, context: HubContext): boolean {
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? []
  return token !== undefined && sameSecret(token, context.secrets.operatorToken)
}

function accountRoutes(app: FastifyInstance, context: HubContext): void {
  const { database, secrets, nowMs } = context
  const withUrl = (account: WalletAccount) => ({
    accountId: account.accountId,
    maskedName: account.maskedName,
    maskedAccount: account.maskedAccount,
    walletUrl: `${context.publicUrl()}/w/${walletToken(secrets, account.accountId)}`,
  })
  app.post(operatorRoutes.accounts, async (request) => {
    const body = readBody(createAccountRequestSchema, bodyBytes(request))
    if (!body.name.isWellFormed() || body.name.includes('\0') || body.name.trim() === '') {
      throw new Refusal(400, 'http.badBody', 'name: must be text')
    }
    return withUrl(await database.transaction((tx) => createAccount(tx, secrets, body, nowMs())))
  })
  app.get(operatorRoutes.accounts, async () => {
    const accounts = await listAccounts(database)
    return {
      accounts: accounts.map((account) => ({
        ...withUrl(account),
        balanceMinor: account.balanceMinor,
        currency: account.currency,
        flag: account.flag,
      })),
    }
  })
  app.post(`${operatorRoutes.accounts}/:accountId/code`, async (request) => {
    const { accountId } = readParams(z.object({ accountId: keySchema }), request)
    return database.transaction(async (tx) => {
      const account = await findAccount(tx, accountId)
      if (account === null) throw new Refusal(404, 'wallet.accountUnknown', 'There is no such account.')
      return issueCode(tx, secrets, accountId, nowMs())
    })
  })
}

function ledgerRoute(app: FastifyInstance, { database }: HubContext): void {
  app.get(operatorRoutes.ledger, async () => {
    const charges = await standingCharges(database)
    const chargedMinor: Record<string, number> = {}
    for (const { currency, amountMinor } of charges) {
      chargedMinor[currency] = (chargedMinor[currency] ?? 0) + amountMinor
    }
    return { chargedMinor, charges, ...(await verifyLedger(database)) }
  })
}

function laneAdministration(app: FastifyInstance, context: HubContext): void {
  const laneOf = (request: FastifyRequest) => readParams(z.object({ laneId: laneIdSchema }), request).laneId
  app.get(operatorRoutes.lanes, async () => ({ lanes: await listLanes(context.database) }))
  app.post(`${operatorRoutes.lanes}/:laneId/release`, async (request) => {
    if (await releaseLane(context.database, laneOf(request))) return { released: true }
    throw new Refusal(404, 'lane.unknown', 'No lane of this name has joined.')
  })
}

/** A person's face, for whoever asks the merchant instead of their phone; and what lanes still owe. */
function rightsAdministration(app: FastifyInstance, { database, nowMs }: HubContext): void {
  const accountOf = async (request: FastifyRequest) => {
    const { accountId } = readParams(z.object({ accountId: keySchema }), request)
    const account = await findAccount(database, accountId)
    if (account === null) throw new Refusal(404, 'wallet.accountUnknown', 'There is no such account.')
    return account
  }
  app.get(`${operatorRoutes.accounts}/:accountId/face`, async (request) =>
    personalExport(database, await accountOf(request), nowMs()),
  )
  app.post(`${operatorRoutes.accounts}/:accountId/face/delete`, async (request) => {
    const { accountId } = await accountOf(request)
    const wish = { accountId, askedBy: 'operator', askedAtMs: nowMs() } as const
    return { asked: await database.transaction((tx) => wishDeletion(tx, wish)) }
  })
  app.get(operatorRoutes.deletions, async () => ({ waiting: await waitingDeletions(database, nowMs()) }))
}
