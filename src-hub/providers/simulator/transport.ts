import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { HttpCall, HttpReply } from './wallet-wire.ts'

const bodyLimit = 64 * 1024

/** The whole request; null when it ends early or is larger than any wallet takes. */
export async function readCall(request: IncomingMessage): Promise<HttpCall | null> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request) {
      size += (chunk as Buffer).length
      if (size > bodyLimit) return null
      chunks.push(chunk as Buffer)
    }
  } catch {
    return null
  }
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

/** The answer's bytes go to the socket as they are, so that it can be sent twice, cut in the middle, or not at all. */
export function sendRaw(request: IncomingMessage, reply: HttpReply, times = 1, cutAfter?: number): void {
  const bytes = bytesOf(reply)
  const sent = cutAfter === undefined ? Buffer.concat(Array.from({ length: times }, () => bytes)) : bytes
  request.socket.end(cutAfter === undefined ? sent : sent.subarray(0, cutAfter))
}

export function hangUp(request: IncomingMessage): void {
  request.socket.destroy()
}

function bytesOf({ status, headers, body }: HttpReply): Buffer {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

export function json(status: number, value: unknown): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  }
}
