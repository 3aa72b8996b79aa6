import type pg from 'pg'
import type { Hub } from '../processes/hub.ts'
import type { Effect } from '../judge/facts.ts'
import type { Bank } from './bank.ts'

/** The hub's own wallet holds the money: its postings are the log. */
export function walletBank(hub: Hub, database: () => Promise<pg.Client>): Bank {
  const accounts = new Map<number, string>()
  return {
    async open(person) {
      const { accountId } = await hub.operator().createAccount({
        name: `Person ${person}`,
        phone: `+86138${String(person).padStart(8, '0')}`,
        balanceMinor: 9_000_000_000,
        currency: 'CNY',
      })
      accounts.set(person, accountId)
      return { payer: accountId, accountId, walletCode: await hub.operator().issueCode(accountId) }
    },
    code: ({ person }) =>
      hub
        .operator()
        .issueCode(accounts.get(person) ?? '')
        .catch(() => null),
    async effects() {
      const client = await database()
      const { rows } = await client.query<{
        kind: string
        provider_key: string
        attempt_key: string
        amount: string
        account: string
      }>(
        `SELECT t.kind, t.provider_key, t.attempt_key, t.amount_minor AS amount, l.account_id AS account
           FROM wallet_transaction t JOIN wallet_ledger l USING (transaction_id) JOIN wallet_account a USING (account_id)
          WHERE t.kind <> 'fund' AND a.kind = 'shopper' ORDER BY transaction_id`,
      )
      await client.end()
      return rows.map(({ kind, attempt_key, amount, account }): Effect => ({
        kind: kind === 'charge' ? 'charge' : kind === 'void' ? 'cancel' : 'refund',
        trade: `${attempt_key}-1`,
        amountMinor: Number(amount),
        payer: account,
        codeSha256: null,
      }))
    },
  }
}
