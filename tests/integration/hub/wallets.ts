import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Entry } from '../../../src-hub/providers/simulator/entries.ts'
import type { Rule } from '../../../src-hub/providers/simulator/script.ts'
import { type Simulator, startSimulator } from '../../../src-hub/providers/simulator/simulator.ts'
import type { HubOptions } from '../../../src-hub/hub.ts'
import type { useHubs } from './harness.ts'
import { type Json, moment, newKey, temporaryFolder, type TestHub, type TestLane } from './harness.ts'

/** A hub with both wallets behind it, all on one clock that the test moves. */
export interface Shop {
  readonly hub: TestHub
  readonly simulator: Simulator
  /** Lets time go by for the wallets and the hub, and the hub look at what has come due. */
  pass(ms: number): Promise<void>
  script(...rules: readonly Rule[]): Promise<void>
  clearScript(): Promise<void>
  agreement(accountId: string, paymentLimitMinor?: number): Promise<string>
  /** What the wallets say was charged and given back under an attempt key; never what the hub says. */
  books(attemptKey: string): Promise<{ charges: number; chargedMinor: number; backMinor: number }>
}

export function useShops(hubs: ReturnType<typeof useHubs>) {
  let folder: string
  const open: Simulator[] = []
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterEach(async () => {
    for (const simulator of open.splice(0)) await simulator.close()
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  return async (options: Partial<HubOptions> = {}): Promise<Shop> => {
    let shiftMs = 0
    const nowMs = () => Date.now() + shiftMs
    const simulator = await startSimulator({
      host: '127.0.0.1',
      port: 0,
      logFile: path.join(folder, `${randomBytes(8).toString('hex')}.ndjson`),
      keysDir: path.join(folder, 'keys'),
      nowMs,
    })
    open.push(simulator)
    const hub = await hubs.start({ nowMs, providersFile: simulator.providersFile, ...options })
    return {
      hub,
      simulator,
      pass: async (ms) => {
        shiftMs += ms
        await control(simulator, 'GET', 'charges')
        await hub.settle()
      },
      script: async (...rules) => {
        await control(simulator, 'POST', 'script', { rules })
      },
      clearScript: async () => {
        await control(simulator, 'DELETE', 'script')
      },
      agreement: async (accountId, paymentLimitMinor = 100_000) => {
        const signed = await control(simulator, 'POST', 'agreements', {})
        const agreementNo = (signed.agreementNo ?? signed.agreement?.agreementNo) as string
        const reply = await hub.operator('POST', `/operator/v1/accounts/${accountId}/agreement`, {
          provider: 'alipay',
          agreementNo,
          paymentLimitMinor,
        })
        if (reply.status !== 200) throw new Error(JSON.stringify(reply.json))
        return agreementNo
      },
      books: async (attemptKey) => booksOf(await readFile(simulator.logFile, 'utf8'), attemptKey),
    }
  }
}

export async function control(
  simulator: { readonly controlUrl: string },
  method: 'GET' | 'POST' | 'DELETE',
  where: string,
  body?: unknown,
): Promise<Json> {
  const reply = await fetch(`${simulator.controlUrl}/${where}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw new Error(`${where}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}

/** From the simulator's log alone. */
export function booksOf(log: string, attemptKey: string) {
  const lines = log
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry)
  const charges = lines.filter(
    (line) => line.kind === 'charge' && line.attach?.startsWith(attemptKey) === true,
  )
  const numbers = new Set(charges.map((line) => ('outTradeNo' in line ? line.outTradeNo : '')))
  const back = lines.filter(
    (line) => (line.kind === 'refund' || line.kind === 'cancel') && numbers.has(line.outTradeNo),
  )
  const sum = (some: readonly Entry[]) =>
    some.reduce((total, line) => total + ('amountMinor' in line ? line.amountMinor : 0), 0)
  return { charges: charges.length, chargedMinor: sum(charges), backMinor: sum(back) }
}

export function walletCode(wallet: 'alipay' | 'wechat'): string {
  const digits = Array.from(randomBytes(16), (byte) => byte % 10).join('')
  return `${wallet === 'alipay' ? '28' : '13'}${digits}`
}

/** An authorise request for `amountMinor` fen with a wallet's code. */
export function codeOrder(code: string, amountMinor = 500, more: Record<string, unknown> = {}) {
  return {
    attemptKey: newKey(),
    saleId: newKey(),
    amountMinor,
    currency: 'CNY',
    instrument: { kind: 'walletCode' as const, code },
    bench: false,
    attemptedAt: moment(),
    ...more,
  }
}

export async function outcomeOf(lane: TestLane, attemptKey: string): Promise<Json> {
  return (await lane.call('query', { attemptKey })).json.outcome
}

export async function cancelled(lane: TestLane, attemptKey: string): Promise<Json> {
  return (await lane.call('cancel', { attemptKey })).json.outcome
}
