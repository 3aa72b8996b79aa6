import type { HubContext } from '../context.ts'
import type { ProviderRegistry } from '../providers/port.ts'
import { defaultRiskPolicy, type RiskPolicy } from './risk.ts'

/** Times of the hub's own side of a payment; ms. A provider's side is its `timetable`. */
export interface PaymentPolicy {
  /** Longest single call of a provider. */
  readonly callLimitMs: number
  /** Without a final word for this long: a person hears of it, and the hub goes on asking. */
  readonly caseAfterMs: number
  /** Between two looks at what has its case, and after something unforeseen. */
  readonly slowEveryMs: number
  /** A deferred payment whose try is closed without a charge is tried again after this. */
  readonly deferredRetryMs: number
  /** Not charged for so long after the hub got it: expired. */
  readonly deferredExpiryMs: number
  /** An approved payment whose sale the lane has not reported for this long: a person hears of it. */
  readonly saleMissingMs: number
  /** How long a lane may rely on a lease; a new one comes at half of it. */
  readonly leaseMs: number
  readonly risk: RiskPolicy
}

export const defaultPaymentPolicy: PaymentPolicy = {
  callLimitMs: 12_000,
  caseAfterMs: 600_000,
  slowEveryMs: 30_000,
  deferredRetryMs: 60_000,
  deferredExpiryMs: 24 * 3_600_000,
  saleMissingMs: 24 * 3_600_000,
  leaseMs: 24 * 3_600_000,
  risk: defaultRiskPolicy,
}

/** What every part of the payments is handed. */
export interface PaymentScope {
  readonly context: HubContext
  readonly registry: ProviderRegistry
  readonly policy: PaymentPolicy
}
