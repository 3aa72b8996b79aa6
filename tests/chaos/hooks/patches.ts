import type { HookPlan, Sabotage } from './plan.ts'

/** One place of the product that is read differently in the campaign; the file itself stays as it is. */
export interface Patch {
  /** From the repository's root. */
  readonly file: string
  /** Throws when the place is not there exactly once: a patch that changes nothing would prove nothing. */
  apply(source: string): string
}

export function patchesOf({ quick, sabotage }: Pick<HookPlan, 'quick' | 'sabotage'>): readonly Patch[] {
  return [...(quick ? quickPatches : []), ...(sabotage === null ? [] : sabotagePatches[sabotage])]
}

function replace(file: string, from: string, to: string): Patch {
  return {
    file,
    apply(source) {
      const parts = source.split(from)
      if (parts.length === 2) return parts.join(to)
      throw new Error(`${file} has ${parts.length - 1} places like "${from}": put tests/chaos/hooks right`)
    },
  }
}

/** The same machines on a shorter timetable: a campaign cannot wait a minute for each lost answer. */
export const quickPatches: readonly Patch[] = [
  replace('src-main/payments/timetable.ts', 'queryEveryMs: 2_000', 'queryEveryMs: 250'),
  replace('src-main/payments/timetable.ts', 'pendingPatienceMs: 60_000', 'pendingPatienceMs: 4_000'),
  replace('src-main/payments/timetable.ts', 'hubGoneMs: 20_000', 'hubGoneMs: 2_500'),
  replace('src-main/payments/timetable.ts', 'callTimeoutMs: 8_000', 'callTimeoutMs: 1_500'),
  replace('src-main/runtime/wiring.ts', 'followUpEveryMs = 15_000', 'followUpEveryMs = 700'),
  replace('src-main/journal/replicator.ts', 'HELLO_EVERY_MS = 3_000', 'HELLO_EVERY_MS = 400'),
  replace('src-main/journal/replicator.ts', 'HELLO_TIMEOUT_MS = 3_000', 'HELLO_TIMEOUT_MS = 1_500'),
  replace('src-main/journal/replicator.ts', 'APPEND_TIMEOUT_MS = 20_000', 'APPEND_TIMEOUT_MS = 3_000'),
  replace('src-main/journal/back-off.ts', 'LAST_CEILING_MS = 30_000', 'LAST_CEILING_MS = 1_000'),
  replace(
    'src-hub/providers/simulator/wechat-wire.ts',
    'reverseNotBeforeMs = 15_000',
    'reverseNotBeforeMs = 1_400',
  ),
  replace(
    'src-main/cards/card-payments.ts',
    'defaultTransactionLimitMs = 180_000',
    'defaultTransactionLimitMs = 4_000',
  ),
  replace('src-main/cards/card-payments.ts', 'questionLimitMs = 10_000', 'questionLimitMs = 2_000'),
  replace('src-hub/payments/policy.ts', 'slowEveryMs: 30_000', 'slowEveryMs: 1_000'),
  replace('src-hub/payments/policy.ts', 'deferredRetryMs: 60_000', 'deferredRetryMs: 1_000'),
  // One lane of the campaign sees more faces in ten minutes than a shop in a day.
  replace(
    'src-main/domain/rights/attemptLimit.ts',
    'most: 60, withinMs: 10',
    'most: 1_000_000, withinMs: 10',
  ),
  replace('src-main/domain/rights/attemptLimit.ts', 'most: 8, withinMs: 10', 'most: 1_000_000, withinMs: 10'),
  replace(
    'src-main/domain/rights/attemptLimit.ts',
    'most: 12, withinMs: 10',
    'most: 1_000_000, withinMs: 10',
  ),
]

/** Each breaks one rule that keeps money right; a campaign that does not notice is worth nothing. */
export const sabotagePatches: Readonly<Record<Sabotage, readonly Patch[]>> = {
  /** A provider key that is made anew for each call, instead of being a function of attempt and try. */
  rekey: [
    replace(
      'src-hub/payments/provider-order.ts',
      'return `${attemptKey}-${tries}`',
      'return `${attemptKey}-${tries}x${Math.random().toString(36).slice(2, 8)}`',
    ),
  ],
  /** The same order again is a new order: neither the recorded answer nor the attempt's row speaks for it. */
  'no-dedupe': [
    replace(
      'src-hub/http/signed-route.ts',
      'if (call.recorded !== null) return',
      "if (call.recorded !== null && route !== 'authorise') return",
    ),
    replace(
      'src-hub/payments/service.ts',
      "if (attempt.state !== 'started') return attempt.outcome\n  return told(await carryOn(scope, attempt, {",
      `if (known !== null) await database.query(
         "UPDATE payment_attempt SET state = 'started', tries = tries + 1, resolved_at_ms = NULL, reason = NULL, native_code = NULL WHERE attempt_key = $1 AND amount_minor IS NOT NULL",
         [attempt.attemptKey])
       const again = (await findAttempt(database, order.attemptKey)) ?? attempt
       return told(await carryOn(scope, again, {`,
    ),
  ],
  /** The lane says that something is so up to a second and a half before it is on the disk. */
  'ack-before-commit': [
    replace(
      'src-main/store/lane-store.ts',
      'const value = this.#commit(work) as T',
      `const { db } = this.#parts
       if (!db.inTransaction) {
         db.exec('BEGIN IMMEDIATE')
         setTimeout(() => { if (db.open && db.inTransaction) db.exec('COMMIT') }, 1_500)
       }
       const value = db.transaction(() => work(db))()`,
    ),
  ],
  /** Cancelling a key that has not been seen yet leaves no trace: the order that comes late is charged. */
  'no-tombstone': [
    replace('src-hub/payments/running.ts', 'await layTombstone(database, attemptKey, laneId, nowMs())', ''),
    replace(
      'src-hub/payments/running.ts',
      'if (known === null) throw new Error(`Attempt ${attemptKey} is not there`)',
      "if (known === null) return { attemptKey, laneId, state: 'cancelled', outcome: { kind: 'cancelled' } }",
    ),
  ],
}
