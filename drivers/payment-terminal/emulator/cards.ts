/** A card a shopper of the bench may hold. Test numbers of the schemes, which no bank has issued. */
export interface TestCard {
  readonly id: string
  readonly pan: string
  readonly scheme: string
  /** ZVT card type (BMP 8A). */
  readonly cardType: number
  readonly pin: boolean
  /** Null is approved; else the result code its bank answers. */
  readonly declines: number | null
}

export const testCards: readonly TestCard[] = [
  {
    id: 'girocard',
    pan: '6720000000000000472',
    scheme: 'girocard',
    cardType: 0x05,
    pin: true,
    declines: null,
  },
  {
    id: 'contactless',
    pan: '5413330089020029',
    scheme: 'Mastercard',
    cardType: 0x06,
    pin: false,
    declines: null,
  },
  { id: 'noFunds', pan: '4111111111111111', scheme: 'Visa', cardType: 0x0a, pin: true, declines: 0x51 },
  { id: 'expired', pan: '4012888888881881', scheme: 'Visa', cardType: 0x0a, pin: false, declines: 0x78 },
  { id: 'unreadable', pan: '4000000000000002', scheme: 'Visa', cardType: 0x0a, pin: false, declines: 0x64 },
]

/** The card of that name; the first for a name nobody has. */
export function testCard(id: string): TestCard {
  return testCards.find((card) => card.id === id) ?? (testCards[0] as TestCard)
}
