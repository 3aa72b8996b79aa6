import { createHash } from 'node:crypto'
import type { FailureData } from '../contract/failure.ts'
import { authHeaders, hubRoutes, type HubRoute, type SessionResponse } from '../contract/hubApi.ts'
import { err, ok, type Result } from '../contract/result.ts'
import { encodeRequest } from '../domain/journal/format.ts'
import { hubFailure } from './failures.ts'

/** Who the lane is; `sign` is Ed25519 with the key whose raw public half is `publicKey`, base64. */
export interface LaneIdentity {
  readonly laneId: string
  readonly publicKey: string
  sign(bytes: Uint8Array): Uint8Array
}

export interface Session extends SessionResponse {
  /** The next one nobody has used. */
  nextCounter(): number
}

/** An unsigned call to `join` or `session`, as the client makes it. */
export type OpenCall = (route: 'join' | 'session', body: unknown) => Promise<Result<unknown, FailureData>>

/** The headers that prove a call is this lane's. The same counter with the same body is the same call. */
export function signedHeaders(
  identity: LaneIdentity,
  session: Session,
  call: { route: HubRoute; counter: number; body: Uint8Array },
): Record<string, string> {
  const signature = identity.sign(
    encodeRequest({
      laneId: identity.laneId,
      sessionNonce: session.nonce,
      counter: call.counter,
      method: 'POST',
      path: hubRoutes[call.route].path,
      bodySha256: createHash('sha256').update(call.body).digest('hex'),
    }),
  )
  return {
    [authHeaders.lane]: identity.laneId,
    [authHeaders.session]: session.sessionId,
    [authHeaders.counter]: String(call.counter),
    [authHeaders.signature]: Buffer.from(signature).toString('base64'),
  }
}

/** Opens a session, after joining when the hub does not know the lane and a token is at hand. */
export async function openSession(
  identity: LaneIdentity,
  joinToken: string | null,
  call: OpenCall,
): Promise<Result<Session, FailureData>> {
  const { laneId, publicKey } = identity
  let answer = await call('session', { laneId, publicKey })
  if (!answer.ok && answer.error.code === 'hub.refused' && joinToken !== null) {
    const joined = await call('join', { laneId, publicKey, joinToken })
    if (!joined.ok) return joined
    answer = await call('session', { laneId, publicKey })
  }
  if (!answer.ok) return answer
  const parsed = hubRoutes.session.response.safeParse(answer.value)
  if (!parsed.success) return err(hubFailure('hub.nonsense', 'open a session with the hub'))
  let counter = 0
  return ok({ ...parsed.data, nextCounter: () => counter++ })
}
