import { signAgreement } from '../../../src-hub/providers/wallet/agreements.ts'
import type { Transaction } from '../../../src-hub/store/database.ts'
import type pg from 'pg'
import type { Hub } from '../processes/hub.ts'
import type { SimulatorProcess } from '../processes/simulator.ts'
import type { Visit } from '../schedule/visits.ts'

const paymentLimitMinor = 10_000_000

/** A member of the shop whose face is charged through a debit agreement; answers how they prove who they are. */
export async function makeMember(
  person: number,
  { hub, simulator, database }: { hub: Hub; simulator: SimulatorProcess; database: pg.Client },
): Promise<{ readonly payer: string; readonly walletCode: string }> {
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
  await signAgreement(transactionOn(database), agreement, Date.now())
  return { payer, walletCode: await operator.issueCode(accountId) }
}

/** One statement after the other, each for itself: nobody else is there yet. */
function transactionOn(client: pg.Client): Transaction {
  return {
    inTransaction: true,
    query: async (text, values) => (await client.query(text, values === undefined ? [] : [...values])).rows,
    savepoint: (work) => work(),
  }
}

/** What the phone shows for the `nth` payment of this visit: a fresh code of its wallet, by the wallets' prefixes. */
export function phoneCode({ phone, codeDigits }: Visit, nth: number): string {
  return `${phone === 'alipay' ? '28' : '13'}${codeDigits}${nth % 10}`
}
