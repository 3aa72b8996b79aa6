import type { Operator } from '../../bench/operator.ts'

/** Shoppers of the bench: a phone each, and money for a few weeks. */
const shoppers = [
  { name: '安娜', phone: '+8613800004242', balanceMinor: 200_000 },
  { name: 'Bruno Keller', phone: '+8613800001717', balanceMinor: 50_000 },
  { name: '李小钱', phone: '+8613800000001', balanceMinor: 500 },
]

/** A new hub of the box gets wallets to pay with; one that has some is left alone. */
export async function ensureBenchWallets(operator: Operator, currency: string): Promise<void> {
  const known = await operator.accounts()
  if (known.length > 0) return
  for (const shopper of shoppers) await operator.createAccount({ ...shopper, currency })
}
