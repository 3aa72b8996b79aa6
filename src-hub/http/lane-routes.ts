import type { FastifyInstance, FastifyRequest } from 'fastify'
import { helloPath, hubRoutes } from '../../src-main/contract/hubApi.ts'
import type { PaymentOutcome } from '../../src-main/contract/payment.ts'
import type { DecodedEntry } from '../../src-main/domain/journal/batch.ts'
import type { HubContext } from '../context.ts'
import { ingest, readBatch } from '../journal/ingest.ts'
import { createTurns } from '../journal/turns.ts'
import { joinLane } from '../lanes/lanes.ts'
import { type AdmittedCall, openSession, readHubEpoch } from '../lanes/sessions.ts'
import type { PaymentService } from '../payments/service.ts'
import { pointsBalance } from '../providers/points/accounts.ts'
import { resolveCode } from '../providers/wallet/resolve-code.ts'
import { findDebt } from '../recovery/recoveries.ts'
import { bodyBytes, readBody } from './bodies.ts'
import { feedRoute } from './feed-route.ts'
import { decodedBody } from './compressed.ts'
import { createGate } from './gate.ts'
import { createRateLimit } from './rate-limit.ts'
import { signedRoute } from './signed-route.ts'

/** A batch with large payloads; the lane sends far smaller ones. Holds for the unpacked body too. */
const appendBodyLimit = 32 * 1024 * 1024

/**
 * Three are what a lane has on its way: with six, sixteen lanes drained no sooner and a payment waited twice as long.
 * Of what waits, which holds its packed body in memory, the last still has its turn well before its lane gives it up.
 */
const appendLimits = { running: 3, waiting: 60, retryAfterS: 2 }

/** Everything a lane calls: two doors anyone may knock at, and the signed calls behind them. */
export function laneRoutes(app: FastifyInstance, context: HubContext, payments: PaymentService): void {
  openRoutes(app, context)
  const turns = createTurns()
  const gate = createGate(appendLimits)
  const append = (
    call: AdmittedCall,
    read: () => Promise<readonly DecodedEntry<Buffer>[]>,
    gone: AbortSignal,
  ) => gate.pass(() => ingest(context, payments, turns, call, read), gone)
  signedRoute(app, context, 'append', append, {
    bodyLimit: appendBodyLimit,
    // Unpacked when there is room for it.
    read: async (request: FastifyRequest) => async () =>
      readBatch(await decodedBody(request, appendBodyLimit)),
    admits: gate.check,
  })
  feedRoute(app, context)
  signedRoute(app, context, 'authorise', async ({ laneId }, body) =>
    outcome(body.attemptKey, await payments.authorise(laneId, body)),
  )
  signedRoute(app, context, 'query', async ({ laneId }, { attemptKey }) =>
    outcome(attemptKey, await payments.query(laneId, attemptKey)),
  )
  signedRoute(app, context, 'cancel', async ({ laneId }, { attemptKey }) =>
    outcome(attemptKey, await payments.cancel(laneId, attemptKey)),
  )
  signedRoute(app, context, 'refund', async ({ laneId }, body) =>
    outcome(body.attemptKey, await payments.refund(laneId, body)),
  )
  signedRoute(app, context, 'recovery', async (_call, { recoveryKey }) => {
    const debt = await findDebt(context.database, recoveryKey)
    if (debt === null) return { kind: 'notFound' as const }
    const { saleId, amountMinor, currency, openedAtMs, state } = debt
    return { kind: 'recovery' as const, recoveryKey, saleId, amountMinor, currency, openedAtMs, state }
  })
  signedRoute(app, context, 'points', async (_call, { accountId, currency }) => ({
    balanceMinor: await pointsBalance(context.database, accountId, currency),
  }))
  signedRoute(app, context, 'resolveCode', (call, { code }) =>
    resolveCode(context, code, call.requestSha256.toString('hex')),
  )
}

function outcome(attemptKey: string, paymentOutcome: PaymentOutcome) {
  return { attemptKey, outcome: paymentOutcome }
}

function openRoutes(app: FastifyInstance, context: HubContext): void {
  const limitJoin = createRateLimit(60, context.nowMs)
  const limitSession = createRateLimit(600, context.nowMs)
  app.get(helloPath, async () => ({ hubEpoch: await readHubEpoch(context) }))
  app.post(hubRoutes.join.path, async (request) => {
    limitJoin(request.ip)
    await joinLane(context, readBody(hubRoutes.join.request, bodyBytes(request)))
    return { joined: true }
  })
  app.post(hubRoutes.session.path, async (request) => {
    limitSession(request.ip)
    return openSession(context, readBody(hubRoutes.session.request, bodyBytes(request)))
  })
}
