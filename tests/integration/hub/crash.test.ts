import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ledgerSummarySchema } from '../../../src-main/contract/hubApi.ts'
import { faceOrder, temporaryFolder, TestLane } from './harness.ts'
import { type HubProcess, startHubProcess } from './hub-process.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function operator(hub: HubProcess, method: string, route: string, body?: unknown): Promise<unknown> {
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

const rounds = 6
const ordersPerRound = 12

describe('a hub that is killed in the middle of authorising', () => {
  it(`charges no key twice and tells the truth about each, over ${rounds} kills`, async () => {
    const dataDir = await temporaryFolder()
    cleanUps.push(() => rm(dataDir, { recursive: true, force: true }))
    let hub = await startHubProcess(dataDir)
    cleanUps.push(() => hub.kill())
    const lane = new TestLane(hub.url)
    await lane.join(readFileSync(hub.joinTokenFile, 'utf8').trim())
    await lane.openSession()
    const opened = (await operator(hub, 'POST', '/operator/v1/accounts', {
      name: 'Ann Lee',
      phone: '13800135678',
      balanceMinor: 1_000_000,
      currency: 'CNY',
    })) as { accountId: string }
    const sent = new Set<string>()
    let interrupted = 0

    for (let round = 0; round < rounds; round++) {
      const orders = Array.from({ length: ordersPerRound }, () => faceOrder(opened.accountId, 100))
      const calls = orders.map((order) => lane.call('authorise', order).catch(() => null))
      // Later from round to round: before the first commit, between, and in the middle of the answers.
      await new Promise((resolve) => setTimeout(resolve, 2 + round * 9))
      // Every other round the database dies with the hub, in the middle of its commits.
      if (round % 2 === 1) process.kill(postmasterOf(dataDir), 'SIGKILL')
      await hub.kill()
      const answers = await Promise.all(calls)
      interrupted += answers.filter((answer) => answer?.status !== 200).length

      hub = await startHubProcess(dataDir, Number(new URL(hub.url).port))
      const charged = new Set(await chargedKeys(hub))
      for (const [index, order] of orders.entries()) {
        const told = (await lane.call('query', { attemptKey: order.attemptKey })).json.outcome.kind as string
        expect(told === 'approved').toBe(charged.has(order.attemptKey))
        if (answers[index]?.status === 200) expect(told).toBe('approved')
        const final = await lane.call('authorise', order)
        expect(final.json.outcome.kind).toBe('approved')
        sent.add(order.attemptKey)
      }
    }

    expect(interrupted).toBeGreaterThan(0)
    const ledger = ledgerSummarySchema.parse(await operator(hub, 'GET', '/operator/v1/ledger'))
    expect(ledger.charges.map(({ attemptKey }) => attemptKey).sort()).toEqual([...sent].sort())
    expect(ledger.chargedMinor).toEqual({ CNY: rounds * ordersPerRound * 100 })
    expect(ledger.balanced).toBe(true)
    await hub.stop()
  })
})

function postmasterOf(dataDir: string): number {
  const file = path.join(dataDir, 'postgresql', 'data', 'postmaster.pid')
  return Number(readFileSync(file, 'utf8').split('\n')[0])
}

async function chargedKeys(hub: HubProcess): Promise<string[]> {
  const ledger = ledgerSummarySchema.parse(await operator(hub, 'GET', '/operator/v1/ledger'))
  const keys = ledger.charges.map(({ attemptKey }) => attemptKey)
  expect(new Set(keys).size).toBe(keys.length)
  return keys
}
