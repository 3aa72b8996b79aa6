import type { DeclineReason } from '../../../src-main/contract/payment.ts'
import type { MoneyBackAnswer, ProviderAnswer, ProviderPending, ProviderTimetable } from '../port.ts'

/** Nobody knows yet; asked about first after what the timetable says. */
export function pending(timetable: ProviderTimetable, nativeCode?: string): ProviderPending {
  return {
    kind: 'pending',
    queryAfterMs: timetable.firstQueryMs,
    ...(nativeCode === undefined ? {} : { nativeCode }),
  }
}

export function declined(reason: DeclineReason, nativeCode?: string): ProviderAnswer {
  return { kind: 'declined', reason, accountId: null, ...(nativeCode === undefined ? {} : { nativeCode }) }
}

export function done(providerReference: string): MoneyBackAnswer {
  return { kind: 'done', providerReference }
}

/**
 * What a provider's own code means, as data. A code that is not in a table has no meaning: it is unknown, and the
 * charge is asked about, never taken for declined.
 */
export type Meanings<T> = Readonly<Record<string, T>>

export function meaningOf<T>(meanings: Meanings<T>, code: string | null): T | null {
  return code !== null && Object.hasOwn(meanings, code) ? (meanings[code] ?? null) : null
}

/** What the code of a refused payment says about the money. */
export type PayMeaning =
  | { readonly kind: 'declined'; readonly reason: DeclineReason }
  /** It may have been charged: ask. */
  | { readonly kind: 'unknown' }
  /** It was charged before, under this number: ask for the details. */
  | { readonly kind: 'paidBefore' }

/** What the code of a refused refund or cancel says: it will never be done, or it may be done or asked for again. */
export type BackMeaning = 'refused' | 'unknown'

export function because(reason: DeclineReason): PayMeaning {
  return { kind: 'declined', reason }
}
