import type { z } from 'zod'
import type { createAccountRequestSchema } from '../../../src-main/contract/hubApi.ts'
import { randomKey, sha256 } from '../../crypto.ts'
import type { HubSecrets } from '../../secrets.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../../store/database.ts'
import { post, systemAccount } from './ledger.ts'
import { maskName, maskPhone } from './masks.ts'

export interface WalletAccount {
  readonly accountId: string
  readonly name: string
  readonly phone: string
  readonly maskedName: string
  readonly maskedAccount: string
  readonly currency: string
  readonly balanceMinor: number
  readonly blocked: boolean
  /** `deferredDeclined`: goods left the store and the later charge was declined. */
  readonly flag: string | null
}

interface AccountRow {
  account_id: string
  name: string
  phone: string
  currency: string
  balance_minor: string
  blocked: boolean
  flag: string | null
}

const columns = 'account_id, name, phone, currency, balance_minor, blocked, flag'

function accountOf(row: AccountRow): WalletAccount {
  return {
    accountId: row.account_id,
    name: row.name,
    phone: row.phone,
    maskedName: maskName(row.name),
    maskedAccount: maskPhone(row.phone),
    currency: row.currency,
    balanceMinor: toSafeInteger(row.balance_minor),
    blocked: row.blocked,
    flag: row.flag,
  }
}

/** Opens an account; its first balance is a transfer from the funding account, so the ledger balances from the start. */
export async function createAccount(
  tx: Transaction,
  secrets: HubSecrets,
  request: z.infer<typeof createAccountRequestSchema>,
  atMs: number,
): Promise<WalletAccount> {
  const accountId = randomKey()
  const rows = await tx.query<AccountRow>(
    `INSERT INTO wallet_account (account_id, kind, name, phone, wallet_token_sha256, currency, balance_minor, created_at_ms)
     VALUES ($1, 'shopper', $2, $3, $4, $5, 0, $6) RETURNING ${columns}`,
    [
      accountId,
      request.name,
      request.phone,
      tokenHash(walletToken(secrets, accountId)),
      request.currency,
      atMs,
    ],
  )
  const [row] = rows
  if (row === undefined) throw new Error('The inserted account did not come back')
  if (request.balanceMinor === 0) return accountOf(row)
  await post(tx, {
    kind: 'fund',
    providerKey: `fund-${accountId}`,
    attemptKey: null,
    saleId: null,
    amountMinor: request.balanceMinor,
    currency: request.currency,
    from: await systemAccount(tx, 'funding', request.currency, atMs),
    to: accountId,
    atMs,
  })
  return { ...accountOf(row), balanceMinor: request.balanceMinor }
}

/** Money paid in by the shopper, once for each `grantKey`. */
export async function fundAccount(
  tx: Transaction,
  grant: {
    readonly grantKey: string
    readonly accountId: string
    readonly amountMinor: number
    readonly currency: string
  },
  atMs: number,
): Promise<void> {
  await post(tx, {
    kind: 'fund',
    providerKey: `fund-${grant.accountId}-${grant.grantKey}`,
    attemptKey: null,
    saleId: null,
    amountMinor: grant.amountMinor,
    currency: grant.currency,
    from: await systemAccount(tx, 'funding', grant.currency, atMs),
    to: grant.accountId,
    atMs,
  })
}

/** The secret part of the shopper's page; made from the account, so that the database holds only its hash. */
export function walletToken(secrets: HubSecrets, accountId: string): string {
  return secrets.keyed('walletPage', accountId).subarray(0, 16).toString('hex')
}

function tokenHash(token: string): Buffer {
  return sha256(Buffer.from(token))
}

export async function accountOfToken(database: Queryable, token: string): Promise<WalletAccount | null> {
  const rows = await database.query<AccountRow>(
    `SELECT ${columns} FROM wallet_account WHERE wallet_token_sha256 = $1 AND kind = 'shopper'`,
    [tokenHash(token)],
  )
  return rows[0] === undefined ? null : accountOf(rows[0])
}

export async function findAccount(database: Queryable, accountId: string): Promise<WalletAccount | null> {
  const rows = await database.query<AccountRow>(
    `SELECT ${columns} FROM wallet_account WHERE account_id = $1 AND kind = 'shopper'`,
    [accountId],
  )
  return rows[0] === undefined ? null : accountOf(rows[0])
}

/** The same, and nobody else changes it before this transaction ends. */
export async function lockAccount(tx: Transaction, accountId: string): Promise<WalletAccount | null> {
  const rows = await tx.query<AccountRow>(
    `SELECT ${columns} FROM wallet_account WHERE account_id = $1 AND kind = 'shopper' FOR UPDATE`,
    [accountId],
  )
  return rows[0] === undefined ? null : accountOf(rows[0])
}

export async function listAccounts(database: Queryable): Promise<WalletAccount[]> {
  const rows = await database.query<AccountRow>(
    `SELECT ${columns} FROM wallet_account WHERE kind = 'shopper' ORDER BY created_at_ms, account_id`,
  )
  return rows.map(accountOf)
}

export async function flagAccount(
  tx: Transaction,
  accountId: string,
  flag: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE wallet_account SET flag = $2, flagged_at_ms = $3 WHERE account_id = $1 AND kind = 'shopper'`,
    [accountId, flag, atMs],
  )
}

export async function clearFlag(tx: Transaction, accountId: string): Promise<void> {
  await tx.query(
    `UPDATE wallet_account SET flag = NULL, flagged_at_ms = NULL WHERE account_id = $1 AND kind = 'shopper'`,
    [accountId],
  )
}
