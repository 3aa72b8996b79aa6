import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hubRoutes } from '../../../src-main/contract/hubApi.ts'
import { keptAnswers } from '../../../src-hub/lanes/sessions.ts'
import { balanceOf, faceOrder, joinedLane, newAccount, newKey, TestLane, useHubs } from './harness.ts'

const hubs = useHubs()
const query = () => ({ attemptKey: newKey() })

describe('joining', () => {
  it('takes a lane with the join token, and the same lane again', async () => {
    const hub = await hubs.start()
    const lane = new TestLane(hub.url)
    expect(await lane.join(hub.joinToken)).toEqual({ status: 200, json: { joined: true } })
    expect((await lane.join(hub.joinToken)).status).toBe(200)
  })

  it('refuses a wrong token', async () => {
    const hub = await hubs.start()
    const reply = await new TestLane(hub.url).join(`${hub.joinToken.slice(0, -1)}!`)
    expect(reply).toMatchObject({ status: 401, json: { error: { code: 'auth.joinToken' } } })
  })

  it('keeps a name for its key until an operator releases it, which ends the old key’s sessions', async () => {
    const hub = await hubs.start()
    const old = await joinedLane(hub)
    const fresh = new TestLane(hub.url)
    expect(await fresh.join(hub.joinToken)).toMatchObject({
      status: 409,
      json: { error: { code: 'auth.laneTaken' } },
    })

    await hub.operator('POST', '/operator/v1/lanes/lane-1/release')

    expect((await fresh.join(hub.joinToken)).status).toBe(200)
    expect((await fresh.openSession()).status).toBe(200)
    expect(await old.call('query', query())).toMatchObject({
      status: 401,
      json: { error: { code: 'auth.unknownSession' } },
    })
  })
})

describe('sessions', () => {
  it('gives nonce, hub epoch and the address for phones', async () => {
    const hub = await hubs.start({ publicUrl: 'https://hub.example/' })
    const lane = await joinedLane(hub)
    const second = await lane.openSession()
    expect(second.json).toMatchObject({ publicUrl: 'https://hub.example' })
    expect(second.json.hubEpoch).toMatch(/^[0-9a-f]{32}$/)
  })

  it('are not opened for a lane that never joined, nor with another key', async () => {
    const hub = await hubs.start()
    await joinedLane(hub)
    for (const stranger of [new TestLane(hub.url, 'lane-9'), new TestLane(hub.url, 'lane-1')]) {
      expect(await stranger.openSession()).toMatchObject({
        status: 401,
        json: { error: { code: 'auth.unknownLane' } },
      })
    }
  })

  it('outlive a restart of the hub', async () => {
    const databaseUrl = await hubs.newDatabase()
    const first = await hubs.start({ databaseUrl })
    const lane = await joinedLane(first)
    const second = await hubs.start({ databaseUrl })
    const moved = Object.assign(new TestLane(second.url), {
      privateKey: lane.privateKey,
      session: lane.session,
    })
    expect((await moved.call('query', query())).status).toBe(200)
  })
})

describe('signed calls', () => {
  it.each(['lane', 'session', 'counter', 'signature'] as const)(
    'are refused without the %s header',
    async (header) => {
      const hub = await hubs.start()
      const lane = await joinedLane(hub)
      const reply = await lane.call('query', query(), { without: header })
      expect(reply).toMatchObject({ status: 401, json: { error: { code: 'auth.unsigned' } } })
    },
  )

  it.each([
    ['another key', { key: generateKeyPairSync('ed25519').privateKey }, 'auth.badSignature'],
    ['another nonce', { nonce: newKey() }, 'auth.badSignature'],
    ['another path', { signedPath: '/v1/payments/cancel' }, 'auth.badSignature'],
    ['an unknown session', { sessionId: newKey() }, 'auth.unknownSession'],
    ['another lane’s name', { laneId: 'lane-2' }, 'auth.foreignSession'],
  ])('are refused when signed for %s', async (_title, overrides, code) => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    await joinedLane(hub, 'lane-2')
    expect(await lane.call('query', query(), overrides)).toMatchObject({
      status: 401,
      json: { error: { code } },
    })
  })

  it('are refused when the body was changed on the way', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const sent: { url: string; init: RequestInit }[] = []
    const original = lane.post.bind(lane)
    lane.post = async (route, body, headers) => {
      sent.push({
        url: lane.url + route,
        init: { method: 'POST', headers: headers ?? {}, body: String(body) },
      })
      return original(route, `${String(body)} `, headers)
    }
    expect(await lane.call('query', query())).toMatchObject({
      status: 401,
      json: { error: { code: 'auth.badSignature' } },
    })
    expect(sent).toHaveLength(1)
  })

  it('answer an identical repetition with the recorded answer, without running it again', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const order = faceOrder(await newAccount(hub), 100)
    const first = await lane.call('query', { attemptKey: order.attemptKey }, { counter: 500 })
    await lane.call('authorise', order)
    const repeated = await lane.call('query', { attemptKey: order.attemptKey }, { counter: 500 })
    expect(first.json.outcome).toEqual({ kind: 'notFound' })
    expect(repeated).toEqual(first)
  })

  it('refuse a used counter with other content, and do nothing of it', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub)
    await lane.call('query', query(), { counter: 7 })
    const reply = await lane.call('authorise', faceOrder(account, 100), { counter: 7 })
    expect(reply).toMatchObject({ status: 409, json: { error: { code: 'auth.replayed' } } })
    expect(await balanceOf(hub, account)).toBe(10_000)
  })

  it('take counters in any order', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    for (const counter of [12, 3, 11, 0])
      expect((await lane.call('query', query(), { counter })).status).toBe(200)
  })

  it('forget answers after a while, and then refuse their counters rather than run them again', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const early = query()
    await lane.call('query', early, { counter: 1 })
    await lane.call('query', query(), { counter: keptAnswers + 256 })
    expect(await lane.call('query', early, { counter: 1 })).toMatchObject({
      status: 409,
      json: { error: { code: 'auth.replayed' } },
    })
  })
})

describe('malformed requests', () => {
  it('get a typed error and are answered again the same', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const bad = { ...faceOrder(newKey(), 100), amountMinor: 0.5 }
    const reply = await lane.call('authorise', bad, { counter: 40 })
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'http.badBody' } } })
    expect(reply.json.error.message).toContain('amountMinor')
    expect(await lane.call('authorise', bad, { counter: 40 })).toEqual(reply)
  })

  it.each([
    ['no JSON', 'not json', 'application/json', 400],
    ['invalid UTF-8 escapes and nothing else', '"\ud800"', 'application/json', 400],
    ['another content type', 'x', 'text/plain', 415],
    ['a body that is too large', `"${'x'.repeat(70_000)}"`, 'application/json', 413],
  ])('with %s are refused', async (_title, body, type, status) => {
    const hub = await hubs.start()
    const response = await fetch(hub.url + hubRoutes.session.path, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    expect(response.status).toBe(status)
    expect(await response.json()).toHaveProperty('error.code')
  })

  it('to unknown addresses get a typed 404', async () => {
    const hub = await hubs.start()
    const response = await fetch(`${hub.url}/v1/nothing`)
    expect(response.status).toBe(404)
    expect(await response.json()).toHaveProperty('error.code', 'http.notFound')
  })
})

describe('the operator’s calls', () => {
  it.each([
    ['no token', undefined],
    ['a wrong token', 'Bearer wrong'],
    ['another scheme', 'Basic wrong'],
  ])('are refused with %s', async (_title, authorization) => {
    const hub = await hubs.start()
    const headers = authorization === undefined ? {} : { authorization }
    for (const path of ['accounts', 'ledger', 'lanes']) {
      expect((await fetch(`${hub.url}/operator/v1/${path}`, { headers })).status).toBe(401)
    }
  })

  it('stop listening to somebody who keeps guessing', async () => {
    const hub = await hubs.start()
    const statuses = new Set<number>()
    for (let guess = 0; guess < 40; guess++)
      statuses.add((await fetch(`${hub.url}/operator/v1/lanes`)).status)
    expect([...statuses]).toEqual([401, 429])
    expect((await hub.operator('GET', '/operator/v1/lanes')).status).toBe(200)
  })
})
