import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { FaceWallet } from '../../../../src-main/contract/payment.ts'
import { loadProviders, type OutsideProviders } from '../../../../src-hub/providers/config.ts'
import type { Fault, ProviderRig, Standing } from '../../../../src-hub/providers/kit/conformance.ts'
import type { PaymentProvider } from '../../../../src-hub/providers/port.ts'
import type { Entry } from '../../../../src-hub/providers/simulator/entries.ts'
import type { Rule } from '../../../../src-hub/providers/simulator/script.ts'
import { type Simulator, startSimulator } from '../../../../src-hub/providers/simulator/simulator.ts'
import type { Transaction } from '../../../../src-hub/store/database.ts'

/** An outside provider never touches the transaction; this one says so. */
export const noTransaction: Transaction = {
  inTransaction: true,
  query: () => Promise.reject(new Error('An outside provider used the hub’s transaction')),
  copy: () => Promise.reject(new Error('An outside provider used the hub’s transaction')),
  savepoint: () => Promise.reject(new Error('An outside provider used the hub’s transaction')),
}

export const allFaults: readonly Fault[] = [
  'loseReply',
  'buyerPays',
  'buyerRefuses',
  'buyerNeverAnswers',
  'garbage',
  'unsure',
]

const actions: Readonly<Record<Fault, Rule['do']>> = {
  loseReply: [{ kind: 'loseReply' }],
  buyerPays: [{ kind: 'waitBuyer', ms: 20_000, then: 'pay' }],
  buyerRefuses: [{ kind: 'waitBuyer', ms: 20_000, then: 'refuse' }],
  buyerNeverAnswers: [{ kind: 'waitBuyer', ms: 0, then: 'never' }],
  garbage: [{ kind: 'garbage', form: 'otherKey' }],
  unsure: [{ kind: 'systemError' }],
}

export interface SimulatedRig extends ProviderRig {
  readonly simulator: Simulator
  readonly outside: OutsideProviders
  control(method: 'GET' | 'POST' | 'DELETE', where: string, body?: unknown): Promise<unknown>
  script(...rules: readonly Rule[]): Promise<void>
  log(): Promise<Entry[]>
}

/** One pair of keys for the file (they take a second to make); every rig has a log of its own. */
export function useSimulators() {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'facelane-simulator-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  return async (
    name: string,
    payer: ProviderRig['payer'] extends infer P ? (rig: SimulatedRig) => P : never,
  ) => {
    let shiftMs = 0
    const nowMs = () => Date.now() + shiftMs
    const simulator = await startSimulator({
      host: '127.0.0.1',
      port: 0,
      logFile: path.join(folder, `${randomBytes(8).toString('hex')}.ndjson`),
      keysDir: path.join(folder, 'keys'),
      nowMs,
    })
    const open = () => loadProviders(simulator.providersFile, { dataDir: folder, env: {}, nowMs })
    const outside = await open()
    const control: SimulatedRig['control'] = async (method, where, body) => {
      const reply = await fetch(`${simulator.controlUrl}/${where}`, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      if (!reply.ok) throw new Error(`${where}: ${reply.status} ${await reply.text()}`)
      return reply.json()
    }
    const rig: SimulatedRig = {
      simulator,
      outside,
      control,
      provider: named(outside, name),
      call: (work) => work(noTransaction),
      payer: (amountMinor) => payer(rig)(amountMinor),
      reopened: async () => named(await open(), name),
      standing: async (chargeKey) => standingIn(await rig.log(), chargeKey),
      arrange: (fault) => rig.script({ match: { operation: 'pay' }, do: actions[fault], times: 1 }),
      pass: async (ms) => {
        shiftMs += ms
        await control('GET', 'charges')
      },
      script: async (...rules) => {
        await control('POST', 'script', { rules })
      },
      log: async () => linesOf(await readFile(simulator.logFile, 'utf8')),
      close: () => simulator.close(),
    }
    return rig
  }
}

function linesOf(text: string): Entry[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry)
}

function named({ registered }: OutsideProviders, name: string): PaymentProvider {
  const found = registered.find(({ provider }) => provider.name === name)
  if (found === undefined) throw new Error(`There is no provider ${name}`)
  return found.provider
}

/** From the log alone: what was charged under a key, and what went back. */
export function standingIn(log: readonly Entry[], chargeKey: string): Standing {
  const charges = log.filter((line) => line.kind === 'charge' && line.attach === chargeKey)
  const numbers = new Set(charges.map((line) => ('outTradeNo' in line ? line.outTradeNo : '')))
  const returned = log.filter(
    (line) => (line.kind === 'refund' || line.kind === 'cancel') && numbers.has(line.outTradeNo),
  )
  return { charges: charges.length, chargedMinor: sumOf(charges), returnedMinor: sumOf(returned) }
}

function sumOf(lines: readonly Entry[]): number {
  return lines.reduce((sum, line) => sum + ('amountMinor' in line ? line.amountMinor : 0), 0)
}

export function newCode(wallet: FaceWallet): string {
  const digits = Array.from(randomBytes(16), (byte) => byte % 10).join('')
  return `${wallet === 'alipay' ? '28' : '13'}${digits}`
}

export function codePayer(wallet: FaceWallet, code = newCode(wallet)) {
  return { kind: 'code' as const, wallet, code, codeHash: Buffer.from(code) }
}
