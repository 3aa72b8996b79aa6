import { readFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../../src-hub/providers/simulator/simulator.ts'
import { attempted, faceOrder, type Json, newKey, temporaryFolder, TestJournal, TestLane } from './harness.ts'
import { type HubProcess, startHubProcess } from './hub-process.ts'
import { booksOf, codeOrder, control, walletCode } from './wallets.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function operator(hub: HubProcess, method: string, route: string, body?: unknown): Promise<Json> {
  const response = await fetch(hub.url + route, {
    method,
    headers: {
      authorization: `Bearer ${readFileSync(hub.operatorTokenFile, 'utf8').trim()}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return response.json()
}

/** The simulator's configuration with a timetable a test can wait for. */
async function hurried(providersFile: string): Promise<string> {
  const content = JSON.parse(await readFile(providersFile, 'utf8'))
  const timetable = { firstQueryMs: 200, everyMs: 200, patienceMs: 4_000, cancelNotBeforeMs: 0 }
  for (const provider of content.providers) {
    const wechat = provider.use === 'wechat'
    provider.config.timetable = wechat
      ? { ...timetable, patienceMs: 16_000, cancelNotBeforeMs: 15_000 }
      : timetable
  }
  const file = path.join(path.dirname(providersFile), 'hurried.json')
  await writeFile(file, JSON.stringify(content))
  return file
}

const rounds = 5

/** Resolves when so many of the calls have their answer. */
function answered(calls: readonly Promise<unknown>[], count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count
    for (const call of calls) {
      void call.then(() => {
        left--
        if (left === 0) resolve()
      })
    }
  })
}

describe('a hub that is killed while wallets charge', () => {
  it(`leaves no payment charged twice, charged without a word, or without an end, over ${rounds} kills`, async () => {
    const folder = await temporaryFolder()
    cleanUps.push(() => rm(folder, { recursive: true, force: true }))
    const simulator = await startSimulator({
      host: '127.0.0.1',
      port: 0,
      logFile: path.join(folder, 'log.ndjson'),
      keysDir: path.join(folder, 'keys'),
    })
    cleanUps.push(() => simulator.close())
    const extra = ['--providers', await hurried(simulator.providersFile)]
    const dataDir = path.join(folder, 'hub')
    let hub = await startHubProcess(dataDir, 0, extra)
    cleanUps.push(() => hub.kill())
    const lane = new TestLane(hub.url)
    await lane.join(readFileSync(hub.joinTokenFile, 'utf8').trim())
    await lane.openSession()
    const journal = new TestJournal(lane)
    journal.genesis()
    const { accountId } = await operator(hub, 'POST', '/operator/v1/accounts', {
      name: 'Ann Lee',
      phone: '13800135678',
      balanceMinor: 0,
      currency: 'CNY',
    })
    const { agreementNo } = await control(simulator, 'POST', 'agreements', {})
    await operator(hub, 'POST', `/operator/v1/accounts/${accountId}/agreement`, {
      provider: 'alipay',
      agreementNo,
      paymentLimitMinor: 100_000,
    })
    const online: string[] = []
    const deferred: string[] = []

    for (let round = 0; round < rounds; round++) {
      await control(simulator, 'POST', 'script', {
        rules: [
          { match: { operation: 'pay', nth: 1 }, do: [{ kind: 'loseReply' }] },
          { match: { operation: 'pay', nth: 3 }, do: [{ kind: 'delay', ms: 300, where: 'reply' }] },
          { match: { operation: 'pay', nth: 4 }, do: [{ kind: 'waitBuyer', ms: 500, then: 'pay' }] },
        ],
      })
      const orders = [
        codeOrder(walletCode('alipay'), 100),
        codeOrder(walletCode('wechat'), 100),
        ...Array.from({ length: 4 }, () => faceOrder(accountId, 100)),
      ]
      online.push(...orders.map(({ attemptKey }) => attemptKey))
      const intents = Array.from({ length: 3 }, () => attempted(accountId, 100, 'deferred', newKey()))
      deferred.push(...intents.map(({ attemptKey }) => attemptKey))
      for (const intent of intents) journal.add(intent, { kind: 'sale', id: intent.saleId })
      const calls = [
        ...orders.map((order) => lane.call('authorise', order).catch(() => null)),
        lane.call('append', { entries: journal.entries }).catch(() => null),
      ]
      // Later from round to round: before any answer, then between them.
      if (round === 0) await sleep(20)
      else await answered(calls, round + 1)
      await hub.kill()
      await Promise.all(calls)
      hub = await startHubProcess(dataDir, Number(new URL(hub.url).port), extra)
    }
    await lane.call('append', { entries: journal.entries })

    const outcomes = new Map<string, string>()
    const deadline = Date.now() + 60_000
    for (const attemptKey of [...online, ...deferred]) {
      for (;;) {
        const { outcome } = (await lane.call('query', { attemptKey })).json
        outcomes.set(attemptKey, outcome.kind as string)
        if (outcome.kind !== 'pending' || Date.now() > deadline) break
        await sleep(300)
      }
    }
    const log = await readFile(simulator.logFile, 'utf8')
    for (const [attemptKey, kind] of outcomes) {
      const { charges, chargedMinor, backMinor } = booksOf(log, attemptKey)
      expect(['approved', 'cancelled', 'declined', 'notFound']).toContain(kind)
      expect(chargedMinor - backMinor, `${attemptKey} is ${kind} after ${charges} charges`).toBe(
        kind === 'approved' ? 100 : 0,
      )
    }
    expect(deferred.map((attemptKey) => outcomes.get(attemptKey))).toEqual(deferred.map(() => 'approved'))
    const counts = [...outcomes.values()].filter((kind) => kind === 'approved').length
    expect(counts).toBeGreaterThan(deferred.length)
    expect((await operator(hub, 'GET', '/operator/v1/ledger')).problems).toEqual([])
    const states = await operator(hub, 'GET', '/operator/v1/payments/gauges')
    expect(states.PROCESSED.count).toBe(deferred.length)
    await hub.stop()
  })
})
