import type { TenderKind } from '../../contract/payment.ts'

/** What a lane may accept on its own, in the lane's currency; a `maxCount` of 0 switches offline sales off. */
export interface OfflineLimits {
  readonly maxAmountMinor: number
  /** Sum of all deferred payments the hub has not processed, the new one included. */
  readonly maxStoredMinor: number
  readonly maxCount: number
  /** While the oldest one waits longer than this, no further one is accepted. */
  readonly maxAgeMs: number
}

/** Deferred payments the hub has not processed yet; `DeferredTotals` of the store. */
export interface DeferredState {
  readonly count: number
  readonly sumMinor: number
  readonly oldestAtMs: number | null
}

export interface OfflineQuestion {
  readonly hubReachable: boolean
  /** The hub reported a fork of this lane's journal; see `AppendResponse`. */
  readonly forked: boolean
  readonly tender: TenderKind
  readonly amountMinor: number
  readonly deferred: DeferredState
  readonly nowMs: number
  readonly limits: OfflineLimits
}

export const offlineRefusals = [
  /** A payment code lives a minute and names its account only to the hub. */
  'codeNeedsHub',
  'forked',
  'amountOverLimit',
  'countOverLimit',
  'storedOverLimit',
  'oldestOverAge',
] as const
export type OfflineRefusal = (typeof offlineRefusals)[number]

export type ModeDecision =
  | { readonly kind: 'online' }
  | { readonly kind: 'deferred' }
  | { readonly kind: 'refused'; readonly reason: OfflineRefusal }

/** Asked before the shopper confirms, and never changed between confirming and paying. */
export function decideMode(question: OfflineQuestion): ModeDecision {
  if (question.hubReachable) return { kind: 'online' }
  const reason = offlineRefusal(question)
  return reason === null ? { kind: 'deferred' } : { kind: 'refused', reason }
}

/** Why this payment may not wait for the hub; null when it may. Limits are inclusive. */
export function offlineRefusal(question: Omit<OfflineQuestion, 'hubReachable'>): OfflineRefusal | null {
  const { tender, forked, amountMinor, deferred, nowMs, limits } = question
  if (tender !== 'face') return 'codeNeedsHub'
  if (forked) return 'forked'
  if (amountMinor > limits.maxAmountMinor) return 'amountOverLimit'
  if (deferred.count >= limits.maxCount) return 'countOverLimit'
  if (deferred.sumMinor + amountMinor > limits.maxStoredMinor) return 'storedOverLimit'
  // A clock that went back makes the oldest one look young; count and sum still bound what is at risk.
  if (deferred.oldestAtMs !== null && nowMs - deferred.oldestAtMs > limits.maxAgeMs) return 'oldestOverAge'
  return null
}
