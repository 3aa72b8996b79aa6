import { rm } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Order } from '../../../src-hub/payments/attempts.ts'
import {
  createPayments,
  type PaymentOptions,
  type PaymentService,
} from '../../../src-hub/payments/service.ts'
import { createCoupons } from '../../../src-hub/providers/coupon/provider.ts'
import { createPoints } from '../../../src-hub/providers/points/provider.ts'
import { createRegistry } from '../../../src-hub/providers/registry.ts'
import type { PaymentProvider } from '../../../src-hub/providers/port.ts'
import { createWallet } from '../../../src-hub/providers/wallet/provider.ts'
import { openSecrets } from '../../../src-hub/secrets.ts'
import {
  balanceOf,
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  silent,
  temporaryFolder,
  type TestHub,
  useHubs,
} from './harness.ts'

const hubs = useHubs()
const wallet = createWallet({ paymentMinor: 100_000 })

/** The hub's payments over the same database, with a provider that differs from the wallet in one thing. */
async function paymentsOf(hub: TestHub, provider: PaymentProvider, options: PaymentOptions = {}) {
  const folder = await temporaryFolder()
  const secrets = await openSecrets(folder)
  await rm(folder, { recursive: true })
  const { database, publicUrl } = hub
  const context = { database, secrets, log: silent, nowMs: Date.now, publicUrl: () => publicUrl }
  const registry = createRegistry({ wallet: provider, points: createPoints(), coupon: createCoupons() })
  const payments = createPayments(context, registry, options)
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

  it('take a provider that does not heed its signal for one that has not answered', async () => {
    const hub = await hubs.start()
    await joinedLane(hub)
    const declares = { ...wallet.declares, deferrable: false }
    const mute: PaymentProvider = {
      ...wallet,
      ledger: 'outside',
      declares,
      authorise: () => new Promise(() => {}),
    }
    const payments = await paymentsOf(hub, mute, { policy: { callLimitMs: 50 } })
    expect(await payments.authorise('lane-1', faceOrder(await newAccount(hub), 100))).toEqual({
      kind: 'pending',
    })
  })

  it('ask for what a restored hub has lost and its lane says was approved, and charge only what nobody saw', async () => {
    const hub = await hubs.start()
    await joinedLane(hub)
    const account = await newAccount(hub, 1000)
    await hub.database.query(`INSERT INTO hub_meta VALUES ('restoredAtMs', '1')`)
    const payments = await paymentsOf(hub, wallet)
    await payments.finishInterrupted()
    expect(payments.restored()).toBe(true)
    const { attemptKey, saleId, amountMinor, currency, bench, instrument } = faceOrder(account, 400)
    const order = {
      attemptKey,
      laneId: 'lane-1',
      saleId,
      amountMinor,
      currency,
      bench,
      instrument,
      mode: 'online' as const,
      codeHash: null,
      recoveryKey: null,
    }
    const restore = (lost: Order) => hub.database.transaction((tx) => payments.restoreLost(tx, lost))
    await restore(order)
    await restore(order)
    await payments.settle()
    expect(await payments.query('lane-1', attemptKey)).toMatchObject({ kind: 'approved' })
    expect(await balanceOf(hub, account)).toBe(600)
    // A code is gone, and without it the hub's own wallet cannot be asked: a person hears of it.
    await restore({ ...order, attemptKey: newKey(), instrument: { kind: 'walletCode', wallet: 'own' } })
    const { cases } = (await hub.operator('GET', '/operator/v1/payments/cases')).json
    expect(cases).toMatchObject([{ kind: 'lostInRestore' }])
  })
})
