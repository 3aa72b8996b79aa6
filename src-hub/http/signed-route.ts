import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { authHeaders, hubRoutes } from '../../src-main/contract/hubApi.ts'
import type { HubContext } from '../context.ts'
import { type AdmittedCall, admit, type Answer, recordAnswer } from '../lanes/sessions.ts'
import { Refusal } from '../refusal.ts'
import { bodyBytes, readBody } from './bodies.ts'
import { TooBusy } from './gate.ts'

export type SignedRoute = Exclude<keyof typeof hubRoutes, 'join' | 'session'>
export type RequestOf<R extends SignedRoute> = z.output<(typeof hubRoutes)[R]['request']>
export type ResponseOf<R extends SignedRoute> = z.input<(typeof hubRoutes)[R]['response']>

export interface SignedRouteOptions<Body> {
  /** Largest body as it came over the wire. */
  readonly bodyLimit?: number
  /** Reads what the lane signed, or throws `Refusal`; JSON by the route's schema unless given. */
  readonly read?: (request: FastifyRequest) => Promise<Body>
  /** Asked before the call is read; throws to turn it away. */
  readonly admits?: () => void
  /** False for a call that only reads and may be answered anew: its answers are not kept. */
  readonly kept?: boolean
}

/** `gone` ends when the lane hangs up. */
export type Handler<R extends SignedRoute, Body = RequestOf<R>> = (
  call: AdmittedCall,
  body: Body,
  gone: AbortSignal,
) => Promise<ResponseOf<R>>

/** A call proven to be its lane's; an identical repetition gets the recorded answer and runs nothing. */
export function signedRoute<R extends SignedRoute, Body = RequestOf<R>>(
  app: FastifyInstance,
  context: HubContext,
  route: R,
  handle: Handler<R, Body>,
  options: SignedRouteOptions<Body> = {},
): void {
  const { bodyLimit, admits, kept = true } = options
  const { path } = hubRoutes[route]
  const schema = hubRoutes[route].request as unknown as z.ZodType<Body>
  const read = options.read ?? (async (request: FastifyRequest) => readBody(schema, bodyBytes(request)))
  const routeOptions = {
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    ...(admits === undefined ? {} : { onRequest: async () => admits() }),
  }
  app.post(path, routeOptions, async (request, reply) => {
    const call = await admit(context, signedCall(request, path))
    if (call.recorded !== null) return send(reply, call.recorded)
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const answer = await answerOf(async () => handle(call, await read(request), gone.signal))
    if (kept) await recordAnswer(context, call, answer)
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
    // Not an answer to keep: the same call may find room in a moment.
    if (!(error instanceof Refusal) || error instanceof TooBusy) throw error
    const { code, message } = error
    return { status: error.status, body: JSON.stringify({ error: { code, message } }) }
  }
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.status(answer.status).type('application/json').send(answer.body)
}
