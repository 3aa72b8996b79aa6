/** At most `most` attempts within any `withinMs`. */
export interface AttemptLimit {
  readonly most: number
  readonly withinMs: number
}

/** Payment codes shown to say whose wallet it is: enough for cold hands, too few to search for one. */
export const codeLimit: AttemptLimit = { most: 12, withinMs: 10 * 60_000 }
/** Looks for an enrolment, or for somebody who deletes without a phone. */
export const lookLimit: AttemptLimit = { most: 8, withinMs: 10 * 60_000 }
/** Looks for a payer: one every ten seconds, the whole day, is a queue; more is somebody trying faces. */
export const identificationLimit: AttemptLimit = { most: 60, withinMs: 10 * 60_000 }
/** Wrong last digits under one face, over all its looks; with those of the look that is on, a stranger has 7 of 10,000. */
export const digitsLimit: AttemptLimit = { most: 5, withinMs: 60 * 60_000 }

/** Those of `attemptsAtMs` that still count at `nowMs`, oldest first; both on the same monotonic clock. */
export function stillCounting(
  limit: AttemptLimit,
  attemptsAtMs: readonly number[],
  nowMs: number,
): readonly number[] {
  return attemptsAtMs.filter((atMs) => nowMs - atMs < limit.withinMs)
}

/** May there be another one now? */
export function mayTry(limit: AttemptLimit, attemptsAtMs: readonly number[], nowMs: number): boolean {
  return stillCounting(limit, attemptsAtMs, nowMs).length < limit.most
}
