import { rm } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createPayments, type PaymentService } from '../../../src-hub/payments/service.ts'
import { createCoupons } from '../../../src-hub/providers/coupon/provider.ts'
import { createPoints } from '../../../src-hub/providers/points/provider.ts'
import { createRegistry } from '../../../src-hub/providers/registry.ts'
import type { PaymentProvider } from '../../../src-hub/providers/port.ts'
import { createWallet } from '../../../src-hub/providers/wallet/provider.ts'
import { openSecrets } from '../../../src-hub/secrets.ts'
import {
  faceOrder,
  joinedLane,
  newAccount,
  silent,
  temporaryFolder,
  type TestHub,
  useHubs,
} from './harness.ts'

const hubs = useHubs()
const wallet = createWallet({ paymentMinor: 100_000 })

/** The hub's payments over the same database, with a provider that differs from the wallet in one thing. */
async function paymentsOf(hub: TestHub, provider: PaymentProvider) {
  const folder = await temporaryFolder()
  const secrets = await openSecrets(folder)
  await rm(folder, { recursive: true })
  const { database, publicUrl } = hub
  const context = { database, secrets, log: silent, nowMs: Date.now, publicUrl: () => publicUrl }
  const registry = createRegistry({ wallet: provider, points: createPoints(), coupon: createCoupons() })
  const payments = createPayments(context, registry)
  closing.push(payments)
  return payments
}

const closing: PaymentService[] = []
afterEach(async () => {
  for (const payments of closing.splice(0)) await payments.close()
})

describe('payments and their provider', () => {
  it('take no bench lane’s money for a provider that charges real money', async () => {
    const hub = await hubs.start()
    await joinedLane(hub)
    const declares = { ...wallet.declares, takesBench: false }
    const payments = await paymentsOf(hub, { ...wallet, declares })
    const order = { ...faceOrder(await newAccount(hub), 100), bench: true }
    expect(await payments.authorise('lane-1', order)).toEqual({ kind: 'declined', reason: 'benchNotAllowed' })
  })

  it('have the attempt committed before the provider is called', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const order = faceOrder(await newAccount(hub), 100)
    let seen: unknown
    const payments = await paymentsOf(hub, {
      ...wallet,
      authorise: async () => {
        // Another connection sees only what is committed.
        seen = await hub.database.query('SELECT attempt_key, state FROM payment_attempt')
        throw new Error('the line to the provider broke')
      },
    })

    await expect(payments.authorise('lane-1', order)).rejects.toThrow('the line to the provider broke')

    expect(seen).toEqual([{ attempt_key: order.attemptKey, state: 'started' }])
    expect((await lane.call('query', order)).json.outcome).toEqual({ kind: 'pending' })
    expect((await lane.call('authorise', order)).json.outcome.kind).toBe('approved')
  })

  it('ask the provider before charging again after a broken call, and take its word', async () => {
    const hub = await hubs.start()
    await joinedLane(hub)
    const order = faceOrder(await newAccount(hub), 100)
    const asked: string[] = []
    let calls = 0
    const payments = await paymentsOf(hub, {
      ...wallet,
      query: async (_tx, { providerKey }) => {
        asked.push(providerKey)
        return {
          kind: 'approved',
          approvedMinor: 100,
          accountId: order.instrument.accountId,
          approvalCode: '000042',
          providerReference: 'earlier',
          maskedAccount: '****',
        }
      },
      authorise: () => {
        calls++
        return Promise.reject(new Error('the line broke'))
      },
    })
    await expect(payments.authorise('lane-1', order)).rejects.toThrow('the line broke')
    expect(await payments.authorise('lane-1', order)).toMatchObject({ providerReference: 'earlier' })
    expect(asked).toEqual([`${order.attemptKey}-1`])
    expect(calls).toBe(1)
  })
})
