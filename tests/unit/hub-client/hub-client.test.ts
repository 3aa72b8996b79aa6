import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHubClient, type HubClient } from '../../../src-main/hub-client/hub-client.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { laneKeyFrom } from '../../../src-main/store/keys/lane-key.ts'
import { json, refusal, startStandInHub, type Reply, type StandInHub } from './stand-in-hub.ts'

const laneKey = laneKeyFrom(generateKeyPairSync('ed25519').privateKey)
const identity = { laneId: 'lane-1', publicKey: laneKey.publicKey, sign: laneKey.sign }
const clock = createClock('0'.repeat(32))
const attemptKey = 'ab'.repeat(16)
const patient = { timeoutMs: 10_000 }
const pending = { attemptKey, outcome: { kind: 'pending' } }

let hub: StandInHub
let clients: HubClient[] = []

beforeEach(async () => {
  hub = await startStandInHub(laneKey.publicKey)
  hub.ordinary = json(pending)
})
afterEach(async () => {
  for (const client of clients) client.close()
  clients = []
  await hub.close()
})

function connect(over: { baseUrl?: string; joinToken?: string | null } = {}): HubClient {
  const { joinToken = null, baseUrl = hub.url } = over
  const client = createHubClient({ baseUrl, identity, joinToken: () => joinToken, clock })
  clients.push(client)
  return client
}

const failed = (code: string, nativeCode?: string) => ({
  ok: false,
  error: { code, ...(nativeCode === undefined ? {} : { nativeCode }) },
})
const reset: Reply = (response) => response.destroy()

describe('a call to the hub', () => {
  it('is signed over its body, and each call has its own counter', async () => {
    const client = connect()
    await Promise.all([client.query(attemptKey, patient), client.cancel(attemptKey, patient)])
    await client.query(attemptKey, patient)
    const calls = hub.signedCalls()
    expect(calls.every(({ signed }) => signed)).toBe(true)
    expect(calls.map(({ counter }) => counter).sort()).toEqual(['0', '1', '2'])
    expect(new Set(calls.map(({ session }) => session)).size).toBe(1)
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ attemptKey })
  })

  it('gives back the answer of the contract and the public address of the hub', async () => {
    const client = connect()
    expect(client.publicUrl()).toBeNull()
    expect(await client.query(attemptKey, patient)).toEqual({ ok: true, value: pending })
    expect(client.publicUrl()).toBe('http://hub.example')
    expect(client.hubEpoch()).toMatch(/^c{31}\d$/)
  })

  it('works below a path of the address, and signs the path of the contract', async () => {
    const client = connect({ baseUrl: `${hub.url}/` })
    expect(await client.query(attemptKey, patient)).toMatchObject({ ok: true })
  })

  it('repeats the identical call under the same counter when its answer was lost', async () => {
    hub.script.push(reset, json(pending))
    expect(await connect().query(attemptKey, patient)).toEqual({ ok: true, value: pending })
    const [first, second] = hub.signedCalls()
    expect(second).toEqual(first)
  })

  it('repeats the identical call when the hub failed half-way', async () => {
    hub.script.push(refusal(500, 'hub.failed'))
    expect(await connect().query(attemptKey, patient)).toEqual({ ok: true, value: pending })
    expect(hub.signedCalls().map(({ counter }) => counter)).toEqual(['0', '0'])
  })

  it('opens another session and goes on when the hub has forgotten the one it had', async () => {
    const client = connect()
    await client.query(attemptKey, patient)
    hub.forgetSessions()
    expect(await client.query(attemptKey, patient)).toEqual({ ok: true, value: pending })
    const sessions = new Set(hub.signedCalls().map(({ session }) => session))
    expect(sessions.size).toBe(2)
  })
})

describe('a lane the hub does not know', () => {
  it('joins with its token, once', async () => {
    hub.knowsLane = false
    const client = connect({ joinToken: hub.joinToken })
    expect(await client.query(attemptKey, patient)).toMatchObject({ ok: true })
    await client.query(attemptKey, patient)
    expect(hub.received.filter(({ path }) => path === '/v1/lanes')).toHaveLength(1)
  })

  it('is refused without a token, and with a wrong one', async () => {
    hub.knowsLane = false
    expect(await connect().query(attemptKey, patient)).toMatchObject(
      failed('hub.refused', 'auth.unknownLane'),
    )
    const wrong = connect({ joinToken: 'not-the-join-token' })
    expect(await wrong.query(attemptKey, patient)).toMatchObject(failed('hub.refused', 'auth.joinToken'))
    expect(hub.signedCalls()).toEqual([])
  })
})

describe('a hub that cannot be reached', () => {
  it('is unreachable when nothing listens: the call was not sent', async () => {
    await hub.close()
    expect(await connect().query(attemptKey, patient)).toMatchObject(
      failed('hub.unreachable', 'ECONNREFUSED'),
    )
  })

  it('is unreachable when it goes away between two calls', async () => {
    const client = connect()
    await client.query(attemptKey, patient)
    await hub.close()
    expect((await client.query(attemptKey, patient)).ok).toBe(false)
    expect(await client.query(attemptKey, patient)).toMatchObject(failed('hub.unreachable'))
  })

  it('is unreachable when its name does not resolve', async () => {
    const client = connect({ baseUrl: 'http://no-such-hub.invalid' })
    expect(await client.query(attemptKey, patient)).toMatchObject(failed('hub.unreachable'))
  })

  it('is unreachable while no session could be opened, even if it accepts connections and stays silent', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const client = connect({ baseUrl: `http://127.0.0.1:${port}` })
    expect(await client.query(attemptKey, { timeoutMs: 50 })).toMatchObject(failed('hub.unreachable'))
    client.close()
    await new Promise((resolve) => silent.close(resolve))
  })
})

describe('an answer that was lost', () => {
  it('by a reset connection may have arrived, however often it is asked again', async () => {
    hub.ordinary = reset
    expect(await connect().query(attemptKey, patient)).toMatchObject(failed('hub.noAnswer'))
    expect(hub.signedCalls()).toHaveLength(3)
    expect(new Set(hub.signedCalls().map(({ counter }) => counter)).size).toBe(1)
  })

  it('stays lost when the hub is gone at the repeat: the first one may have arrived', async () => {
    hub.ordinary = (response) => {
      void hub.close()
      response.destroy()
    }
    expect(await connect().query(attemptKey, patient)).toMatchObject(failed('hub.noAnswer', 'ECONNREFUSED'))
  })

  it('by slowness ends at the timeout of the caller', async () => {
    hub.ordinary = () => undefined
    const client = connect()
    expect(await client.query(attemptKey, { timeoutMs: 300 })).toMatchObject(
      failed('hub.noAnswer', 'TimeoutError'),
    )
  })

  it('in the middle of the body may have arrived', async () => {
    hub.ordinary = (response) => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('{"attempt', () => response.destroy())
    }
    expect(await connect().query(attemptKey, patient)).toMatchObject(failed('hub.noAnswer'))
  })

  it('by the caller’s own abort ends at once', async () => {
    const caller = new AbortController()
    hub.ordinary = () => caller.abort()
    const result = await connect().query(attemptKey, { ...patient, signal: caller.signal })
    expect(result).toMatchObject(failed('hub.noAnswer', 'AbortError'))
  })

  it('by closing the client settles every open call', async () => {
    const client = connect()
    hub.ordinary = () => client.close()
    expect(await client.query(attemptKey, patient)).toMatchObject(failed('hub.noAnswer'))
    expect(await client.query(attemptKey, patient)).toMatchObject({ ok: false })
  })
})

describe('a hub that answers nonsense', () => {
  const cases: readonly [string, Reply][] = [
    ['text instead of JSON', (response) => response.end('<html>It works!</html>')],
    ['an empty body', (response) => response.end()],
    ['JSON of another shape', json({ attemptKey, outcome: { kind: 'maybe' } })],
    ['an endless body', (response) => response.end('x'.repeat(2 * 1024 * 1024))],
    ['a redirect', (response) => response.writeHead(302, { location: 'http://elsewhere.invalid' }).end()],
    ['an error without the body of the contract', (response) => response.writeHead(404).end('no')],
    ['another success', json(pending, 201)],
  ]
  for (const [what, reply] of cases) {
    it(`such as ${what} is named so and changes nothing`, async () => {
      hub.ordinary = reply
      expect(await connect().query(attemptKey, patient)).toMatchObject(failed('hub.nonsense'))
    })
  }

  it('already for a session is named so', async () => {
    await hub.close()
    const { createServer: createHttp } = await import('node:http')
    const other = createHttp((_, response) => response.end('hello'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const client = connect({ baseUrl: `http://127.0.0.1:${port}` })
    expect(await client.query(attemptKey, patient)).toMatchObject(failed('hub.nonsense'))
    client.close()
    other.closeAllConnections()
    await new Promise((resolve) => other.close(resolve))
  })
})

describe('a refusal', () => {
  it('carries the hub’s own code, and is not asked again', async () => {
    hub.ordinary = refusal(409, 'auth.replayed')
    expect(await connect().query(attemptKey, patient)).toMatchObject(failed('hub.refused', 'auth.replayed'))
    expect(hub.signedCalls()).toHaveLength(1)
  })

  it('of the signature is tried in one new session and then stands', async () => {
    hub.ordinary = refusal(401, 'auth.badSignature')
    expect(await connect().query(attemptKey, patient)).toMatchObject(failed('hub.refused'))
    expect(hub.signedCalls()).toHaveLength(2)
  })

  it('never repeats what was sent: a payment code stays out of the failure', async () => {
    hub.ordinary = refusal(400, 'http.badRequest')
    const code = '991234567890123456'
    expect(JSON.stringify(await connect().resolveCode(code, patient))).not.toContain(code)
  })
})
