import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { err, ok, type Result } from '../../../src-main/contract/result.ts'

export interface WireRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** For the whole exchange, the last byte included. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/**
 * Why there is no answer. Never the address or the body: both may carry a code or a token. Whatever the reason, the
 * request may have arrived: an earlier one under the same key may, so nobody may take silence for a refusal.
 */
export interface Silence {
  /** `timeout`, `aborted`, `tooLarge` or the operating system's code (`ECONNREFUSED`, `ECONNRESET`…). */
  readonly reason: string
}

/** A provider's answer is a few kilobytes; more is no answer. */
const replyLimitBytes = 256 * 1024

/**
 * One request on a connection of its own. A kept-alive connection that the other side has just closed loses a request
 * or makes a client send it again by itself; here a request is sent once, and silence is told as silence.
 */
export async function callOnce(request: WireRequest): Promise<Result<WireReply, Silence>> {
  const limit = AbortSignal.timeout(request.timeoutMs)
  const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal])
  try {
    return ok(await exchange(request, signal))
  } catch (thrown) {
    if (request.signal?.aborted === true) return err({ reason: 'aborted' })
    if (limit.aborted) return err({ reason: 'timeout' })
    return err({ reason: reasonOf(thrown) })
  }
}

function exchange(request: WireRequest, signal: AbortSignal): Promise<WireReply> {
  const { method, url, headers = {}, body } = request
  const open = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const sent = open(url, { method, headers: { connection: 'close', ...headers }, agent: false, signal })
    sent.once('error', reject)
    sent.once('response', (reply) => {
      // From here on the answer itself tells whether it is whole; what comes after it, a second one say, is nobody's.
      sent.off('error', reject).on('error', () => {})
      readText(reply).then(
        (text) => resolve({ status: reply.statusCode ?? 0, headers: flat(reply), text }),
        reject,
      )
    })
    sent.end(body)
  })
}

async function readText(reply: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of reply) {
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > replyLimitBytes) {
      reply.destroy()
      throw Object.assign(new Error('The answer is too large'), { code: 'tooLarge' })
    }
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function flat(reply: IncomingMessage): Record<string, string> {
  const entries = Object.entries(reply.headers)
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : 'connectionFailed'
}
