import { testStripes } from '../../../drivers/msr/emulator/msr-emulator.ts'
import { testCards } from '../../../drivers/smart-card-rw/emulator/card-application.ts'
import type { Operator } from '../../bench/operator.ts'

/**
 * Shoppers of the bench: a phone each, money for a few weeks, and the member's cards that the emulated readers hold: by
 * serial number, by file and by stripe.
 */
const shoppers = [
  {
    name: '安娜',
    phone: '+8613800004242',
    balanceMinor: 200_000,
    memberNumbers: [testStripes.member.track2, testCards.member.uid],
  },
  {
    name: 'Bruno Keller',
    phone: '+8613800001717',
    balanceMinor: 50_000,
    memberNumbers: [testCards.otherMember.file, testCards.otherMember.uid],
  },
  { name: '李小钱', phone: '+8613800000001', balanceMinor: 500, memberNumbers: [] },
]

/** A new hub of the box gets wallets to pay with and cards to show; one that has some is left alone. */
export async function ensureBenchWallets(operator: Operator, currency: string): Promise<void> {
  const known = await operator.accounts()
  if (known.length > 0) return
  for (const { memberNumbers, ...shopper } of shoppers) {
    const { accountId } = await operator.createAccount({ ...shopper, currency })
    for (const memberNumber of memberNumbers) await operator.addMemberCard({ accountId, memberNumber })
  }
}
