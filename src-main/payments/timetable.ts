/** When an unanswered attempt is asked about, and when someone else has to decide. Wallet timing, facts-payments. */
export interface UnknownTimetable {
  /** Between two queries while the hub answers "pending" or not at all. */
  readonly queryEveryMs: number
  /** Still pending at the hub after this long: cancel. */
  readonly pendingPatienceMs: number
  /** Hub gone for this long: the attempt becomes deferred where policy allows, else staff decides. */
  readonly hubGoneMs: number
  /** Limit of one call. */
  readonly callTimeoutMs: number
}

export const defaultTimetable: UnknownTimetable = {
  queryEveryMs: 2_000,
  pendingPatienceMs: 60_000,
  hubGoneMs: 20_000,
  callTimeoutMs: 8_000,
}
