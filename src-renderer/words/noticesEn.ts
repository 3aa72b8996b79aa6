import type { Notice, NoticeCode } from '../../src-main/contract/laneView.ts'
import type { DeclineReason } from '../../src-main/contract/payment.ts'

/** What happened, and what to do or what it means for the money. */
export interface Said {
  readonly title: string
  readonly body: string
}
type NoticeOf<C extends NoticeCode> = Extract<Notice, { code: C }>
type NoticeWords = { readonly [C in NoticeCode]: (notice: NoticeOf<C>) => Said }

export const declines: Record<DeclineReason, Said> = {
  insufficientFunds: {
    title: 'Not enough money in the wallet',
    body: 'You were not charged. Top up, or pay another way.',
  },
  accountUnknown: { title: 'We could not find that wallet', body: 'You were not charged. Pay another way.' },
  accountBlocked: { title: 'That wallet is locked', body: 'You were not charged. Pay another way.' },
  codeInvalid: {
    title: 'That code did not work',
    body: 'You were not charged. Open a fresh code and try again.',
  },
  codeExpired: {
    title: 'That code was too old',
    body: 'You were not charged. Open a fresh code and try again.',
  },
  amountOverLimit: {
    title: 'More than the wallet allows at once',
    body: 'You were not charged. Pay another way, or ask staff.',
  },
  currencyNotHeld: {
    title: 'The wallet does not hold this currency',
    body: 'You were not charged. Pay another way.',
  },
  benchNotAllowed: {
    title: 'A test lane cannot take this money',
    body: 'You were not charged. Use another lane.',
  },
  attemptCancelled: { title: 'The payment was stopped', body: 'You were not charged. Choose how to pay.' },
  offlineLimit: {
    title: 'Too much to take while offline',
    body: 'You were not charged. Remove something, or ask staff.',
  },
  other: { title: 'The payment did not go through', body: 'You were not charged. Pay another way.' },
}

const memberCardRefusals: Record<NoticeOf<'memberCardRefused'>['reason'], Said> = {
  unreadable: { title: 'That card did not read', body: 'Please try it once more, a little slower.' },
  notAMemberCard: {
    title: 'Not a card of this shop',
    body: 'Please use another card, or go on without.',
  },
  removedTooSoon: { title: 'The card was gone too soon', body: 'Please hold it there until it is read.' },
}

export const notices: NoticeWords = {
  unknownBarcode: (notice) => ({
    title: 'We do not know this item',
    body: `It was not added. Ask staff if you want it. Barcode ${notice.barcode}`,
  }),
  unreadableBarcode: () => ({
    title: 'That did not scan',
    body: 'Nothing was added. Turn it a little and try again.',
  }),
  itemExpired: (notice) => ({
    title: `${notice.name.en} is past its date`,
    body: `It was not added. Its last day was ${notice.lastDay}. Please take another one, or tell staff.`,
  }),
  memberCardUnknown: (notice) => ({
    title: `We do not know the card ending in ${notice.ending}`,
    body: 'Please go on without it, or try another card. Staff can add it to your account.',
  }),
  memberCardBlocked: (notice) => ({
    title: `The card ending in ${notice.ending} is blocked`,
    body: 'Please go on without it, or ask staff. Your points are safe.',
  }),
  memberCardNotNow: () => ({
    title: 'We cannot look at member cards now',
    body: 'Please go on without it, or show it once more before you pay.',
  }),
  memberCardRefused: (notice) => memberCardRefusals[notice.reason],
  paymentCardRefused: () => ({
    title: 'Only member cards go here',
    body: 'You were not charged, and nothing of your payment card was kept. Choose card when you pay.',
  }),
  basketFull: () => ({ title: 'The basket is full', body: 'Pay for these first, then start again.' }),
  staffNeededFirst: () => ({
    title: 'Staff has to look at something first',
    body: 'Then you can pay. Help is close.',
  }),
  codeNotForPaying: () => ({
    title: 'That was a payment code',
    body: 'Nothing was charged. Scan items first, then choose Pay.',
  }),
  basketKept: () => ({
    title: 'We kept your basket',
    body: 'The lane had to restart. Carry on where you were.',
  }),
  faceNotFound: () => ({
    title: 'We do not know this face',
    body: 'You were not charged. Pay with your phone.',
  }),
  faceNotClear: () => ({
    title: 'We could not be sure it is you',
    body: 'You were not charged. Try again, or pay with your phone.',
  }),
  faceAttack: () => ({
    title: 'We could not see a live face',
    body: 'You were not charged. Pay with your phone, or ask staff.',
  }),
  faceChallenge: () => ({
    title: 'We could not finish the check',
    body: 'You were not charged. Pay with your phone, or try again.',
  }),
  faceTimeout: () => ({
    title: 'We did not get a clear look',
    body: 'You were not charged. Try again, or pay with your phone.',
  }),
  cameraUnavailable: () => ({
    title: 'The camera is not working',
    body: 'You were not charged. Pay with your phone.',
  }),
  faceEngineUnavailable: () => ({
    title: 'Paying by face is resting',
    body: 'You were not charged. Pay with your phone.',
  }),
  notYou: () => ({ title: 'Good that you checked', body: 'Nobody was charged. Choose how to pay.' }),
  wrongDigits: (notice) => ({
    title: 'Those digits do not match',
    body: `You were not charged. ${notice.attemptsLeft === 1 ? 'One more try' : `${notice.attemptsLeft} more tries`}.`,
  }),
  declined: (notice) => declines[notice.reason],
  hubNeeded: () => ({
    title: 'This needs the network',
    body: 'You were not charged. Pay another way, or ask staff.',
  }),
  partlyPaid: () => ({ title: 'A part is paid', body: 'Choose how to pay the rest.' }),
  partlyPaidKept: () => ({
    title: 'The basket stays as it is',
    body: 'A part of it is paid. Pay the rest, or cancel and get the money back.',
  }),
  noPoints: () => ({
    title: 'There are no points to use yet',
    body: 'You were not charged. Pay another way.',
  }),
  attemptHeld: () => ({
    title: 'We could not find out whether you were charged',
    body: 'If you were, the money comes back by itself. Please choose again.',
  }),
  chooseOnScreen: () => ({
    title: 'Please choose on the screen',
    body: 'This machine sells what lies behind the glass.',
  }),
  couponNotNow: () => ({
    title: 'That was a coupon',
    body: 'It was not used. Scan items first, choose Pay, then show it again.',
  }),
  faceOwing: () => ({
    title: 'Please pay another way today',
    body: 'An earlier payment did not go through. You were not charged now.',
  }),
  debtPaid: () => ({
    title: 'Thank you, that is settled',
    body: 'The earlier payment is paid. Now choose how to pay for this one.',
  }),
  attemptCancelled: () => ({
    title: 'The payment was stopped',
    body: 'You were not charged. Choose how to pay.',
  }),
  restricted: () => ({
    title: 'Staff has to approve this item',
    body: 'It waits in your basket. Help is on the way.',
  }),
  diskFull: () => ({
    title: 'This lane cannot sell right now',
    body: 'You were not charged. Please use another lane.',
  }),
  storeCorrupt: () => ({
    title: 'This lane is out of order',
    body: 'Please use another lane. Staff: leave this machine as it is and call support.',
  }),
  journalBroken: () => ({
    title: 'This lane has to be checked',
    body: 'Please use another lane. Staff: leave this machine as it is and call support.',
  }),
}
