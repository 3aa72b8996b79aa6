import { failureData } from '../contract/failure.ts'
import type { LaneEvent } from '../contract/events.ts'
import type {
  DeclineReason,
  Instrument,
  JournalledInstrument,
  PaymentMode,
  PaymentOutcome,
} from '../contract/payment.ts'
import type { Key, Money } from '../contract/values.ts'
import { unreachable } from '../contract/result.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { HubPort } from '../ports/hub.ts'
import type { AttemptRecord, AttemptState, LaneStorePort, LaneTransaction } from '../ports/store.ts'
import type { UnknownTimetable } from './timetable.ts'

/** What becomes of an attempt, as the checkout hears it. The first four are final. */
export type AttemptNews =
  | { readonly kind: 'approved'; readonly maskedAccount: string }
  | { readonly kind: 'declined'; readonly reason: DeclineReason }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'deferred' }
  | { readonly kind: 'unknown'; readonly phase: 'querying' | 'cancelling' | 'attendant' }

export interface AttemptRequest {
  readonly attemptKey: Key
  readonly saleId: Key
  readonly amount: Money
  readonly mode: PaymentMode
  readonly instrument: Instrument
}

export type NewsListener = (news: AttemptNews) => void

export interface PaymentsDeps {
  readonly store: LaneStorePort
  readonly hub: HubPort
  readonly clock: ClockPort
  readonly timetable: UnknownTimetable
  readonly log: LogPort
  /** A lane with a replayed camera: its money is marked. */
  readonly bench: boolean
  /** May this attempt, whose outcome is unknown and whose hub is gone, be charged later under the same key? */
  readonly mayDefer: (attempt: AttemptRecord) => boolean
}

/** Payment attempts of this lane: intent first, one key for ever, and no outcome that is merely assumed. */
export interface Payments {
  /** Commits the intent before this returns, then asks the hub. Throws `Failure` `store.diskFull`: nothing was sent. */
  begin(request: AttemptRequest, listener: NewsListener): void
  /** After a restart: finds out what became of an attempt that was under way. */
  resume(attempt: AttemptRecord, listener: NewsListener): void
  /** Staff gave up waiting: the attempt goes on being cancelled until the hub confirms, with nobody in front. */
  hold(attemptKey: Key): void
  /** Cancels held attempts and asks about deferred ones; call when the hub is back. Idempotent, never concurrent. */
  followUp(): Promise<void>
  close(): void
}

export function createPayments(deps: PaymentsDeps): Payments {
  const { store, hub, clock, timetable } = deps
  const closing = new AbortController()
  const held = new Set<Key>()
  let following: Promise<void> | null = null

  function callOptions() {
    return { signal: closing.signal, timeoutMs: timetable.callTimeoutMs }
  }

  async function authorise(request: AttemptRequest, listener: NewsListener): Promise<void> {
    const answer = await hub.authorise(
      {
        attemptKey: request.attemptKey,
        saleId: request.saleId,
        amountMinor: request.amount.amountMinor,
        currency: request.amount.currency,
        instrument: request.instrument,
        bench: deps.bench,
        attemptedAt: clock.moment(),
      },
      callOptions(),
    )
    if (closing.signal.aborted) return
    const news = answer.ok ? finalNews(answer.value.outcome) : null
    if (news) settle(request.attemptKey, news, answer.ok ? answer.value.outcome : null, listener)
    else await findOut(request.attemptKey, listener)
  }

  /** Leads out of "unknown": query, then cancel; later the policy or a person. */
  async function findOut(attemptKey: Key, listener: NewsListener): Promise<void> {
    const since = clock.monotonicMs()
    let heardAtMs = since
    let staffCalled = false
    let cancelSent = false
    markUnknown(attemptKey)
    listener({ kind: 'unknown', phase: 'querying' })
    while (!closing.signal.aborted && !held.has(attemptKey)) {
      const answer = await hub.query(attemptKey, callOptions())
      // Staff sent the shopper off meanwhile: whatever it says, it is taken back by `followUp`.
      if (held.has(attemptKey)) return
      if (answer.ok) {
        heardAtMs = clock.monotonicMs()
        const news = finalNews(answer.value.outcome)
        if (news) return settle(attemptKey, news, answer.value.outcome, listener)
        const waitedMs = heardAtMs - since
        // A key that the hub has never seen may still be on its way: the tombstone stops it.
        if (answer.value.outcome.kind === 'notFound' || waitedMs >= timetable.pendingPatienceMs) {
          listener({ kind: 'unknown', phase: 'cancelling' })
          cancelSent = true
          if (await cancel(attemptKey, listener)) return
        }
      } else if (clock.monotonicMs() - heardAtMs >= timetable.hubGoneMs) {
        const record = store.attempt(attemptKey)
        // A cancel whose answer was lost may have laid a tombstone: this key would be refused for ever.
        if (record && !cancelSent && deps.mayDefer(record)) return defer(record, listener)
        if (!staffCalled) listener({ kind: 'unknown', phase: 'attendant' })
        staffCalled = true
      }
      await pause(timetable.queryEveryMs)
    }
  }

  /** A fact that could not be written (a full disk) is asked for again: the hub still knows it. */
  async function untilWritten(
    attemptKey: Key,
    listener: NewsListener,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      deps.log.error({ failure: failureData(thrown), attemptKey }, 'payment outcome could not be kept')
      await pause(timetable.queryEveryMs)
      if (!closing.signal.aborted)
        await untilWritten(attemptKey, listener, () => findOut(attemptKey, listener))
    }
  }

  async function cancel(attemptKey: Key, listener: NewsListener): Promise<boolean> {
    const answer = await hub.cancel(attemptKey, callOptions())
    const news = answer.ok ? finalNews(answer.value.outcome) : null
    if (!answer.ok || !news) return false
    settle(attemptKey, news, answer.value.outcome, listener)
    return true
  }

  function settle(
    attemptKey: Key,
    news: AttemptNews,
    outcome: PaymentOutcome | null,
    listener: NewsListener,
  ): void {
    if (closing.signal.aborted) return
    const record = store.attempt(attemptKey)
    if (!record) throw new Error(`Attempt ${attemptKey} was never begun`)
    if (!isOpen(record)) return
    store.transact((tx) => {
      resolve(tx, record, stateOf(news), outcome, news)
    })
    listener(news)
  }

  /** The same key, charged when the entry reaches the hub; a hub that has it already charges nothing twice. */
  function defer(record: AttemptRecord, listener: NewsListener): void {
    store.transact((tx) => {
      intend(tx, { ...record, mode: 'deferred' }, 'deferred')
    })
    listener({ kind: 'deferred' })
  }

  function intend(tx: LaneTransaction, record: Omit<AttemptRecord, 'state'>, state: AttemptState): void {
    tx.putAttempt({ ...record, state, updatedAtMs: clock.nowMs() })
    tx.append(saleOf(record), {
      type: 'payment.attempted',
      attemptKey: record.attemptKey,
      saleId: record.saleId,
      amountMinor: record.amount.amountMinor,
      currency: record.amount.currency,
      instrument: record.instrument,
      mode: record.mode,
      bench: deps.bench,
    })
    if (record.instrument.kind === 'face') tx.noteUse(record.instrument.evidence.subjectKey, clock.nowMs())
    if (state === 'deferred') tx.append(saleOf(record), resolved(record, 'deferred'))
  }

  function resolve(
    tx: LaneTransaction,
    record: AttemptRecord,
    state: AttemptState,
    outcome: PaymentOutcome | null,
    news: AttemptNews,
  ): void {
    tx.putAttempt({ ...record, state, outcome, updatedAtMs: clock.nowMs() })
    tx.append(saleOf(record), resolvedBy(record, news, outcome))
  }

  function markUnknown(attemptKey: Key): void {
    const record = store.attempt(attemptKey)
    if (record?.state !== 'intended') return
    store.transact((tx) => {
      tx.putAttempt({ ...record, state: 'unknown', updatedAtMs: clock.nowMs() })
    })
  }

  function pause(delayMs: number): Promise<void> {
    return new Promise((done) => {
      const finish = () => {
        cancelTimer()
        closing.signal.removeEventListener('abort', finish)
        done()
      }
      const cancelTimer = clock.after(delayMs, finish)
      closing.signal.addEventListener('abort', finish)
    })
  }

  async function followHeld(): Promise<void> {
    for (const record of store.attemptsInState(['intended', 'unknown'])) {
      if (!held.has(record.attemptKey)) continue
      if (await cancel(record.attemptKey, () => undefined)) held.delete(record.attemptKey)
    }
  }

  async function followDeferred(): Promise<void> {
    for (const record of store.attemptsInState(['deferred'])) {
      const answer = await hub.query(record.attemptKey, callOptions())
      if (!answer.ok) return
      const news = finalNews(answer.value.outcome)
      if (!news || closing.signal.aborted) continue
      const state = news.kind === 'approved' ? 'processed' : 'deferredDeclined'
      store.transact((tx) => {
        resolve(tx, record, state, answer.value.outcome, news)
      })
    }
  }

  return {
    begin(request, listener) {
      const now = clock.nowMs()
      const record = {
        attemptKey: request.attemptKey,
        saleId: request.saleId,
        amount: request.amount,
        mode: request.mode,
        instrument: journalled(request.instrument),
        outcome: null,
        createdAtMs: now,
        updatedAtMs: now,
      }
      const deferred = request.mode === 'deferred'
      store.transact((tx) => {
        intend(tx, record, deferred ? 'deferred' : 'intended')
      })
      if (deferred) listener({ kind: 'deferred' })
      else void untilWritten(request.attemptKey, listener, () => authorise(request, listener))
    },
    resume(attempt, listener) {
      void untilWritten(attempt.attemptKey, listener, () => findOut(attempt.attemptKey, listener))
    },
    hold(attemptKey) {
      held.add(attemptKey)
    },
    followUp() {
      following ??= followHeld()
        .then(followDeferred)
        .catch((thrown: unknown) => {
          deps.log.error({ failure: failureData(thrown) }, 'payment outcomes could not be kept yet')
        })
        .finally(() => {
          following = null
        })
      return following
    },
    close() {
      closing.abort()
    },
  }
}

/** Null while the hub itself does not know. */
function finalNews(outcome: PaymentOutcome): AttemptNews | null {
  switch (outcome.kind) {
    case 'approved':
      return { kind: 'approved', maskedAccount: outcome.maskedAccount }
    case 'declined':
      return { kind: 'declined', reason: outcome.reason }
    case 'cancelled':
    case 'refunded':
      return { kind: 'cancelled' }
    case 'pending':
    case 'notFound':
      return null
    default:
      return unreachable(outcome)
  }
}

/** Still without its final word. */
function isOpen({ state }: AttemptRecord): boolean {
  return state === 'intended' || state === 'unknown'
}

function stateOf(news: AttemptNews): AttemptState {
  switch (news.kind) {
    case 'approved':
    case 'declined':
    case 'cancelled':
    case 'deferred':
    case 'unknown':
      return news.kind
    default:
      return unreachable(news)
  }
}

function saleOf(record: { readonly saleId: Key }) {
  return { kind: 'sale', id: record.saleId } as const
}

function resolved(record: { attemptKey: Key; saleId: Key }, outcome: 'deferred'): LaneEvent {
  return { type: 'payment.resolved', attemptKey: record.attemptKey, saleId: record.saleId, outcome }
}

function resolvedBy(record: AttemptRecord, news: AttemptNews, outcome: PaymentOutcome | null): LaneEvent {
  if (news.kind === 'unknown') throw new Error('An unknown outcome resolves nothing')
  return {
    type: 'payment.resolved',
    attemptKey: record.attemptKey,
    saleId: record.saleId,
    outcome: news.kind,
    ...(news.kind === 'declined' ? { reason: news.reason } : {}),
    ...(outcome?.kind === 'approved' ? { approvalCode: outcome.approvalCode } : {}),
  }
}

/** A code is worth money while it lives: the journal keeps only that one was used. */
function journalled(instrument: Instrument): JournalledInstrument {
  return instrument.kind === 'face' ? instrument : { kind: 'walletCode' }
}
