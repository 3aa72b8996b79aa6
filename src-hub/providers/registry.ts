import type { Payer, PaymentProvider, ProviderRegistry } from './port.ts'

/** Which provider charges whom. */
export function createRegistry(wallet: PaymentProvider): ProviderRegistry {
  const all = [wallet]
  return {
    all,
    named: (name) => all.find((provider) => provider.name === name) ?? null,
    providerFor: (payer: Payer) => {
      if (payer.kind === 'account' || (payer.kind === 'code' && payer.wallet === 'own')) return wallet
      return null
    },
  }
}
