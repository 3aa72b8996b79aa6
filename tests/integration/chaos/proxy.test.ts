import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../chaos/proxy/faults.ts'
import { openTcpProxy, type TcpProxy, type Turn } from '../../chaos/proxy/tcpProxy.ts'

const done: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of done.splice(0).reverse()) await close()
})

/** A server that remembers what it was told, and a line to it that treats each request as it is told. */
async function line(): Promise<{
  proxy: TcpProxy
  heard: string[]
  turns: Turn[]
  will: (...faults: Fault[]) => void
  say: (text: string) => Promise<string>
}> {
  const heard: string[] = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      heard.push(body)
      response.end(`echo ${body}`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const faults: Fault[] = []
  const proxy = await openTcpProxy({
    targetPort: () => (server.address() as AddressInfo).port,
    fault: () => faults.shift() ?? { kind: 'none' },
  })
  const agent = new http.Agent({ keepAlive: true })
  done.push(
    () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
    () => proxy.close(),
    async () => agent.destroy(),
  )
  const turns: Turn[] = []
  proxy.onTurn((turn) => turns.push(turn))
  return {
    proxy,
    heard,
    turns,
    will: (...more) => faults.push(...more),
    say: (text) => post(proxy.url, agent, text),
  }
}

function post(url: string, agent: http.Agent, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      `${url}/said`,
      {
        method: 'POST',
        agent,
        signal: AbortSignal.timeout(1_000),
        headers: { 'content-length': text.length },
      },
      (response) => {
        let body = ''
        response.on('data', (part: Buffer) => (body += part.toString()))
        response.on('end', () => resolve(body))
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(text)
  })
}

async function eventually(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !what(); tries += 1) await sleep(20)
  expect(what()).toBe(true)
}

describe('the line between lane and hub', () => {
  it('passes requests and answers on one kept connection and tells of each turn', async () => {
    const { say, heard, turns } = await line()
    expect(await say('one')).toBe('echo one')
    expect(await say('two')).toBe('echo two')
    expect(heard).toEqual(['one', 'two'])
    expect(turns.map(({ head, what }) => `${head} ${what}`)).toEqual(
      Array.from({ length: 2 }, () =>
        ['request', 'reply'].map((what) => `POST /said HTTP/1.1 ${what}`),
      ).flat(),
    )
  })

  it('cuts before anything has arrived', async () => {
    const { say, heard, will } = await line()
    will({ kind: 'cut' })
    await expect(say('one')).rejects.toThrow()
    expect(heard).toEqual([])
    expect(await say('two')).toBe('echo two')
  })

  it('loses an answer whose question was heard', async () => {
    const { say, heard, will } = await line()
    will({ kind: 'lostReply' })
    await expect(say('one')).rejects.toThrow()
    expect(heard).toEqual(['one'])
  })

  it('delivers twice and answers once', async () => {
    const { say, heard, will } = await line()
    will({ kind: 'duplicate', afterMs: 10 })
    expect(await say('one')).toBe('echo one')
    await eventually(() => heard.length === 2)
    expect(heard).toEqual(['one', 'one'])
  })

  it('is half open: nothing comes back, and what was sent arrives when nobody waits any more', async () => {
    const { say, heard, will } = await line()
    will({ kind: 'halfOpen', lateMs: 1_300 })
    await expect(say('one')).rejects.toThrow()
    expect(heard).toEqual([])
    await eventually(() => heard.length === 1)
    expect(heard).toEqual(['one'])
  })

  it('drips and delays without losing a byte', async () => {
    const { say, heard, will } = await line()
    const long = 'abcdefghij'.repeat(80)
    will({ kind: 'slowDrip', everyMs: 1 }, { kind: 'latency', delayMs: 30 })
    expect(await say(long)).toBe(`echo ${long}`)
    expect(await say('two')).toBe('echo two')
    expect(heard).toEqual([long, 'two'])
  })

  it('takes no connection while it is unplugged, and is at the same place again afterwards', async () => {
    const { say, proxy, heard } = await line()
    expect(await say('one')).toBe('echo one')
    await proxy.unplug()
    await expect(say('two')).rejects.toThrow()
    await proxy.replug()
    expect(await say('three')).toBe('echo three')
    expect(heard).toEqual(['one', 'three'])
  })
})
