import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standingCharges } from '../../../src-hub/providers/wallet/ledger.ts'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import {
  balanceOf,
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  type TestHub,
  type TestLane,
  useHubs,
} from './harness.ts'

const hubs = useHubs()

type Step =
  | { readonly kind: 'authorise'; readonly order: number; readonly account: number; readonly amount: number }
  | { readonly kind: 'cancel'; readonly order: number }
  | { readonly kind: 'refund'; readonly order: number; readonly amount: number; readonly refund: number }

const orders = fc.nat(5)
const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('authorise' as const),
      order: orders,
      account: fc.nat(2),
      amount: fc.integer({ min: 1, max: 700 }),
    }),
    fc.record({ kind: fc.constant('cancel' as const), order: orders }),
    fc.record({
      kind: fc.constant('refund' as const),
      order: orders,
      amount: fc.integer({ min: 1, max: 500 }),
      refund: fc.nat(3),
    }),
  ),
  { minLength: 1, maxLength: 14 },
)

async function run(lane: TestLane, accounts: readonly string[], keys: readonly string[], step: Step) {
  const attemptKey = keys[step.order] ?? ''
  switch (step.kind) {
    case 'authorise':
      return lane.call('authorise', {
        ...faceOrder(accounts[step.account] ?? newKey(), step.amount, attemptKey),
        saleId: attemptKey,
      })
    case 'cancel':
      return lane.call('cancel', { attemptKey })
    case 'refund': {
      const refundKey = `${attemptKey.slice(0, 31)}${step.refund}`
      return lane.call('refund', { attemptKey, refundKey, amountMinor: step.amount, currency: 'CNY' })
    }
  }
}

async function total(hub: TestHub, accounts: readonly string[]): Promise<number> {
  const charged = (await standingCharges(hub.database)).reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  let held = 0
  for (const account of accounts) held += await balanceOf(hub, account)
  return held + charged
}

describe('the wallet’s ledger', () => {
  it('balances after any calls in any order, some at once, and money is neither made nor lost', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const accounts = [await newAccount(hub, 1000), await newAccount(hub, 500)]
    const before = await total(hub, accounts)
    const seed = Date.now() & 0xffff
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (script, atOnce) => {
        const keys = Array.from({ length: 6 }, newKey)
        for (let from = 0; from < script.length; from += atOnce) {
          const replies = await Promise.all(
            script.slice(from, from + atOnce).map((step) => run(lane, accounts, keys, step)),
          )
          for (const { status } of replies) expect([200, 409]).toContain(status)
        }
        expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
        expect(await total(hub, accounts)).toBe(before)
      }),
      { numRuns: 20, seed },
    )
  })

  it('is refused by the database itself when it does not balance, is changed, or overdraws a shopper', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 1000)
    await lane.call('authorise', faceOrder(account, 100))
    const { database } = hub
    const oneSided = database.transaction(async (tx) => {
      const rows = await tx.query<{ id: string }>(
        `INSERT INTO wallet_transaction (kind, provider_key, amount_minor, currency, at_ms)
         VALUES ('fund', 'x', 5, 'CNY', 1) RETURNING transaction_id AS id`,
      )
      await tx.query(`INSERT INTO wallet_ledger VALUES ($1, $2, 5, 'CNY')`, [rows[0]?.id, account])
    })
    await expect(oneSided).rejects.toThrow(/does not balance/)
    await expect(database.query('UPDATE wallet_ledger SET amount_minor = 1')).rejects.toThrow(
      /only ever added/,
    )
    await expect(database.query('DELETE FROM wallet_transaction')).rejects.toThrow(/only ever added/)
    await expect(database.query('UPDATE wallet_account SET balance_minor = -1')).rejects.toThrow(
      /violates check/,
    )
    expect(await verifyLedger(database)).toEqual({ balanced: true, problems: [] })
  })

  it('names what is wrong when somebody went around its rules', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 1000)
    const order = faceOrder(account, 100)
    await lane.call('authorise', order)
    await hub.database.query('UPDATE wallet_account SET balance_minor = 901 WHERE account_id = $1', [account])
    await hub.database.query('UPDATE payment_attempt SET approved_minor = 99')
    const { balanced, problems } = await verifyLedger(hub.database)
    expect(balanced).toBe(false)
    expect(problems).toEqual([
      `account ${account} does not hold the sum of its postings`,
      `attempt ${order.attemptKey} is approved but its postings differ`,
    ])
  })
})
