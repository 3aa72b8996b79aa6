/** A promise of the port, and the place of the example provider where it is kept. */
export interface Broken {
  readonly name: string
  readonly from: string
  readonly to: string
  /** The test of the suite that has to fail. */
  readonly caughtBy: string
}

const forgets = (kind: string) => `const { lines, append } = openLedger(host.dataDir)
  for (let at = lines.length - 1; at >= 0; at -= 1) if (lines[at].kind === '${kind}') lines.splice(at, 1)`

export const brokenAcmes: readonly Broken[] = [
  {
    name: 'charges the same order again',
    from: 'if (earlier !== null) return earlier',
    to: '',
    caughtBy: 'charges one key once, and answers its repetition with the first answer',
  },
  {
    name: 'looks first and charges a moment later',
    from: 'append(charge)',
    to: 'await null; append(charge)',
    caughtBy: 'charges one key once when five orders arrive at the same time',
  },
  {
    name: 'takes the next try for the one before',
    from: 'const earlier = known(order.providerKey)',
    to: 'const tried = lines.find((line) => line.key.startsWith(order.attemptKey)); const earlier = tried ? known(tried.key) : null',
    caughtBy: 'charges the next try of an attempt under its own key, when the try before was cancelled',
  },
  {
    name: 'gives back again under the same key',
    from: `if (lines.some((line) => line.kind === 'back' && line.key === providerKey)) return done(providerKey)`,
    to: '',
    caughtBy: 'gives parts back, each refund key once',
  },
  {
    name: 'gives back more than was paid',
    from: 'returnedMinor(chargeKey) + amountMinor > charge.amountMinor',
    to: 'amountMinor > charge.amountMinor',
    caughtBy: 'never gives back more than was paid',
  },
  {
    name: 'forgets charges with a restart',
    from: 'const { lines, append } = openLedger(host.dataDir)',
    to: forgets('charge'),
    caughtBy: 'knows after a crash between the charge and its record what was charged',
  },
  {
    name: 'forgets what it gave back with a restart',
    from: 'const { lines, append } = openLedger(host.dataDir)',
    to: forgets('back'),
    caughtBy: 'neither charges nor gives back a second time after a restart',
  },
  {
    name: 'forgets closed keys with a restart',
    from: 'const { lines, append } = openLedger(host.dataDir)',
    to: forgets('close'),
    caughtBy: 'does not charge after a restart what was cancelled before it',
  },
  {
    name: 'charges what was cancelled before it came',
    from: "if (answer.kind === 'done' && !isClosed(order.chargeKey))",
    to: 'if (false)',
    caughtBy: 'does not charge a key that was cancelled before it arrived',
  },
  {
    name: 'says of a cancelled charge that it stands',
    from: `if (answer.kind === 'done' && !isClosed`,
    to: `if (chargeOf(order.chargeKey) === undefined && !isClosed`,
    caughtBy: 'never says of a cancelled charge that it stands, and gives nothing more of it back',
  },
  {
    name: 'answers amounts as text',
    from: 'approvedMinor: amountMinor,',
    to: 'approvedMinor: String(amountMinor),',
    caughtBy: 'charges one key once, and answers its repetition with the first answer',
  },
]
