import type { FastifyInstance } from 'fastify'
import type { HubContext } from '../context.ts'
import type { ReturnService } from '../returns/service.ts'
import { signedRoute } from './signed-route.ts'

/** What a lane asks about goods that come back. */
export function returnRoutes(app: FastifyInstance, context: HubContext, returns: ReturnService): void {
  signedRoute(app, context, 'findSale', (_call, body) => returns.find(body), { kept: false })
  signedRoute(app, context, 'orderReturn', ({ laneId }, body) => returns.order(laneId, body), { kept: false })
}
