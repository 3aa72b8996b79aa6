import http from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { CleanUps } from './folders.ts'

/**
 * What stands between lane and hub. `pass` forwards; `swallow` forwards and hangs up instead of answering; the others
 * never reach the hub.
 */
export type LineState =
  | 'pass'
  | 'swallow'
  | 'hangUp'
  | 'mute'
  | 'nonsense'
  | 'garbage'
  | 'html'
  | 'endless'
  | 'unauthorised'
  | 'broken'
  /** A good answer, to another lane's question. */
  | 'mixedUp'

export interface Line {
  readonly url: string
  /** For every path, or only for those that contain `path`; `hangUp` cuts what waits for its answer too. */
  set(state: LineState, path?: string): void
  /** Paths asked for, oldest first. */
  asked(): readonly string[]
  /** Holds the next answer to a path that contains `path` until the returned function is called. */
  hold(path: string): { readonly arrived: Promise<null>; release(): void }
}

const words = [
  'null',
  '[]',
  '{"outcome":{"kind":"approved"}}',
  '{"attemptKey":"x","outcome":{"kind":"approved","approvalCode":1}}',
  '{"acked":{"epoch":"nonsense","seq":-1},"quarantined":0,"parked":0,"forked":false}',
  '{"sessionId":5}',
]

const someoneElses = {
  attemptKey: '0123456789abcdef0123456789abcdef',
  outcome: { kind: 'approved', approvalCode: '123456', providerReference: 'x', maskedAccount: '138****0000' },
}

/** A real server in the hub's place; `onBody` gets everything the lane says. */
export async function openLine(
  target: () => string,
  after: CleanUps,
  onBody: (body: Buffer) => void = () => undefined,
): Promise<Line> {
  let rules: { readonly path: string; readonly state: LineState }[] = []
  const asked: string[] = []
  const holds: { path: string; arrived: () => void; released: Promise<null> }[] = []
  const waiting = new Map<http.ServerResponse, string>()
  let turn = 0

  const server = http.createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const state = rules.find((rule) => path.includes(rule.path))?.state ?? 'pass'
    void answer(state, path, request, response).catch(() => response.destroy())
  })

  async function answer(
    state: LineState,
    path: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const body = await bodyOf(request)
    onBody(unpacked(body, request.headers['content-encoding']))
    switch (state) {
      case 'pass':
      case 'swallow': {
        waiting.set(response, path)
        const got = await forward(target(), request, path, body).finally(() => waiting.delete(response))
        const at = holds.findIndex((hold) => path.includes(hold.path))
        const [hold] = at === -1 ? [] : holds.splice(at, 1)
        hold?.arrived()
        await hold?.released
        if (state === 'swallow') return void response.destroy()
        response.writeHead(got.status, { 'content-type': 'application/json' }).end(got.body)
        return
      }
      case 'hangUp':
        return void response.destroy()
      case 'mute':
        return
      case 'nonsense':
        response.writeHead(200, { 'content-type': 'application/json' }).end(words[turn++ % words.length])
        return
      case 'garbage':
        response.socket?.end(Buffer.from([0x00, 0xff, 0x13, 0x37, 0x0a, 0x9c, 0x80]))
        return
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome to the hotel network</h1>')
        return
      case 'endless':
        response.writeHead(200, { 'content-type': 'application/json' })
        pour(response)
        return
      case 'unauthorised':
        response
          .writeHead(401, { 'content-type': 'application/json' })
          .end('{"error":{"code":"auth.badSignature","message":"The signature is not this lane\'s."}}')
        return
      case 'mixedUp':
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(someoneElses))
        return
      case 'broken':
        response.writeHead(500).end('Internal Server Error')
        return
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after.add(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    set(state, path = '') {
      rules =
        path === '' ? [{ path, state }] : [{ path, state }, ...rules.filter((rule) => rule.path !== path)]
      if (state !== 'hangUp') return
      for (const [response, asking] of waiting) if (asking.includes(path)) response.destroy()
    },
    asked: () => asked,
    hold(path) {
      const arrived = Promise.withResolvers<null>()
      const released = Promise.withResolvers<null>()
      holds.push({ path, arrived: () => arrived.resolve(null), released: released.promise })
      return { arrived: arrived.promise, release: () => released.resolve(null) }
    },
  }
}

function pour(response: http.ServerResponse): void {
  const chunk = '[' + '"more",'.repeat(2_000)
  const timer = setInterval(() => response.write(chunk), 1)
  response.once('close', () => clearInterval(timer))
}

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}

async function forward(target: string, request: http.IncomingMessage, path: string, body: Buffer) {
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' && /^(?:x-|content-(?:type|encoding)$)/.test(name) ? [[name, value]] : [],
    ),
  )
  const answer = await fetch(target + path, {
    method: request.method ?? 'POST',
    headers,
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  })
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) }
}

function unpacked(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'zstd') return zstdDecompressSync(body)
  return encoding === 'gzip' ? gunzipSync(body) : body
}
