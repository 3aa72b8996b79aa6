import { grantPoints } from '../../../src-hub/providers/points/accounts.ts'
import { signAgreement } from '../../../src-hub/providers/wallet/agreements.ts'
import type { Transaction } from '../../../src-hub/store/database.ts'
import type pg from 'pg'
import { pointsPayer } from './holdings.ts'
import type { Hub } from '../processes/hub.ts'
import type { SimulatorProcess } from '../processes/simulator.ts'
import type { Visit } from '../schedule/visits.ts'

const paymentLimitMinor = 10_000_000
/** Nobody runs out of them. */
const pointsMinor = 1_000_000_000

/**
 * A member of the shop, with points, whose face is charged through a debit agreement; answers what the books call them and
 * how they prove who they are.
 */
export async function makeMember(
  person: number,
  { hub, simulator, database }: { hub: Hub; simulator: SimulatorProcess; database: pg.Client },
): Promise<{ readonly payers: readonly string[]; readonly walletCode: string }> {
  const operator = hub.operator()
  const { accountId } = await operator.createAccount({
    name: `Person ${person}`,
    phone: `+86138${String(person).padStart(8, '0')}`,
    balanceMinor: 0,
    currency: 'CNY',
  })
  const agreementNo = `2026${String(person).padStart(16, '0')}`
  const { payer } = await simulator.sign(agreementNo)
  const agreement = { provider: 'alipay', agreementNo, accountId, paymentLimitMinor }
  const grant = {
    grantKey: String(person).padStart(32, '0'),
    accountId,
    amountMinor: pointsMinor,
    currency: 'CNY',
  }
  await database.query('BEGIN')
  await signAgreement(transactionOn(database), agreement, Date.now())
  await grantPoints(transactionOn(database), grant, Date.now())
  await database.query('COMMIT')
  return { payers: [payer, pointsPayer(accountId)], walletCode: await operator.issueCode(accountId) }
}

/** Between BEGIN and COMMIT; nobody else is there yet. */
function transactionOn(client: pg.Client): Transaction {
  return {
    inTransaction: true,
    query: async (text, values) => (await client.query(text, values === undefined ? [] : [...values])).rows,
    copy: () => Promise.reject(new Error('An agreement is one row')),
    savepoint: (work) => work(),
  }
}

/** What the phone shows for the `nth` payment of this visit: a fresh code of its wallet, by the wallets' prefixes. */
export function phoneCode({ phone, codeDigits }: Visit, nth: number): string {
  return `${phone === 'alipay' ? '28' : '13'}${codeDigits}${nth % 10}`
}
