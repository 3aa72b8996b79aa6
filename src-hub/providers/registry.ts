import type { PaymentProvider, ProviderRegistry } from './port.ts'

/** What the hub charges on its own ledger. */
export interface BuiltInProviders {
  readonly wallet: PaymentProvider
  readonly points: PaymentProvider
  readonly coupon: PaymentProvider
}

/** Which provider charges whom. */
export function createRegistry({ wallet, points, coupon }: BuiltInProviders): ProviderRegistry {
  const all = [wallet, points, coupon]
  return {
    all,
    named: (name) => all.find((provider) => provider.name === name) ?? null,
    providerFor: (payer) => {
      switch (payer.kind) {
        case 'account':
          return wallet
        case 'points':
          return points
        case 'coupon':
          return coupon
        case 'code':
          return payer.wallet === 'own' ? wallet : null
        case 'agreement':
          return all.find((provider) => provider.name === payer.provider) ?? null
        case 'faceToken':
          return null
      }
    },
  }
}
