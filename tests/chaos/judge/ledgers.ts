import type pg from 'pg'
import { queueVerify } from '../../../src-main/journal/queue.ts'
import { openForReading } from '../../../src-main/store/database.ts'
import { readEntriesAfter } from '../../../src-main/store/repositories/journal.ts'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import type { Effect } from './facts.ts'

/** What the product's own books say, held against each other and against the provider's. */
export interface LedgerVerdict {
  readonly parked: number
  readonly unbalanced: number
  readonly journalGaps: number
  readonly chainBroken: boolean
  readonly hubEqualsLane: boolean
  readonly providerEqualsHub: boolean
  /** Attempts without a final word, at a lane or at the hub, after everything has come to rest. */
  readonly openAttempts: number
  readonly findings: readonly string[]
}

export interface Books {
  readonly hub: pg.Client
  readonly lanes: readonly { readonly laneId: string; readonly dataDir: string }[]
  /** What the wallets' simulator wrote down. */
  readonly effects: readonly Effect[]
  /** What the lanes' card terminals wrote down, by lane. */
  readonly cards: ReadonlyMap<string, readonly Effect[]>
}

export async function compareLedgers(books: Books): Promise<LedgerVerdict> {
  const findings: string[] = []
  const lanes = books.lanes.map((lane) => ({ ...lane, ...laneBook(lane.dataDir) }))
  const chains = await Promise.all(
    books.lanes.map(({ dataDir }) => queueVerify(dataDir, { from: 'genesis' })),
  )
  for (const [index, { ok, problem }] of chains.entries())
    if (!ok) findings.push(`chain of ${books.lanes[index]?.laneId}: ${JSON.stringify(problem)}`)
  const atHub = await hubEntries(books.hub)
  const hubEqualsLane = lanes.map((lane) => sameJournal(lane, atHub, findings)).every(Boolean)
  const open = await unfinishedAtHub(books.hub)
  findings.push(...open.map((what) => `without an end at the hub: ${what}`))
  return {
    parked: await count(
      books.hub,
      'SELECT (SELECT count(*) FROM parked) + (SELECT count(*) FROM quarantine) AS n',
    ),
    unbalanced: await unbalanced(books.hub, findings),
    journalGaps: [...lanes.map(({ entries }) => [...entries.keys()]), [...atHub.keys()]].reduce(
      (sum, places) => sum + gapsOf(places),
      0,
    ),
    chainBroken: chains.some(({ ok }) => !ok),
    hubEqualsLane,
    providerEqualsHub: [await sameCharges(books, findings), await sameCards(books, findings)].every(Boolean),
    openAttempts: lanes.reduce((sum, { openAttempts }) => sum + openAttempts, 0) + open.length,
    findings,
  }
}

/** Where the hub keeps what it still has to do about money, and what is there when it has nothing left to do. */
const unfinished = {
  payment_attempt: { key: 'attempt_key', due: `state = 'started' OR due_at_ms IS NOT NULL` },
  deferred_payment: { key: 'attempt_key', due: 'due_at_ms IS NOT NULL' },
  deferred_reduction: { key: 'reduction_key', due: 'due_at_ms IS NOT NULL' },
  payment_refund: { key: 'refund_key', due: 'due_at_ms IS NOT NULL' },
  payment_link: { key: 'attempt_key', due: 'due_at_ms IS NOT NULL' },
  cancelled_sale: { key: 'sale_id', due: 'due_at_ms IS NOT NULL' },
} as const

/** Table and key of each. */
export async function unfinishedAtHub(hub: pg.Client): Promise<string[]> {
  const found: string[] = []
  for (const [table, { key, due }] of Object.entries(unfinished)) {
    const { rows } = await hub.query<{ key: string }>(`SELECT ${key} AS key FROM ${table} WHERE ${due}`)
    found.push(...rows.map((row) => `${table} ${row.key}`))
  }
  return found
}

/** The wallet's own check, run from outside the hub. */
async function unbalanced(hub: pg.Client, findings: string[]): Promise<number> {
  const { problems } = await verifyLedger({
    query: async (text, values) => (await hub.query(text, values === undefined ? [] : [...values])).rows,
  })
  findings.push(...problems)
  return problems.length
}

async function count(hub: pg.Client, sql: string): Promise<number> {
  const { rows } = await hub.query<{ n: string }>(sql)
  return Number(rows[0]?.n ?? '0')
}

interface LaneBook {
  /** Place in the journal to hash, hexadecimal. */
  readonly entries: ReadonlyMap<string, string>
  readonly openAttempts: number
}

function laneBook(dataDir: string): LaneBook {
  const db = openForReading(dataDir)
  try {
    const entries = [...readEntriesAfter(db, 0)].map(
      ({ header, hash }) => [placeOf(header.laneId, header.epoch, header.seq), hash.toString('hex')] as const,
    )
    const openAtLane = db
      .prepare<[], { n: number }>(
        `SELECT count(*) AS n FROM attempt WHERE state IN ('intended', 'unknown', 'deferred')`,
      )
      .get()
    return { entries: new Map(entries), openAttempts: openAtLane?.n ?? 0 }
  } finally {
    db.close()
  }
}

async function hubEntries(hub: pg.Client): Promise<Map<string, string>> {
  const { rows } = await hub.query<{ lane_id: string; epoch: string; seq: string; hash: Buffer }>(
    'SELECT lane_id, epoch, seq, hash FROM journal_entry',
  )
  return new Map(
    rows.map(({ lane_id, epoch, seq, hash }) => [placeOf(lane_id, epoch, Number(seq)), hash.toString('hex')]),
  )
}

function placeOf(laneId: string, epoch: string, seq: number): string {
  return `${laneId} ${epoch} ${seq}`
}

function sameJournal(
  { laneId, entries }: { laneId: string } & LaneBook,
  atHub: ReadonlyMap<string, string>,
  findings: string[],
): boolean {
  const hubs = [...atHub].filter(([place]) => place.startsWith(`${laneId} `))
  const missing = [...entries].filter(([place, hash]) => atHub.get(place) !== hash).map(([place]) => place)
  const unknown = hubs.filter(([place, hash]) => entries.get(place) !== hash).map(([place]) => place)
  if (missing.length > 0)
    findings.push(`${missing.length} entries of ${laneId} are not at the hub: ${missing[0]}`)
  if (unknown.length > 0)
    findings.push(`${unknown.length} entries at the hub are not of ${laneId}: ${unknown[0]}`)
  return missing.length === 0 && unknown.length === 0
}

/** Numbers between 0 and the highest of each epoch that are not there. */
function gapsOf(places: readonly string[]): number {
  const epochs = new Map<string, { highest: number; entries: number }>()
  for (const place of places) {
    const [laneId, epoch, seq] = place.split(' ')
    const known = epochs.get(`${laneId} ${epoch}`) ?? { highest: -1, entries: 0 }
    epochs.set(`${laneId} ${epoch}`, {
      highest: Math.max(known.highest, Number(seq)),
      entries: known.entries + 1,
    })
  }
  return [...epochs.values()].reduce((sum, { highest, entries }) => sum + highest + 1 - entries, 0)
}

/** What each charge came to in the end, at the provider and in the hub's attempts. */
async function sameCharges({ hub, effects }: Books, findings: string[]): Promise<boolean> {
  const names = new Map(effects.flatMap(({ trade, name }) => (name === null ? [] : [[trade, name] as const])))
  const provider = new Map<string, number>()
  for (const { kind, trade, amountMinor } of effects) {
    const attemptKey = names.get(trade)?.split('-')[0] ?? trade
    provider.set(
      attemptKey,
      (provider.get(attemptKey) ?? 0) + (kind === 'charge' ? amountMinor : -amountMinor),
    )
  }
  const { rows } = await hub.query<{ attempt_key: string; net: string }>(
    `SELECT attempt_key, coalesce(approved_minor, amount_minor) - refunded_minor AS net FROM payment_attempt
     WHERE state = 'approved' AND provider NOT IN ('wallet', 'points', 'coupon')`,
  )
  const atHub = new Map(rows.map(({ attempt_key, net }) => [attempt_key, Number(net)]))
  const keys = new Set([...provider.keys(), ...atHub.keys()])
  const wrong = [...keys].filter((key) => (provider.get(key) ?? 0) !== (atHub.get(key) ?? 0))
  for (const key of wrong.slice(0, 10))
    findings.push(`${key}: the provider has ${provider.get(key) ?? 0}, the hub ${atHub.get(key) ?? 0}`)
  return wrong.length === 0
}

/** What each lane's terminal has in the end, and what the lane's journal at the hub says was paid by card. */
async function sameCards({ hub, cards }: Books, findings: string[]): Promise<boolean> {
  const { rows } = await hub.query<{ lane_id: string; net: string }>(
    `SELECT lane_id, sum((projection->>'approvedMinor')::bigint) AS net FROM (
       SELECT DISTINCT ON (r.projection->>'attemptKey') r.lane_id, r.projection
       FROM journal_entry r JOIN journal_entry a ON a.type = 'payment.attempted'
         AND a.projection->>'attemptKey' = r.projection->>'attemptKey'
         AND a.projection->'instrument'->>'kind' = 'card'
       WHERE r.type = 'payment.resolved' ORDER BY r.projection->>'attemptKey', r.arrival DESC) last
     WHERE projection->>'outcome' = 'approved' GROUP BY lane_id`,
  )
  const atHub = new Map(rows.map(({ lane_id, net }) => [lane_id, Number(net)]))
  const wrong = [...cards].filter(([laneId, effects]) => netOf(effects) !== (atHub.get(laneId) ?? 0))
  for (const [laneId, effects] of wrong)
    findings.push(`cards of ${laneId}: the terminal has ${netOf(effects)}, the hub ${atHub.get(laneId) ?? 0}`)
  return wrong.length === 0
}

function netOf(effects: readonly Effect[]): number {
  return effects.reduce(
    (sum, { kind, amountMinor }) => sum + (kind === 'charge' ? amountMinor : -amountMinor),
    0,
  )
}
