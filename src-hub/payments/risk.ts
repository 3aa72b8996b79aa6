import { knownMinorDigits } from '../../src-main/domain/money/currencies.ts'

/** What the hub knows of an account that wants to pay while the hub is out of reach. */
export interface IdentityHistory {
  /** Since the account was opened, ms. */
  readonly ageMs: number
  /** Payments by face or code that were charged and not given back. */
  readonly goodPayments: number
  /** Deferred payments that were declined or expired, ever. */
  readonly failedDeferred: number
  readonly owes: boolean
  readonly blocked: boolean
}

export interface RiskTier {
  readonly goodPayments: number
  readonly ageMs: number
  /** In whole units of the currency: 50 yuan, 50 euros. */
  readonly capUnits: number
}

export interface RiskPolicy {
  /** From the strictest to the most generous; the last one an account fulfils counts. */
  readonly tiers: readonly RiskTier[]
  /** Units of a currency that are worth about one of the others; 1 where nothing stands. */
  readonly unitWorth: Readonly<Record<string, number>>
}

const day = 24 * 3_600_000

/** The merchant's own figures replace these: they bound what can be lost with one identity while the hub is away. */
export const defaultRiskPolicy: RiskPolicy = {
  tiers: [
    { goodPayments: 0, ageMs: 0, capUnits: 50 },
    { goodPayments: 5, ageMs: 7 * day, capUnits: 200 },
    { goodPayments: 20, ageMs: 90 * day, capUnits: 500 },
  ],
  unitWorth: { JPY: 100, KRW: 1_000, VND: 10_000, IDR: 10_000 },
}

/**
 * How much one identity may owe at any moment for payments that were accepted offline, in minor units of `currency`.
 * 0 for who owes, is blocked, or ever had a deferred payment fail: they pay while the hub is there.
 */
export function identityCapMinor(history: IdentityHistory, currency: string, policy: RiskPolicy): number {
  if (history.owes || history.blocked || history.failedDeferred > 0) return 0
  const fulfilled = policy.tiers.filter(
    ({ goodPayments, ageMs }) => history.goodPayments >= goodPayments && history.ageMs >= ageMs,
  )
  const capUnits = fulfilled.at(-1)?.capUnits ?? 0
  return capUnits * (policy.unitWorth[currency] ?? 1) * 10 ** knownMinorDigits(currency)
}

/** What one lane may be leased; see `Allowance`. */
export interface LeaseQuestion {
  readonly capMinor: number
  /** Lanes that know this identity, this one included; 1 or more. */
  readonly lanes: number
  /**
   * For each other lane the most it may have accepted and the hub not have seen charged: its largest lease that is not
   * settled, or what waits here of it, whichever is more.
   */
  readonly elsewhereMinor: readonly number[]
}

/** A fair share, and never more than the others leave of the cap. */
export function leaseMinor({ capMinor, lanes, elsewhereMinor }: LeaseQuestion): number {
  const leftMinor = capMinor - elsewhereMinor.reduce((sum, minor) => sum + minor, 0)
  return Math.max(0, Math.min(Math.floor(capMinor / lanes), leftMinor))
}
