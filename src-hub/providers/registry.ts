import { Failure } from '../../src-main/contract/failure.ts'
import type { Payer, PaymentProvider, ProviderRegistry } from './port.ts'

/** What the hub charges on its own ledger. */
export interface BuiltInProviders {
  readonly wallet: PaymentProvider
  readonly points: PaymentProvider
  readonly coupon: PaymentProvider
}

/** A provider outside the hub and whom it charges here. */
export interface RegisteredProvider {
  readonly provider: PaymentProvider
  charges(payer: Payer): boolean
}

/** Which provider charges whom. Throws `Failure` `providers.twice` when two have one name: attempts are kept by it. */
export function createRegistry(
  { wallet, points, coupon }: BuiltInProviders,
  outside: readonly RegisteredProvider[] = [],
): ProviderRegistry {
  const all = [wallet, points, coupon, ...outside.map(({ provider }) => provider)]
  const byName = new Map(all.map((provider) => [provider.name, provider]))
  const twice = all.find((provider) => byName.get(provider.name) !== provider)
  if (twice !== undefined) throw twoNamed(twice.name)
  return {
    all,
    named: (name) => byName.get(name) ?? null,
    providerFor: (payer) => {
      if (payer.kind === 'account' || (payer.kind === 'code' && payer.wallet === 'own')) return wallet
      if (payer.kind === 'points') return points
      if (payer.kind === 'coupon') return coupon
      return outside.find((one) => one.charges(payer))?.provider ?? null
    },
  }
}

function twoNamed(name: string): Failure {
  return new Failure({
    code: 'providers.twice',
    attempted: 'set up the payment providers',
    remedy: 'staff',
    message: `Two payment providers are named "${name}". Take one of them out of the --providers file.`,
  })
}
