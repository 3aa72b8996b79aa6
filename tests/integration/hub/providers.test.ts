import { rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createPayments } from '../../../src-hub/payments/service.ts'
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
  return createPayments(context, provider)
}

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

  it('ask the provider before charging again, and take its word', async () => {
    const hub = await hubs.start()
    await joinedLane(hub)
    const order = faceOrder(await newAccount(hub), 100)
    const asked: string[] = []
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
      authorise: () => Promise.reject(new Error('charged twice')),
    })
    expect(await payments.authorise('lane-1', order)).toMatchObject({ providerReference: 'earlier' })
    expect(asked).toEqual([`${order.attemptKey}-1`])
  })

  it('do not defer to a provider that cannot be charged later', async () => {
    const hub = await hubs.start()
    await joinedLane(hub)
    const declares = { ...wallet.declares, deferrable: false }
    const payments = await paymentsOf(hub, { ...wallet, declares })
    const { attemptKey, saleId, amountMinor, currency, instrument, bench } = faceOrder(
      await newAccount(hub),
      100,
    )
    const order = { attemptKey, saleId, amountMinor, currency, instrument, bench }
    const attempt = await hub.database.transaction((tx) =>
      payments.executeDeferred(tx, { ...order, laneId: 'lane-1', mode: 'deferred', codeHash: null }),
    )
    expect(attempt.outcome).toEqual({ kind: 'declined', reason: 'offlineLimit' })
  })
})
