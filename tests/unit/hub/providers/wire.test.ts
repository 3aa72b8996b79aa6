import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { callOnce } from '../../../../src-hub/providers/kit/wire.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serving(serve: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(serve)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const call = (url: string, more: Partial<Parameters<typeof callOnce>[0]> = {}) =>
  callOnce({ method: 'POST', url, body: 'x', timeoutMs: 5000, ...more })

describe('one call to a provider', () => {
  it('brings status, headers and text', async () => {
    const url = await serving((request, reply) => {
      reply.writeHead(201, { 'x-connection': request.headers.connection ?? '' }).end('余额')
    })
    const answer = await call(url)
    expect(answer).toMatchObject({ ok: true, value: { status: 201, text: '余额' } })
    expect(answer.ok && answer.value.headers['x-connection']).toBe('close')
  })

  it('is sent once when the connection breaks without an answer', async () => {
    let requests = 0
    const url = await serving((request) => {
      requests += 1
      request.socket.destroy()
    })
    expect(await call(url)).toEqual({ ok: false, error: { reason: 'ECONNRESET' } })
    expect(requests).toBe(1)
  })

  it('tells a break in the middle of the answer as no answer', async () => {
    const url = await serving((request, reply) => {
      reply.writeHead(200, { 'content-length': '100' }).write('half')
      setImmediate(() => request.socket.destroy())
    })
    expect(await call(url)).toMatchObject({ ok: false })
  })

  it('takes the first of two answers', async () => {
    const url = await serving((request) => {
      const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\none'
      request.socket.end(answer + answer.replace('one', 'two'))
    })
    expect(await call(url)).toMatchObject({ ok: true, value: { text: 'one' } })
  })

  it('ends at its limit', async () => {
    const url = await serving(() => {})
    expect(await call(url, { timeoutMs: 50 })).toEqual({ ok: false, error: { reason: 'timeout' } })
  })

  it('ends when its caller gives up', async () => {
    const url = await serving(() => {})
    const giveUp = new AbortController()
    const answer = call(url, { signal: giveUp.signal })
    giveUp.abort()
    expect(await answer).toEqual({ ok: false, error: { reason: 'aborted' } })
  })

  it('names the reason and never the address', async () => {
    const answer = await call('http://127.0.0.1:1/secret?token=28123')
    expect(JSON.stringify(answer)).toBe('{"ok":false,"error":{"reason":"ECONNREFUSED"}}')
  })

  it('takes no more than a provider has to say', async () => {
    const url = await serving((_request, reply) => reply.end('a'.repeat(300 * 1024)))
    expect(await call(url)).toEqual({ ok: false, error: { reason: 'tooLarge' } })
  })
})
