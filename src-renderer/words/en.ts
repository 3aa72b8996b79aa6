import { myFaceEn } from './myFaceEn.ts'
import type { DeclineReason } from '../../src-main/contract/payment.ts'
import type {
  EnrolmentView,
  ScreenGuidance,
  Notice,
  NoticeCode,
  TenderOffer,
} from '../../src-main/contract/laneView.ts'

/** What happened, and what to do or what it means for the money. */
export interface Said {
  readonly title: string
  readonly body: string
}
type NoticeOf<C extends NoticeCode> = Extract<Notice, { code: C }>
type NoticeWords = { readonly [C in NoticeCode]: (notice: NoticeOf<C>) => Said }
type Unavailable = NonNullable<TenderOffer['reason']>
type EnrolmentFailure = Extract<EnrolmentView, { step: 'failed' }>['reason']
type LinkProblem = NonNullable<Extract<EnrolmentView, { step: 'link' }>['problem']>

const declines: Record<DeclineReason, Said> = {
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

const notices: NoticeWords = {
  unknownBarcode: (notice) => ({
    title: 'We do not know this item',
    body: `It was not added. Ask staff if you want it. Barcode ${notice.barcode}`,
  }),
  unreadableBarcode: () => ({
    title: 'That did not scan',
    body: 'Nothing was added. Turn it a little and try again.',
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
}

const guidance: Record<ScreenGuidance, string> = {
  lookHere: 'Look here',
  comeCloser: 'Come a little closer',
  moveBack: 'Move back a little',
  oneAtATime: 'One person at a time, please',
  moreLight: 'A little more light, please',
  lessLight: 'Turn away from the bright light',
  evenLight: 'Turn towards the light, please',
  showEyes: 'Let us see your eyes, please',
  holdStill: 'Hold still for a moment',
  noFace: 'Put your face in the circle',
  turnLeft: 'Turn your head left',
  turnRight: 'Turn your head right',
  blink: 'Blink slowly',
  lookStraight: 'Look straight ahead',
  checking: 'Thank you, one moment',
}

const unavailable: Record<Unavailable, string> = {
  cameraUnavailable: 'The camera is not working',
  galleryEmpty: 'Nobody has set this up here yet',
  hubNeeded: 'Needs the network',
  offlineLimit: 'Too much to take while offline',
  lockedOut: 'Resting for a few minutes',
  scannerUnavailable: 'The scanner is not working',
  terminalUnavailable: 'The card terminal is not working',
}

const enrolmentFailures: Record<EnrolmentFailure, Said> = {
  faceTimeout: { title: 'We did not get a clear look', body: 'Nothing was saved. You can try again.' },
  faceAttack: {
    title: 'We could not see a live face',
    body: 'Nothing was saved. Take off what covers your face and try again.',
  },
  framesDisagree: {
    title: 'The pictures did not agree',
    body: 'Nothing was saved. Look straight ahead and try again.',
  },
  cameraUnavailable: {
    title: 'The camera is not working',
    body: 'Nothing was saved. You can still pay with your phone.',
  },
  faceEngineUnavailable: {
    title: 'Paying by face is resting',
    body: 'Nothing was saved. You can still pay with your phone.',
  },
  tooManyTries: {
    title: 'Please try again in ten minutes',
    body: 'There were many looks in a short time. Nothing was saved.',
  },
  alreadyEnrolled: { title: 'You are already set up', body: 'Nothing changed. Choose Face when you pay.' },
  diskFull: {
    title: 'This lane cannot save right now',
    body: 'Nothing was saved. You can still pay with your phone.',
  },
}

const linkProblems: Record<LinkProblem, string> = {
  codeInvalid: 'That code did not work. Open a fresh one.',
  codeExpired: 'That code was too old. Open a fresh one.',
  hubNeeded: 'Setting up needs the network. Please try later.',
  notAWalletCode: 'That was not a wallet code. Open your wallet and show its payment code.',
  tooManyTries: 'There were many codes in a short time. Please wait ten minutes.',
}

export const en = {
  languageName: 'English',
  total: 'Total',
  paid: 'Paid',
  items: (count: number) => (count === 1 ? '1 item' : `${count} items`),
  help: 'Help',
  back: 'Back',
  close: 'Close',
  payAnotherWay: 'Pay another way',
  staffCode: (code: string) => `For staff: ${code}`,
  display: 'Display',
  themes: { light: 'Light', dark: 'Dark', contrast: 'High contrast' },
  offline: 'Offline',
  benchBanner: 'Test lane: the camera is a recording. No real money.',
  connecting: {
    title: 'Connecting to the lane',
    body: 'One moment. If this stays, staff can restart the lane.',
    lost: 'The lane does not answer. Your basket is safe. We keep trying.',
  },
  starting: { title: 'Getting ready', body: 'The lane is starting. One moment.' },
  attract: {
    title: 'Scan, look, done',
    body: 'Scan your first item, or touch Start.',
    start: 'Start',
    enrol: 'Set up pay by face',
  },
  scanning: {
    empty: 'Scan your first item',
    emptyBody: 'Hold the barcode under the red light.',
    pay: 'Pay',
    typeBarcode: 'Type a barcode',
    cancel: 'Cancel',
    cancelTitle: 'Cancel this purchase?',
    cancelBody: 'The basket will be emptied. Nothing is charged.',
    keep: 'Keep shopping',
    cancelYes: 'Empty the basket',
    each: 'each',
    perKilogram: '/kg',
    fewer: 'One fewer',
    more: 'One more',
    remove: 'Remove',
    waitsForWeight: 'Waits to be weighed',
    waitsForAge: (years: number) => `${years}+: waits for staff`,
    blocked: 'Staff has to settle the marked items first. You can also remove them.',
    callStaff: 'Call staff',
    barcodeTitle: 'Type the digits under the barcode',
    add: 'Add',
    clear: 'Clear',
    deleteDigit: 'Delete last digit',
  },
  tenders: {
    face: 'Face',
    walletCode: 'Phone',
    walletFace: 'Wallet face',
    points: 'Points',
    coupon: 'Coupon',
    card: 'Card',
    cash: 'Cash',
  },
  wallets: { alipay: 'Alipay', wechat: 'WeChat Pay' },
  split: {
    due: 'Still to pay',
    title: 'How would you like to pay the rest?',
    paidSoFar: 'Paid so far',
    cancel: 'Cancel, money back',
  },
  cash: {
    title: 'Staff takes your cash',
    body: 'Someone is on the way. Please have it ready.',
    rounded: (rounding: string) => `Rounded by ${rounding}: there are no smaller coins.`,
    given: 'How much was given?',
    take: 'Take the cash',
    takePart: (amount: string) => `Take ${amount} as a part`,
    change: (amount: string) => `Change ${amount}`,
  },
  card: {
    title: 'Follow the terminal',
    presentCard: 'Insert, tap or swipe your card.',
    enterPin: 'Enter your PIN at the terminal. Cover it with your hand.',
    chooseApplication: 'Choose at the terminal what to pay with.',
    wait: 'The terminal is getting ready. One moment.',
    authorising: 'The terminal asks your bank. Leave the card where it is.',
    removeCard: 'Please take your card.',
    tryAgain: 'That did not work. Try the card again.',
  },
  walletFace: { body: 'Look at the other camera and follow its screen.' },
  couponCapture: { title: 'Show your coupon', body: 'It counts at once, and only once.' },
  owing: {
    title: (name: string) => `Welcome back, ${name}`,
    body: (amount: string, day: string | null) =>
      day === null
        ? `An earlier payment of ${amount} did not go through.`
        : `Your payment of ${amount} on ${day} did not go through.`,
    hint: 'That can happen. Pay it now with your phone, or choose another way to pay for today.',
    pay: (amount: string) => `Pay ${amount} now`,
    code: (amount: string) => `This pays the earlier ${amount}, not the basket.`,
  },
  voiding: {
    voiding: { title: 'Giving your money back', body: 'We take back what was paid. Please stay a moment.' },
    attendant: {
      title: 'Staff will help you finish',
      body: 'Your money is on its way back, but not confirmed yet. You will not pay for this.',
    },
    cash: { title: 'Staff brings your cash', body: 'Please wait for it here.' },
    cashBack: (amount: string) => `You get ${amount} back in cash.`,
  },
  deferredBanner: (count: number, amount: string) =>
    `${count === 1 ? '1 payment' : `${count} payments`} of ${amount} wait for the network`,
  deferredUntil: (hours: number) =>
    hours < 1 ? 'No more offline payments within the hour' : `Offline payments for ${hours} h more`,
  tenderChoice: {
    title: 'How would you like to pay?',
    none: 'No way to pay works right now. Your basket is kept, and staff can help.',
    face: 'Look at the camera for a moment',
    walletCode: 'Show the code in your wallet',
    walletFace: 'Look at the other camera',
    points: 'Look at the camera, then use your points',
    coupon: 'Hold the coupon to the scanner',
    card: 'Insert or tap at the terminal',
    cash: 'Staff comes to take it',
    enrol: 'New here? Set up pay by face',
  },
  faceCapture: {
    title: 'Pay by face',
    opening: 'The camera is opening',
    on: 'The camera is on',
    off: 'The camera is off',
    problems: {
      denied: 'This screen may not use the camera. Please pay another way.',
      missing: 'No camera is connected. Please pay another way.',
      busy: 'The camera is used by another program. Please pay another way.',
    },
    you: 'You, as in a mirror',
    challenge: (step: number, of: number) => `Quick check ${step} of ${of}`,
  },
  codeCapture: {
    title: 'Show your payment code',
    body: 'Showing it pays the total at once.',
    steps: [
      'Open your wallet',
      'Turn up the brightness',
      'Hold the code to the scanner',
    ] as readonly string[],
  },
  secondFactor: {
    title: (digits: number) => `Last ${digits} digits of your phone number`,
    body: 'So that we are sure it is you.',
    attempts: (left: number) => (left === 1 ? 'Last try' : `${left} tries`),
    next: 'Continue',
  },
  confirm: {
    title: 'Is this you?',
    titleCode: 'Pay with your phone?',
    account: 'Account',
    payerCode: 'Your payment code was read',
    codeAccount: 'The wallet on your phone',
    deferred: 'The network is down. Your wallet pays when it is back.',
    pay: 'Pay',
    payPoints: 'Use points for',
    points: 'Your points pay as much as they can. The rest is asked for next.',
    notMe: 'Not me',
    stop: 'Do not pay',
  },
  authorising: { title: 'Paying', body: 'Asking your wallet. Usually a second or two.' },
  approved: { title: 'Paid', body: 'Thank you' },
  declined: { title: 'Not paid' },
  unknown: {
    querying: {
      title: 'Checking your payment',
      body: 'Your wallet has not answered yet. You will not pay twice. Please stay a moment.',
    },
    cancelling: {
      title: 'Stopping the payment',
      body: 'We make sure nothing is charged. Please stay a moment.',
    },
    attendant: {
      title: 'Staff will help you finish',
      body: 'We could not find out yet whether you paid. You will not pay twice.',
    },
  },
  printing: { title: 'Paid', body: 'Your receipt is printing' },
  done: {
    title: 'Paid',
    thanks: 'Thank you. Goodbye!',
    deferred: 'Your wallet is charged when the network is back.',
    qr: 'Scan to keep your receipt',
    noQr: 'Your receipt is saved in the store.',
    finish: 'Finish',
    noPaper: 'No paper',
    copy: 'Print a copy',
    paper: {
      printing: 'Your receipt is printing',
      printed: 'Please take your receipt',
      notPrinted: 'The receipt could not be printed. You paid once, and it is saved.',
      unknown: 'The printer did not say whether it printed. You paid once, and it is saved.',
      declinedByShopper: 'No paper, as you wished',
      noPrinter: 'This lane has no printer',
    },
  },
  cancelled: { title: 'Cancelled', body: 'Nothing was charged.' },
  outOfOrder: {
    title: 'This lane is resting',
    body: 'Please use another lane. Nothing was charged here.',
    kept: 'We kept the basket. Staff can finish it with you.',
  },
  intervention: {
    ageCheck: { title: 'Staff will check your age', body: 'Someone is on the way. Have your card ready.' },
    weighing: { title: 'Staff will weigh this', body: 'Someone is on the way.' },
    help: { title: 'Help is on the way', body: 'Someone will be with you soon. Your basket is kept.' },
    presentationAttack: {
      title: 'Staff will have a quick look',
      body: 'Paying by face rests for a few minutes. You can pay another way.',
    },
    unknownOutcome: { title: 'Staff will help you finish', body: 'You will not pay twice.' },
    guardianConsent: {
      title: 'A guardian has to agree',
      body: 'A member of staff is on the way. Please wait with your parent or guardian.',
    },
    faceDeletion: {
      title: 'Staff will confirm the deletion',
      body: 'Someone is on the way. Nothing is deleted before.',
    },
    cashReturn: {
      title: 'Staff brings your cash back',
      body: 'Someone is on the way. Please wait for your money.',
    },
    toBasket: 'See the basket',
    cancelHelp: 'I am fine, thanks',
    staff: 'Staff',
    staffCalled: 'Staff called',
    pinTitle: 'Staff PIN',
    pinWrong: (tries: number) => `That PIN is not right (${tries})`,
    pinLocked: (seconds: number) => `Too many tries. Wait ${seconds} s.`,
    next: 'Next',
    settle: {
      ageCheck: { title: 'Old enough?', approved: 'Yes, approve', refused: 'No, take it out' },
      weighing: { title: 'Net weight in grams', approved: 'Save the weight', refused: 'Take it out' },
      help: { title: 'All settled?', approved: 'Settled', refused: null },
      presentationAttack: {
        title: 'Is all well at the camera? This opens paying by face again.',
        approved: 'I have looked',
        refused: null,
      },
      unknownOutcome: {
        title: 'What happens with the goods?',
        approved: 'They go: my case',
        refused: 'They stay here',
      },
      guardianConsent: {
        title: 'Does the guardian agree, here and now?',
        approved: 'Yes, they agree',
        refused: 'No',
      },
      faceDeletion: {
        title: 'Is this the person whose face is to be deleted?',
        approved: 'Yes, delete it',
        refused: 'No, keep it',
      },
      cashReturn: {
        title: 'Hand back the cash that was paid.',
        approved: 'Cash is handed back',
        refused: null,
      },
    },
    settleVoids: {
      title: 'The money goes back as soon as it can. Nobody has to wait here.',
      approved: 'Finish here',
      refused: null,
    },
    minimumAge: (years: number) => `From ${years} years`,
    grams: (grams: number) => `${grams} g`,
  },
  myFace: myFaceEn,
  enrolment: {
    agree: (years: number) => `I agree, and I am ${years} or older`,
    younger: (years: number) => `I am not ${years} yet`,
    guardian: { title: 'A guardian has to agree', body: 'Someone is on the way.' },
    readOn: 'Read on',
    disagree: 'No, thank you',
    step: (now: number, of: number) => `Step ${now} of ${of}`,
    link: {
      title: 'Which wallet should pay?',
      body: 'Show its payment code to the scanner. Nothing is charged.',
    },
    linkChecking: 'Checking the code',
    linkProblems,
    look: { title: 'Look at the camera' },
    saving: { title: 'Saving safely', body: 'Encrypted, in this store only.' },
    done: { title: 'All set', body: 'From now on, choose Face to pay here.' },
    failed: enrolmentFailures,
    cancel: 'Cancel',
    finish: 'Done',
  },
  devices: {
    PosPrinter: 'The receipt printer needs staff',
    Scanner: 'The scanner needs staff',
    Camera: 'The camera needs staff',
    FaceEngine: 'Paying by face is resting',
    Hub: 'The network is down',
  },
  deviceDetails: {
    paperEmpty: 'The printer is out of paper',
    paperNearEnd: 'The printer paper is nearly used up',
    coverOpen: 'The printer cover is open',
    jammed: 'The printer is jammed',
    cutterError: 'The printer cutter is stuck',
    unplugged: 'A device is unplugged',
    diskFull: 'The disk is full',
    noCatalogue: 'There are no prices loaded',
    journalBroken: 'The sales record needs a check',
    modelCorrupt: 'A face model is damaged',
  } as Readonly<Record<string, string>>,
  deviceOther: 'Something here needs staff',
  refusals: {
    notNow: 'Not possible at this moment',
    wrongPin: 'That PIN is not right',
    locked: 'Too many tries. Please wait.',
    lockedOut: 'Paying by face rests for a few minutes',
    weightMissing: 'The weight is missing',
    noSuchLine: 'That item is no longer in the basket',
    noSuchItem: 'We do not know this item',
    staffNeededFirst: 'Staff has to settle something first',
    basketEmpty: 'Nothing to pay yet',
    limit: 'That is more than one sale can hold',
    connectionLost: 'The lane did not answer. Please try again.',
    unknownBarcode: 'We do not know this barcode',
    unreadableBarcode: 'That barcode has a wrong digit',
    staleScreen: 'The basket changed. Please look again.',
  } as Readonly<Record<string, string>>,
  refusalOther: 'That did not work. Please try again.',
  guidance,
  unavailable,
  declines,
  notices,
}
