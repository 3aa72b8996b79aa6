import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { authHeaders, helloPath, hubRoutes } from '../../src-main/contract/hubApi.ts'
import type { PaymentOutcome } from '../../src-main/contract/payment.ts'
import type { HubContext } from '../context.ts'
import { ingest } from '../journal/ingest.ts'
import { joinLane } from '../lanes/lanes.ts'
import {
  type AdmittedCall,
  admit,
  type Answer,
  openSession,
  readHubEpoch,
  recordAnswer,
} from '../lanes/sessions.ts'
import { openRequests } from '../members/requests.ts'
import type { PaymentService } from '../payments/service.ts'
import { resolveCode } from '../providers/wallet/resolve-code.ts'
import { Refusal } from '../refusal.ts'
import { bodyBytes, readBody } from './bodies.ts'
import { createRateLimit } from './rate-limit.ts'

/** 500 entries with large payloads; the lane sends far smaller batches. */
const appendBodyLimit = 32 * 1024 * 1024

/** Everything a lane calls: two doors anyone may knock at, and the signed calls behind them. */
export function laneRoutes(app: FastifyInstance, context: HubContext, payments: PaymentService): void {
  openRoutes(app, context)
  signedRoute(app, context, 'append', (call, body) => ingest(context, payments, call.laneId, body.entries))
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
  signedRoute(app, context, 'deletionRequests', async ({ laneId }) => ({
    requests: await openRequests(context.database, laneId),
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

type SignedRoute = Exclude<keyof typeof hubRoutes, 'join' | 'session'>
type RequestOf<R extends SignedRoute> = z.output<(typeof hubRoutes)[R]['request']>
type ResponseOf<R extends SignedRoute> = z.input<(typeof hubRoutes)[R]['response']>

/** A call proven to be its lane's; an identical repetition gets the recorded answer and runs nothing. */
function signedRoute<R extends SignedRoute>(
  app: FastifyInstance,
  context: HubContext,
  route: R,
  handle: (call: AdmittedCall, body: RequestOf<R>) => Promise<ResponseOf<R>>,
): void {
  const { path } = hubRoutes[route]
  const schema = hubRoutes[route].request as unknown as z.ZodType<RequestOf<R>>
  const options = route === 'append' ? { bodyLimit: appendBodyLimit } : {}
  app.post(path, options, async (request, reply) => {
    const call = await admit(context, signedCall(request, path))
    if (call.recorded !== null) return send(reply, call.recorded)
    const bytes = bodyBytes(request)
    const answer = await answerOf(async () => handle(call, readBody(schema, bytes)))
    await recordAnswer(context, call, answer)
    return send(reply, answer)
  })
}

function signedCall(request: FastifyRequest, path: string) {
  const header = (name: string) => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    laneId: header(authHeaders.lane),
    sessionId: header(authHeaders.session),
    counter: header(authHeaders.counter),
    signature: header(authHeaders.signature),
    method: request.method,
    path,
    body: bodyBytes(request),
  }
}

/** A refusal on purpose is an answer too; a failure of the hub is not, and the same call may be tried again. */
async function answerOf(handle: () => Promise<unknown>): Promise<Answer> {
  try {
    return { status: 200, body: JSON.stringify(await handle()) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, message } = error
    return { status: error.status, body: JSON.stringify({ error: { code, message } }) }
  }
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.status(answer.status).type('application/json').send(answer.body)
}
