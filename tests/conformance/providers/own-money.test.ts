import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll } from 'vitest'
import {
  type DeclineCase,
  providerConformance,
  type ProviderRig,
} from '../../../src-hub/providers/kit/conformance.ts'
import { createCoupons } from '../../../src-hub/providers/coupon/provider.ts'
import { issueCoupon } from '../../../src-hub/providers/coupon/coupons.ts'
import { grantPoints } from '../../../src-hub/providers/points/accounts.ts'
import { createPoints } from '../../../src-hub/providers/points/provider.ts'
import type { Payer, PaymentProvider } from '../../../src-hub/providers/port.ts'
import { createAccount } from '../../../src-hub/providers/wallet/accounts.ts'
import { hashCode, issueCode } from '../../../src-hub/providers/wallet/codes.ts'
import { createWallet } from '../../../src-hub/providers/wallet/provider.ts'
import { openSecrets, type HubSecrets } from '../../../src-hub/secrets.ts'
import { type Database, openDatabase, toSafeInteger } from '../../../src-hub/store/database.ts'
import { startEmbeddedPostgres } from '../../../src-hub/store/embedded.ts'
import { migrate } from '../../../src-hub/store/migrate.ts'
import { temporaryFolder } from '../../integration/hub/harness.ts'

const currency = 'CNY'
let folder: string
let close: () => Promise<void>
let database: Database
let secrets: HubSecrets

beforeAll(async () => {
  folder = await temporaryFolder()
  const postgres = await startEmbeddedPostgres(folder)
  database = openDatabase(postgres.url('postgres'), () => {})
  await migrate(database)
  secrets = await openSecrets(folder)
  close = async () => {
    await database.close()
    await postgres.close()
  }
})
afterAll(async () => {
  await close()
  await rm(folder, { recursive: true, force: true })
})

function rigOf(make: () => PaymentProvider, payer: (amountMinor: number) => Promise<Payer>): ProviderRig {
  return {
    provider: make(),
    call: (work) => database.transaction(work),
    payer,
    reopened: async () => make(),
    standing,
    arrange: () => Promise.reject(new Error('The hub’s own ledger has no wire')),
    pass: async () => {},
    close: async () => {},
  }
}

/** From the postings, not from the provider. */
async function standing(chargeKey: string) {
  const rows = await database.query<{ kind: string; amount_minor: string }>(
    `SELECT kind, amount_minor FROM wallet_transaction WHERE attempt_key = $1`,
    [chargeKey.slice(0, 32)],
  )
  const sum = (kinds: readonly string[]) =>
    rows
      .filter(({ kind }) => kinds.includes(kind))
      .reduce((total, { amount_minor: minor }) => total + toSafeInteger(minor), 0)
  return {
    charges: rows.filter(({ kind }) => kind === 'charge').length,
    chargedMinor: sum(['charge']),
    returnedMinor: sum(['void', 'refund']),
  }
}

async function shopper(balanceMinor: number): Promise<string> {
  const request = { name: '王小明', phone: '13800135678', balanceMinor, currency }
  const account = await database.transaction((tx) => createAccount(tx, secrets, request, Date.now()))
  return account.accountId
}

async function pointsOf(amountMinor: number): Promise<Payer> {
  const accountId = await shopper(0)
  const grantKey = randomBytes(16).toString('hex')
  if (amountMinor > 0) {
    const grant = { grantKey, accountId, amountMinor, currency }
    await database.transaction((tx) => grantPoints(tx, grant, Date.now()))
  }
  return { kind: 'points', accountId }
}

async function coupon(faceMinor: number, expiresAtMs = Date.now() + 60_000): Promise<Payer> {
  const wish = { faceMinor, currency, expiresAtMs }
  const code = await database.transaction((tx) => issueCoupon(tx, secrets, wish, Date.now()))
  return { kind: 'coupon', codeHash: hashCode(secrets, code) }
}

async function codeOf(accountId: string, issuedAtMs: number): Promise<Payer> {
  const { code } = await database.transaction((tx) => issueCode(tx, secrets, accountId, issuedAtMs))
  return { kind: 'code', wallet: 'own', code, codeHash: hashCode(secrets, code) }
}

function when(
  reason: DeclineCase['reason'],
  words: string,
  payer: () => Promise<Payer>,
  more: { amountMinor?: number; currency?: string } = {},
): DeclineCase {
  return {
    reason,
    when: words,
    arrange: async () => ({ payer: await payer(), amountMinor: 1000, ...more }),
  }
}

const nobody = 'f'.repeat(32)
const whyNoOthers = 'its ledger is in the hub’s own database: no wire, and no buyer to ask'
const wallet = () => createWallet({ paymentMinor: 100_000 })

providerConformance({
  name: 'wallet, by face',
  ledger: 'hub',
  currency,
  faults: [],
  whyNoOthers,
  declines: [
    when('insufficientFunds', 'the balance is too small', async () => ({
      kind: 'account',
      accountId: await shopper(999),
    })),
    when('accountUnknown', 'there is no such account', async () => ({ kind: 'account', accountId: nobody })),
    when(
      'amountOverLimit',
      'it is more than one payment may be',
      async () => ({ kind: 'account', accountId: await shopper(900_000) }),
      { amountMinor: 100_001 },
    ),
    when(
      'currencyNotHeld',
      'the lane sells in another currency',
      async () => ({ kind: 'account', accountId: await shopper(5000) }),
      { currency: 'EUR' },
    ),
  ],
  make: async () =>
    rigOf(wallet, async (amountMinor) => ({ kind: 'account', accountId: await shopper(amountMinor) })),
})

providerConformance({
  name: 'wallet, by a code on the phone',
  ledger: 'hub',
  currency,
  faults: [],
  whyNoOthers,
  declines: [
    when('codeInvalid', 'nobody issued the code', async () => ({
      kind: 'code',
      wallet: 'own',
      code: null,
      codeHash: hashCode(secrets, '990000000000000000'),
    })),
    when('codeExpired', 'the code is older than two minutes', async () =>
      codeOf(await shopper(5000), Date.now() - 121_000),
    ),
  ],
  make: async () => rigOf(wallet, async (amountMinor) => codeOf(await shopper(amountMinor), Date.now())),
})

providerConformance({
  name: 'points',
  ledger: 'hub',
  currency,
  faults: [],
  whyNoOthers,
  declines: [
    when('insufficientFunds', 'there are no points', () => pointsOf(0)),
    when('accountUnknown', 'there is no such account', async () => ({ kind: 'points', accountId: nobody })),
  ],
  make: async () => rigOf(createPoints, pointsOf),
})

providerConformance({
  name: 'coupon',
  ledger: 'hub',
  currency,
  faults: [],
  whyNoOthers,
  declines: [
    when('codeInvalid', 'nobody issued the code', async () => ({
      kind: 'coupon',
      codeHash: hashCode(secrets, 'FC000000000000'),
    })),
    when('codeExpired', 'its day has passed', () => coupon(1000, Date.now() - 1)),
    when('currencyNotHeld', 'the lane sells in another currency', () => coupon(1000), { currency: 'EUR' }),
  ],
  make: async () => rigOf(createCoupons, (amountMinor) => coupon(amountMinor)),
})
