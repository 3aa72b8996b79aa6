import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { operatorRoutes } from '../../src-main/contract/hubApi.ts'
import {
  closeCaseSchema,
  grantSchema,
  issueCouponSchema,
  moneyRoutes,
  signAgreementSchema,
} from '../../src-main/contract/hubMoney.ts'
import { keySchema } from '../../src-main/contract/values.ts'
import type { HubContext } from '../context.ts'
import { openCases } from '../payments/cases.ts'
import { closeByPerson, retryCase } from '../payments/closing-cases.ts'
import { readGauges } from '../payments/gauges.ts'
import type { PaymentService } from '../payments/service.ts'
import { issueCoupon } from '../providers/coupon/coupons.ts'
import { grantPoints, pointsBalance } from '../providers/points/accounts.ts'
import { findAccount, fundAccount, type WalletAccount } from '../providers/wallet/accounts.ts'
import { endAgreement, liveAgreement } from '../providers/wallet/agreements.ts'
import { allOpenDebts } from '../recovery/recoveries.ts'
import { waiveRecovery } from '../recovery/settling.ts'
import { Refusal } from '../refusal.ts'
import { signFor } from './agreement-signing.ts'
import { bodyBytes, readBody, readParams } from './bodies.ts'

/** The operator's calls about payments that wait, and about what shoppers hold. */
export function moneyAdministration(
  app: FastifyInstance,
  context: HubContext,
  payments: PaymentService,
): void {
  const { database, nowMs } = context
  app.get(moneyRoutes.gauges, () => readGauges(database, nowMs()))
  caseRoutes(app, context, payments)
  app.get(moneyRoutes.recoveries, async () => ({ recoveries: await allOpenDebts(database) }))
  app.post(`${moneyRoutes.recoveries}/:recoveryKey/waive`, async (request) => {
    const { recoveryKey } = readParams(z.object({ recoveryKey: keySchema }), request)
    const waived = await database.transaction((tx) => waiveRecovery(tx, recoveryKey, nowMs()))
    if (waived === null) throw new Refusal(404, 'recovery.unknown', 'There is no such open debt.')
    return { waived: true }
  })
  app.post(moneyRoutes.coupons, async (request) => {
    const coupon = readBody(issueCouponSchema, bodyBytes(request))
    return { code: await database.transaction((tx) => issueCoupon(tx, context.secrets, coupon, nowMs())) }
  })
  holdings(app, context, payments)
}

function caseRoutes(app: FastifyInstance, { database }: HubContext, { scope, wake }: PaymentService): void {
  const caseIdOf = (request: FastifyRequest) =>
    Number(readParams(z.object({ caseId: z.string().regex(/^\d{1,15}$/) }), request).caseId)
  app.get(moneyRoutes.cases, async () => ({ cases: await openCases(database) }))
  app.post(`${moneyRoutes.cases}/:caseId/close`, async (request) =>
    closeByPerson(scope, caseIdOf(request), readBody(closeCaseSchema, bodyBytes(request))),
  )
  app.post(`${moneyRoutes.cases}/:caseId/retry`, async (request) => {
    await retryCase(scope, caseIdOf(request))
    wake()
    return { retried: true }
  })
}

/** What a shopper holds beside the balance: an agreement, points, a top-up. */
function holdings(app: FastifyInstance, { database, nowMs }: HubContext, payments: PaymentService): void {
  const accountOf = async (request: FastifyRequest): Promise<WalletAccount> => {
    const { accountId } = readParams(z.object({ accountId: keySchema }), request)
    const account = await findAccount(database, accountId)
    if (account === null) throw new Refusal(404, 'wallet.accountUnknown', 'There is no such account.')
    return account
  }
  const path = `${operatorRoutes.accounts}/:accountId`
  app.get(`${path}/agreement`, async (request) => ({
    agreement: await liveAgreement(database, (await accountOf(request)).accountId),
  }))
  app.post(`${path}/agreement`, async (request) => {
    const body = readBody(signAgreementSchema, bodyBytes(request))
    return signFor(payments.scope, await accountOf(request), body)
  })
  app.post(`${path}/agreement/end`, async (request) => ({
    ended: await endAgreement(database, (await accountOf(request)).accountId, nowMs()),
  }))
  app.post(`${path}/points`, async (request) => {
    const grant = readBody(grantSchema, bodyBytes(request))
    const { accountId } = await accountOf(request)
    await database.transaction((tx) => grantPoints(tx, { ...grant, accountId }, nowMs()))
    return { balanceMinor: await pointsBalance(database, accountId, grant.currency) }
  })
  app.post(`${path}/fund`, async (request) => {
    const grant = readBody(grantSchema, bodyBytes(request))
    const account = await accountOf(request)
    if (account.currency !== grant.currency)
      throw new Refusal(409, 'wallet.currency', `This account holds ${account.currency}.`)
    await database.transaction((tx) => fundAccount(tx, { ...grant, accountId: account.accountId }, nowMs()))
    return { balanceMinor: (await accountOf(request)).balanceMinor }
  })
}
