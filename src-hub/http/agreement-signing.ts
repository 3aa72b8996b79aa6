import type { z } from 'zod'
import type { signAgreementSchema } from '../../src-main/contract/hubMoney.ts'
import type { PaymentScope } from '../payments/policy.ts'
import type { WalletAccount } from '../providers/wallet/accounts.ts'
import { type Agreement, signAgreement } from '../providers/wallet/agreements.ts'
import { Refusal } from '../refusal.ts'

/** Keeps an agreement that the shopper signed with a provider of this hub; from now on their face is charged there. */
export async function signFor(
  { context, registry }: PaymentScope,
  { accountId }: WalletAccount,
  wish: z.infer<typeof signAgreementSchema>,
): Promise<Agreement> {
  const payer = { kind: 'agreement' as const, accountId, ...wish }
  if (registry.providerFor(payer) === null)
    throw new Refusal(409, 'agreement.provider', `This hub charges no agreements at ${wish.provider}.`)
  return context.database.transaction(async (tx) => {
    const agreement = await signAgreement(tx, { accountId, ...wish }, context.nowMs())
    if (agreement !== null) return agreement
    throw new Refusal(409, 'agreement.taken', 'This agreement is another account’s, or has ended.')
  })
}

/** Whose agreements this hub charges. */
export function agreementProviders({ registry }: PaymentScope): string[] {
  const payer = { kind: 'agreement' as const, accountId: '', agreementNo: '' }
  return registry.all
    .map(({ name }) => name)
    .filter((name) => registry.providerFor({ ...payer, provider: name }) !== null)
}
