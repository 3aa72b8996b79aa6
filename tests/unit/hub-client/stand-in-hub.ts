import { createHash } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { authHeaders, hubRoutes } from '../../../src-main/contract/hubApi.ts'
import { encodeRequest } from '../../../src-main/domain/journal/format.ts'
import { signatureCheck } from '../../../src-main/store/keys/lane-key.ts'

export interface Received {
  readonly path: string
  readonly counter: string | undefined
  readonly session: string | undefined
  readonly body: string
  readonly signed: boolean
}

export type Reply = (response: http.ServerResponse, received: Received) => void

export interface StandInHub {
  readonly url: string
  readonly received: Received[]
  /** Replies used once each for signed calls, in order; after them every call gets `ordinary`. */
  readonly script: Reply[]
  ordinary: Reply
  /** Answers of the two unsigned calls. */
  knowsLane: boolean
  readonly joinToken: string
  forgetSessions(): void
  signedCalls(): Received[]
  close(): Promise<void>
}

export const json =
  (value: unknown, status = 200): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  }

export const refusal = (status: number, code: string): Reply =>
  json({ error: { code, message: code } }, status)

/** A server that knows just enough of the hub to be joined, to open sessions and to check signatures. */
export async function startStandInHub(publicKey: string): Promise<StandInHub> {
  const sessions = new Map<string, string>()
  let opened = 0
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => answer(request, response, Buffer.concat(parts)))
  })
  const hub: StandInHub = {
    url: '',
    received: [],
    script: [],
    ordinary: json({ acked: null, quarantined: 0, parked: 0, forked: false }),
    knowsLane: true,
    joinToken: 'join-token-of-16-letters',
    forgetSessions: () => sessions.clear(),
    signedCalls: () => hub.received.filter(({ session }) => session !== undefined),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  function answer(request: http.IncomingMessage, response: http.ServerResponse, body: Buffer): void {
    const received = receive(request, body)
    hub.received.push(received)
    if (received.path === hubRoutes.join.path) return join(response, body)
    if (received.path === hubRoutes.session.path) return session(response)
    if (!sessions.has(received.session ?? '')) return refusal(401, 'auth.unknownSession')(response, received)
    if (!received.signed) return refusal(401, 'auth.badSignature')(response, received)
    const reply = hub.script.shift() ?? hub.ordinary
    reply(response, received)
  }

  function join(response: http.ServerResponse, body: Buffer): void {
    const { joinToken } = JSON.parse(body.toString()) as { joinToken: string }
    hub.knowsLane = joinToken === hub.joinToken
    const reply = hub.knowsLane ? json({ joined: true }) : refusal(401, 'auth.joinToken')
    reply(response, hub.received.at(-1) as Received)
  }

  function session(response: http.ServerResponse): void {
    const key = (letter: string) => `${letter.repeat(31)}${opened % 10}`
    opened += 1
    const opening = {
      sessionId: key('a'),
      nonce: key('b'),
      hubEpoch: key('c'),
      publicUrl: 'http://hub.example',
    }
    if (hub.knowsLane) sessions.set(opening.sessionId, opening.nonce)
    const reply = hub.knowsLane ? json(opening) : refusal(401, 'auth.unknownLane')
    reply(response, hub.received.at(-1) as Received)
  }

  function receive(request: http.IncomingMessage, body: Buffer): Received {
    const header = (name: string) => {
      const value = request.headers[name]
      return typeof value === 'string' ? value : undefined
    }
    const bytes = encodeRequest({
      laneId: header(authHeaders.lane) ?? '',
      sessionNonce: sessions.get(header(authHeaders.session) ?? '') ?? '',
      counter: Number(header(authHeaders.counter) ?? 0),
      method: request.method ?? '',
      path: request.url ?? '',
      bodySha256: createHash('sha256').update(body).digest('hex'),
    })
    const signature = Buffer.from(header(authHeaders.signature) ?? '', 'base64')
    return {
      path: request.url ?? '',
      counter: header(authHeaders.counter),
      session: header(authHeaders.session),
      body: body.toString(),
      signed: signatureCheck(publicKey)?.(bytes, signature) === true,
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(hub, { url: `http://127.0.0.1:${port}` })
}
