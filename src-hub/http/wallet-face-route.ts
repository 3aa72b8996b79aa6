import type { FastifyInstance } from 'fastify'
import type { HubContext } from '../context.ts'
import type { InitialiseFace } from '../providers/config.ts'
import { signedRoute } from './signed-route.ts'

/** A look that is not begun in this time: the shopper is shown the other tenders. ms. */
const limitMs = 8000

/** The merchant's part of a look by a wallet's own face device: only the hub has the keys to ask for it. */
export function walletFaceRoute(
  app: FastifyInstance,
  context: HubContext,
  initialiseFace: InitialiseFace | null,
): void {
  signedRoute(app, context, 'walletFaceSession', async (_call, { deviceInfo }) => {
    if (initialiseFace === null) return { kind: 'refused' as const, nativeCode: 'notConfigured' }
    const session = await initialiseFace(deviceInfo, AbortSignal.timeout(limitMs))
    return session.ok
      ? { kind: 'begun' as const, ...session.value }
      : { kind: 'refused' as const, nativeCode: session.error.nativeCode }
  })
}
