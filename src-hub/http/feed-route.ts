import type { FastifyInstance } from 'fastify'
import type { HubContext } from '../context.ts'
import { createFeed } from '../feed/feed.ts'
import { signedRoute } from './signed-route.ts'

/** Where a lane hears from the hub; a waiting call ends with an empty page when the hub closes. */
export function feedRoute(app: FastifyInstance, context: HubContext): void {
  const feed = createFeed(context)
  app.addHook('preClose', async () => feed.close())
  const handle = feed.poll
  signedRoute(app, context, 'feed', ({ laneId }, body, gone) => handle(laneId, body, gone), { kept: false })
}
