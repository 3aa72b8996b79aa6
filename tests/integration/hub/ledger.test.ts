import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standingCharges } from '../../../src-hub/providers/wallet/ledger.ts'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import { faceOrder, joinedLane, newAccount, newKey, type TestHub, type TestLane, useHubs } from './harness.ts'

const hubs = useHubs()

type Step =
  | { readonly kind: 'authorise'; readonly order: number; readonly account: number; readonly amount: number }
  | { readonly kind: 'points'; readonly order: number; readonly account: number; readonly amount: number }
  | { readonly kind: 'coupon'; readonly order: number; readonly coupon: number; readonly amount: number }
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
    fc.record({
      kind: fc.constant('points' as const),
      order: orders,
      account: fc.nat(2),
      amount: fc.integer({ min: 1, max: 700 }),
    }),
    fc.record({
      kind: fc.constant('coupon' as const),
      order: orders,
      coupon: fc.nat(2),
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

interface World {
  readonly accounts: readonly string[]
  readonly coupons: readonly string[]
}

async function run(lane: TestLane, { accounts, coupons }: World, keys: readonly string[], step: Step) {
  const attemptKey = keys[step.order] ?? ''
  switch (step.kind) {
    case 'authorise':
      return lane.call('authorise', {
        ...faceOrder(accounts[step.account] ?? newKey(), step.amount, attemptKey),
        saleId: attemptKey,
      })
    case 'points': {
      const order = faceOrder(accounts[step.account] ?? newKey(), step.amount, attemptKey)
      const instrument = { ...order.instrument, kind: 'points' }
      return lane.call('authorise', { ...order, instrument, saleId: attemptKey })
    }
    case 'coupon': {
      const instrument = { kind: 'coupon', code: coupons[step.coupon] ?? 'FC000000000000' }
      const order = faceOrder(newKey(), step.amount, attemptKey)
      return lane.call('authorise', { ...order, instrument, saleId: attemptKey })
    }
    case 'cancel':
      return lane.call('cancel', { attemptKey })
    case 'refund': {
      const refundKey = `${attemptKey.slice(0, 31)}${step.refund}`
      return lane.call('refund', { attemptKey, refundKey, amountMinor: step.amount, currency: 'CNY' })
    }
  }
}

/** What shoppers hold in money, points and coupons, and what stands charged. */
async function total(hub: TestHub): Promise<number> {
  const charged = (await standingCharges(hub.database)).reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const [held] = await hub.database.query<{ sum: string }>('SELECT sum(balance_minor) FROM wallet_account')
  return Number(held?.sum) + charged
}

const somebody = `(SELECT account_id FROM wallet_account WHERE name = 'Somebody else')`

describe('the wallet’s ledger', () => {
  it('balances after any calls in any order, some at once, and money is neither made nor lost', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const accounts = [await newAccount(hub, 1000), await newAccount(hub, 500)]
    for (const account of accounts) {
      const grant = { grantKey: newKey(), amountMinor: 800, currency: 'CNY' }
      await hub.operator('POST', `/operator/v1/accounts/${account}/points`, grant)
    }
    const coupon = { faceMinor: 500, currency: 'CNY', expiresAtMs: Date.now() + 3_600_000 }
    const issue = async () => (await hub.operator('POST', '/operator/v1/coupons', coupon)).json.code as string
    const coupons = [await issue(), await issue()]
    const before = await total(hub)
    const seed = Date.now() & 0xffff
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (script, atOnce) => {
        const keys = Array.from({ length: 6 }, newKey)
        for (let from = 0; from < script.length; from += atOnce) {
          const replies = await Promise.all(
            script.slice(from, from + atOnce).map((step) => run(lane, { accounts, coupons }, keys, step)),
          )
          for (const { status } of replies) expect([200, 409]).toContain(status)
        }
        expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
        expect(await total(hub)).toBe(before)
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

  it.each([
    ['wallet_account', `SET currency = 'EUR' WHERE kind = 'shopper'`, 'has postings in another currency'],
    ['wallet_ledger', `SET account_id = ${somebody} WHERE amount_minor = 30`, 'moved the money of another'],
    ['payment_attempt', `SET account_id = ${somebody}`, 'moved the money of another account or sale'],
    ['payment_attempt', `SET sale_id = '${'e'.repeat(32)}'`, 'moved the money of another account or sale'],
  ])('names money that is somebody else’s: UPDATE %s %s', async (table, change, problem) => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const order = faceOrder(await newAccount(hub, 1000), 100)
    await newAccount(hub, 1000, 'Somebody else')
    await lane.call('authorise', order)
    const refund = { attemptKey: order.attemptKey, refundKey: newKey(), amountMinor: 30, currency: 'CNY' }
    await lane.call('refund', refund)
    expect((await verifyLedger(hub.database)).problems).toEqual([])
    // Past its rules, as only the database's owner can.
    await hub.database.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
    await hub.database.query(`UPDATE ${table} ${change}`)
    const { problems } = await verifyLedger(hub.database)
    expect(problems.some((found) => found.includes(problem))).toBe(true)
  })
})
