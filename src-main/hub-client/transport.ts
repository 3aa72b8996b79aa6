import http from 'node:http'
import https from 'node:https'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { err, ok, type Result } from '../contract/result.ts'

export interface Answer {
  readonly status: number
  readonly body: Buffer
  /** From `retry-after`, when the answer carries one in seconds. */
  readonly retryAfterMs?: number
}

/**
 * Why there is no usable answer. `notSent`: no connection came about, so nothing can have arrived. `lost`: bytes may
 * have arrived. `tooLarge`: it answered, with more than it may.
 */
export interface TransportError {
  readonly kind: 'notSent' | 'lost' | 'tooLarge'
  /** The operating system's or Node's code, such as ECONNREFUSED. */
  readonly nativeCode: string
}

export interface RequestOptions {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Null for a GET; JSON unless the headers name another content type. */
  readonly body: Uint8Array | null
  /** Ends the call; its reason becomes the native code. */
  readonly signal: AbortSignal
  readonly maxAnswerBytes: number
}

export interface Transport {
  send(options: RequestOptions): Promise<Result<Answer, TransportError>>
  close(): void
}

/**
 * GET and POST over HTTP/1.1 with kept connections. Not `fetch`: that does not tell whether a connection was made before it
 * failed, and for money this is the difference between "not sent" and "unknown".
 */
export function createTransport(baseUrl: string): Transport {
  const base = new URL(baseUrl)
  const secure = base.protocol === 'https:'
  const library = secure ? https : http
  const agent = new library.Agent({ keepAlive: true, maxSockets: 8 })
  const prefix = base.pathname.replace(/\/+$/, '')
  return {
    async send({ path, headers, body, signal, maxAnswerBytes }) {
      let sent = false
      const failed = (kind: TransportError['kind'] | null, thrown: unknown) =>
        err({ kind: kind ?? (sent ? 'lost' : 'notSent'), nativeCode: nativeCodeOf(thrown, signal) })
      if (signal.aborted) return failed('notSent', signal.reason)
      const request = library.request(new URL(prefix + path, base), {
        method: body === null ? 'GET' : 'POST',
        agent,
        signal,
        headers: body === null ? headers : { ...jsonHeaders(body), ...headers },
      })
      request.on('socket', (socket) => whenConnected(socket, () => (sent = true)))
      // Node reports once more when a call ends twice, such as aborted and reset.
      request.on('error', () => undefined)
      try {
        request.end(body ?? undefined)
        const [response] = (await once(request, 'response', { signal })) as [http.IncomingMessage]
        const answer = await readAnswer(response, maxAnswerBytes)
        if (answer !== null)
          return ok({ status: response.statusCode ?? 0, body: answer, ...retryAfter(response) })
        request.destroy()
        return failed('tooLarge', null)
      } catch (thrown) {
        request.destroy()
        return failed(null, thrown)
      }
    },
    close: () => agent.destroy(),
  }
}

/** Longest wait a hub may ask for: beyond, it is not busy but wrong. */
const MAX_RETRY_AFTER_S = 300

function retryAfter({ headers }: http.IncomingMessage): Pick<Answer, 'retryAfterMs'> {
  const text = headers['retry-after'] ?? ''
  return /^\d{1,9}$/.test(text) ? { retryAfterMs: 1000 * Math.min(Number(text), MAX_RETRY_AFTER_S) } : {}
}

function jsonHeaders(body: Uint8Array) {
  return { 'content-type': 'application/json', 'content-length': body.length }
}

/** Bytes leave once the connection stands, with TLS once both sides have agreed. */
function whenConnected(socket: Socket, run: () => void): void {
  if (socket instanceof TLSSocket) {
    if (socket.getProtocol() !== null && socket.authorized) run()
    else socket.once('secureConnect', run)
  } else if (socket.connecting) {
    socket.once('connect', run)
  } else {
    run()
  }
}

async function readAnswer(response: http.IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    if (length > maxBytes) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function nativeCodeOf(thrown: unknown, signal: AbortSignal): string {
  if (signal.aborted) return signal.reason instanceof Error ? signal.reason.name : 'aborted'
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code
  return thrown instanceof Error ? thrown.name : 'answerTooLarge'
}
