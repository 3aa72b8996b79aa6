import type { deferredStates } from '../../src-main/contract/deferred.ts'
import { type DeferredGauges } from '../../src-main/contract/deferred.ts'
import { type Queryable, toSafeInteger } from '../store/database.ts'

type HubState = Exclude<(typeof deferredStates)[number], 'QUEUED'>
type Gauge = DeferredGauges[HubState]

const none: Gauge = { count: 0, sumMinor: {}, oldestAtMs: null, lastAtMs: null }

/** What waits, what became of what waited, and what a person has to see to; by the hub's clock. */
export async function readGauges(database: Queryable, atMs: number): Promise<DeferredGauges> {
  const [states, rest] = await Promise.all([readStates(database), readRest(database)])
  const gauge = (state: HubState) => states.get(state) ?? none
  return {
    atMs,
    UPLOADED: gauge('UPLOADED'),
    PROCESSED: gauge('PROCESSED'),
    DECLINED: gauge('DECLINED'),
    EXPIRED: gauge('EXPIRED'),
    REVERSED: gauge('REVERSED'),
    lastSuccessAtMs: gauge('PROCESSED').lastAtMs,
    ...rest,
  }
}

async function readStates(database: Queryable): Promise<Map<HubState, Gauge>> {
  const rows = await database.query<{
    state: HubState
    currency: string
    count: string
    sum: string
    oldest: string
    last: string | null
  }>(
    `SELECT state, currency, count(*), sum(amount_minor) AS sum, min(received_at_ms) AS oldest,
       max(resolved_at_ms) AS last
     FROM deferred_payment GROUP BY state, currency ORDER BY state, currency`,
  )
  const gauges = new Map<HubState, Gauge>()
  for (const row of rows) {
    const before = gauges.get(row.state) ?? none
    gauges.set(row.state, {
      count: before.count + toSafeInteger(row.count),
      sumMinor: { ...before.sumMinor, [row.currency]: toSafeInteger(row.sum) },
      oldestAtMs: Math.min(before.oldestAtMs ?? Infinity, toSafeInteger(row.oldest)),
      lastAtMs: row.last === null ? before.lastAtMs : Math.max(before.lastAtMs ?? 0, toSafeInteger(row.last)),
    })
  }
  return gauges
}

async function readRest(database: Queryable) {
  const [row] = await database.query<{ next: string | null; recoveries: string; cases: string }>(
    `SELECT (SELECT min(expires_at_ms) FROM deferred_payment WHERE state = 'UPLOADED') AS next,
       (SELECT count(*) FROM recovery WHERE state = 'open') AS recoveries,
       (SELECT count(*) FROM payment_case WHERE resolved_at_ms IS NULL) AS cases`,
  )
  return {
    nextExpiryAtMs: row?.next == null ? null : toSafeInteger(row.next),
    openRecoveries: toSafeInteger(row?.recoveries ?? '0'),
    openCases: toSafeInteger(row?.cases ?? '0'),
  }
}
