import type { TenderKind } from '../../contract/payment.ts'
import { unreachable } from '../../contract/result.ts'

/**
 * `PREFER_ONLINE`: offline only when the hub cannot be reached. `REQUIRE_ONLINE`: never offline. `FORCE_OFFLINE`: as if
 * the hub could not be reached, for trying it out.
 */
export const offlinePreferences = ['PREFER_ONLINE', 'REQUIRE_ONLINE', 'FORCE_OFFLINE'] as const
export type OfflinePreference = (typeof offlinePreferences)[number]

/** What a lane may accept on its own, in the lane's currency; a `maxCount` of 0 switches offline sales off. */
export interface OfflineLimits {
  readonly maxAmountMinor: number
  /** Sum of all deferred payments the hub has not processed, the new one included. */
  readonly maxStoredMinor: number
  readonly maxCount: number
  /** While the oldest one waits longer than this, no further one is accepted. */
  readonly maxAgeMs: number
}

/** Where one tender differs; what is missing holds as for every tender. */
export interface TenderRule {
  readonly preference?: OfflinePreference
  readonly maxAmountMinor?: number
  readonly maxStoredMinor?: number
}

export interface OfflinePolicy extends OfflineLimits {
  readonly preference: OfflinePreference
  readonly tenders: Readonly<Partial<Record<TenderKind, TenderRule>>>
  /** Sum of one identity's deferred payments on this lane, the new one included. */
  readonly maxIdentityMinor: number
  /** Defer only within a lease of the hub; without, the lane's own caps decide alone. */
  readonly allowanceRequired: boolean
}

/** Deferred payments the hub has not processed yet; `DeferredTotals` of the store. */
export interface DeferredState {
  readonly count: number
  readonly sumMinor: number
  readonly oldestAtMs: number | null
}

/** What the lane knows about whoever pays. */
export interface IdentityRisk {
  /** Owes for goods that left the store: pays by face neither online nor offline. */
  readonly blocked: boolean
  /** Sum of this identity's deferred payments on this lane without a final state. */
  readonly storedMinor: number
  /** The hub's lease: a ceiling for `storedMinor`. */
  readonly allowance: { readonly amountMinor: number; readonly expiresAtMs: number } | null
}

export interface OfflineQuestion {
  readonly hubReachable: boolean
  /** The hub reported a fork of this lane's journal; see `AppendResponse`. */
  readonly forked: boolean
  readonly tender: TenderKind
  readonly amountMinor: number
  readonly deferred: DeferredState
  /** Null before it is known who pays: asked again then. */
  readonly identity: IdentityRisk | null
  readonly nowMs: number
  readonly policy: OfflinePolicy
}

export const offlineRefusals = [
  /** A code or a token lives a minute and names its account only to the hub. */
  'tenderNeedsHub',
  'onlineRequired',
  'identityBlocked',
  'forked',
  'amountOverLimit',
  'countOverLimit',
  'storedOverLimit',
  'oldestOverAge',
  'noAllowance',
  'allowanceExpired',
  'allowanceUsedUp',
  'identityOverLimit',
] as const
export type OfflineRefusal = (typeof offlineRefusals)[number]

export type ModeDecision =
  | { readonly kind: 'online' }
  | { readonly kind: 'deferred' }
  | { readonly kind: 'local' }
  | { readonly kind: 'refused'; readonly reason: OfflineRefusal }

/** Asked before the shopper confirms, and never changed between confirming and paying. */
export function decideMode(question: OfflineQuestion): ModeDecision {
  const { tender, hubReachable, identity, policy } = question
  if (isLocal(tender)) return { kind: 'local' }
  if (identity?.blocked === true) return { kind: 'refused', reason: 'identityBlocked' }
  if (hubReachable && preferenceOf(policy, tender) !== 'FORCE_OFFLINE') return { kind: 'online' }
  const reason = offlineRefusal(question)
  return reason === null ? { kind: 'deferred' } : { kind: 'refused', reason }
}

/** Why this payment may not wait for the hub; null when it may. Limits are inclusive. */
export function offlineRefusal(question: Omit<OfflineQuestion, 'hubReachable'>): OfflineRefusal | null {
  const { tender, forked, amountMinor, deferred, nowMs, policy, identity } = question
  if (!isDeferrable(tender)) return 'tenderNeedsHub'
  if (preferenceOf(policy, tender) === 'REQUIRE_ONLINE') return 'onlineRequired'
  if (identity?.blocked === true) return 'identityBlocked'
  if (forked) return 'forked'
  const caps = { ...policy, ...policy.tenders[tender] }
  if (amountMinor > caps.maxAmountMinor) return 'amountOverLimit'
  if (deferred.count >= policy.maxCount) return 'countOverLimit'
  if (deferred.sumMinor + amountMinor > caps.maxStoredMinor) return 'storedOverLimit'
  // A clock that went back makes the oldest one look young; count and sum still bound what is at risk.
  if (deferred.oldestAtMs !== null && nowMs - deferred.oldestAtMs > policy.maxAgeMs) return 'oldestOverAge'
  return identity === null ? null : identityRefusal(identity, amountMinor, nowMs, policy)
}

function identityRefusal(
  { storedMinor, allowance }: IdentityRisk,
  amountMinor: number,
  nowMs: number,
  { maxIdentityMinor, allowanceRequired }: OfflinePolicy,
): OfflineRefusal | null {
  if (storedMinor + amountMinor > maxIdentityMinor) return 'identityOverLimit'
  if (!allowanceRequired) return null
  if (allowance === null) return 'noAllowance'
  if (nowMs >= allowance.expiresAtMs) return 'allowanceExpired'
  return storedMinor + amountMinor > allowance.amountMinor ? 'allowanceUsedUp' : null
}

/** When the lane stops accepting payments unless the hub takes some; null while none waits. */
export function acceptsUntilMs({ oldestAtMs }: DeferredState, { maxAgeMs }: OfflineLimits): number | null {
  return oldestAtMs === null ? null : oldestAtMs + maxAgeMs
}

/** Settled at the lane itself, hub or not. */
export function isLocal(tender: TenderKind): boolean {
  return tender === 'cash' || tender === 'card'
}

function isDeferrable(tender: TenderKind): boolean {
  switch (tender) {
    case 'face':
      return true
    case 'walletCode':
    case 'walletFace':
    case 'points':
    case 'coupon':
    case 'card':
    case 'cash':
      return false
    default:
      return unreachable(tender)
  }
}

function preferenceOf({ preference, tenders }: OfflinePolicy, tender: TenderKind): OfflinePreference {
  return tenders[tender]?.preference ?? preference
}
