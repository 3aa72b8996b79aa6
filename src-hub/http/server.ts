import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import { batchContentType } from '../../src-main/contract/hubApi.ts'
import type { HubContext } from '../context.ts'
import type { PaymentService } from '../payments/service.ts'
import type { InitialiseFace } from '../providers/config.ts'
import { Refusal } from '../refusal.ts'
import { TooBusy } from './gate.ts'
import type { ReturnService } from '../returns/service.ts'
import { laneRoutes } from './lane-routes.ts'
import { memberRoutes } from './member-routes.ts'
import { memberLookUpRoute } from './membership-routes.ts'
import { operatorApi } from './operator-routes.ts'
import { pageRoutes } from './page-routes.ts'
import { returnRoutes } from './return-routes.ts'
import { walletFaceRoute } from './wallet-face-route.ts'

/** Large enough for anything but a batch of journal entries. */
const bodyLimit = 64 * 1024

/** The hub's HTTP server, not yet listening. Request URLs are never logged: some carry a receipt's or wallet's token. */
export function createServer(
  context: HubContext,
  payments: PaymentService,
  returns: ReturnService,
  initialiseFace: InitialiseFace | null,
  earnPermille: number,
): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit,
    forceCloseConnections: true,
    requestTimeout: 30_000,
    return503OnClosing: true,
    // What the router refuses before any route: a part of the address that is too long, or no UTF-8.
    frameworkErrors: (error, _request, reply) => answerFramework(error, reply),
  })
  app.removeAllContentTypeParsers()
  // Kept as bytes: a lane's signature covers them, not what a parser makes of them.
  for (const type of ['application/json', 'application/x-www-form-urlencoded', batchContentType]) {
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  }
  app.addHook('onSend', async (_request, reply) => {
    void reply.headers(commonHeaders)
  })
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    answerError(context, error, request.routeOptions.url, reply),
  )
  app.setNotFoundHandler((_request, reply) =>
    sendError(reply, 404, 'http.notFound', 'There is nothing here.'),
  )
  laneRoutes(app, context, payments)
  memberLookUpRoute(app, context, earnPermille)
  walletFaceRoute(app, context, initialiseFace)
  returnRoutes(app, context, returns)
  operatorApi(app, context, payments)
  pageRoutes(app, context, payments)
  memberRoutes(app, context)
  return app
}

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

function answerFramework(error: FastifyError, reply: FastifyReply): void {
  void sendError(reply, error.statusCode ?? 400, 'http.badPath', 'The address is not valid.')
}

function answerError(
  context: HubContext,
  error: FastifyError,
  route: string | undefined,
  reply: FastifyReply,
) {
  if (error instanceof TooBusy) void reply.header('retry-after', String(error.retryAfterS))
  if (error instanceof Refusal) return sendError(reply, error.status, error.code, error.message)
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500)
    return sendError(reply, status, 'http.badRequest', 'The request could not be read.')
  context.log.error({ err: error, route }, 'A request failed')
  return sendError(reply, 500, 'hub.failed', 'The hub could not do this. Nothing was half done; ask again.')
}

export function sendError(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply
    .status(status)
    .type('application/json')
    .send(JSON.stringify({ error: { code, message } }))
}
