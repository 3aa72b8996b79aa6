import type { ShelfTile, VendPiece } from '../../src-main/contract/vending.ts'

type Closed = Exclude<ShelfTile['state'], 'ready'>

const closed: Record<Closed, string> = {
  soldOut: 'Sold out',
  outOfOrder: 'Stuck: not for sale',
  away: 'Not now',
}

const pieces: Record<VendPiece['state'], string> = {
  waiting: 'Comes next',
  turning: 'On its way',
  checking: 'Checking',
  dropped: 'Take it below',
  notDropped: 'Did not come: money back',
}

/** What a vending machine says. */
export const vendingEn = {
  title: 'Touch what you would like',
  away: {
    title: 'The machine is resting',
    body: 'Nothing can be bought right now. You were not charged.',
  },
  closed,
  left: (count: number) => `${count} left`,
  slots: (names: readonly string[]) => `No. ${names.join(', ')}`,
  fewer: (name: string) => `One fewer: ${name}`,
  cancel: 'Start again',
  dispensing: {
    title: 'Paid. Here it comes',
    body: 'Please take your goods from the tray below.',
    checking: 'The machine does not answer. What does not fall is paid back.',
  },
  pieces,
  refund: {
    ordered: (amount: string) => `${amount} goes back to you, the way you paid.`,
    later: 'What did not come is paid back, the way you paid. You need not wait here.',
    refused: 'Your money could not go back by itself. Keep this receipt, the shop will settle it.',
  },
  doneTitle: 'Some of it did not come',
}
