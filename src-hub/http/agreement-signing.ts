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
  if (registry.named(wish.provider) === null || registry.providerFor(payer)?.name !== wish.provider)
    throw new Refusal(409, 'agreement.provider', `This hub charges no agreements at ${wish.provider}.`)
  return context.database.transaction(async (tx) => {
    const agreement = await signAgreement(tx, { accountId, ...wish }, context.nowMs())
    if (agreement !== null) return agreement
    throw new Refusal(409, 'agreement.taken', 'This agreement is another account’s, or has ended.')
  })
}

/** Providers of this hub with which agreements can be signed. */
export function agreementProviders({ registry }: PaymentScope): string[] {
  const payer = { kind: 'agreement' as const, accountId: '', agreementNo: '' }
  return registry.all
    .filter(({ name }) => registry.providerFor({ ...payer, provider: name })?.name === name)
    .map(({ name }) => name)
}
