/** What paying in parts, with cash, a card, a coupon or an old debt says. */
export const tendersEn = {
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
}
