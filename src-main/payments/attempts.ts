import { failureData } from '../contract/failure.ts'
import type { CardPrompt } from '../contract/laneView.ts'
import type { CashInstrument, DeclineReason, PaymentOutcome } from '../contract/payment.ts'
import type { Key } from '../contract/values.ts'
import { unreachable } from '../contract/result.ts'
import type { PaidPart } from '../domain/checkout/state.ts'
import type { CardTerminalPort } from '../ports/cardTerminal.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { HubPort } from '../ports/hub.ts'
import type { AttemptRecord, LaneStorePort } from '../ports/store.ts'
import { createAttemptBook, type FinalOutcome } from './book.ts'
import { cardChannel } from './cardChannel.ts'
import { hubChannel, type AttemptRequest, type ChannelAnswer, type ChannelCall } from './channel.ts'
import { isGivenBackByHub, linkedParts, partOf } from './parts.ts'
import type { UnknownTimetable } from './timetable.ts'
import { createVoiding, type VoidNews } from './voiding.ts'

export type { AttemptRequest } from './channel.ts'
export type { VoidNews } from './voiding.ts'

/** What becomes of an attempt, as the checkout hears it. The first four are final. */
export type AttemptNews =
  | { readonly kind: 'approved'; readonly part: PaidPart }
  | { readonly kind: 'declined'; readonly reason: DeclineReason }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'deferred'; readonly part: PaidPart }
  | { readonly kind: 'unknown'; readonly phase: 'querying' | 'cancelling' | 'attendant' }
  | { readonly kind: 'prompt'; readonly prompt: CardPrompt }

export type NewsListener = (news: AttemptNews) => void

export interface PaymentsDeps {
  readonly store: LaneStorePort
  readonly hub: HubPort
  /** Null on a lane without a card terminal. */
  readonly terminal: CardTerminalPort | null
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
  /** Commits the intent before this returns, then asks. Throws `Failure` `store.diskFull`: nothing was sent. */
  begin(request: AttemptRequest, listener: NewsListener): void
  /** Cash in a hand is paid: intent and outcome are one commit. Throws like `begin`. */
  takeCash(request: Omit<AttemptRequest, 'instrument' | 'mode'>, cash: CashInstrument, staffId: string): void
  /** After a restart: finds out what became of an attempt that was under way. */
  resume(attempt: AttemptRecord, listener: NewsListener): void
  /** Staff gave up waiting: the attempt goes on being cancelled until the hub confirms, with nobody in front. */
  hold(attemptKey: Key): void
  /** Staff let the goods go: the attempt goes on being asked about, and is not cancelled. Throws like `begin`. */
  release(attemptKey: Key, staffId: string): PaidPart
  /** Commits that these parts are taken back before it returns. Throws like `begin`. */
  beginVoid(attemptKeys: readonly Key[]): void
  /** Takes back what is committed to be; cash waits for `cashReturned`. */
  pursueVoids(attemptKeys: readonly Key[], listener: (news: VoidNews) => void): void
  cashReturned(attemptKeys: readonly Key[], staffId: string): void
  /** Cancels held attempts, asks about released ones; call when the hub is back. Idempotent, never concurrent. */
  followUp(): Promise<void>
  close(): void
}

export function createPayments(deps: PaymentsDeps): Payments {
  const { store, clock, timetable } = deps
  const closing = new AbortController()
  const held = new Set<Key>()
  let following: Promise<void> | null = null
  const book = createAttemptBook({ store, clock, bench: deps.bench })
  const hub = hubChannel(deps.hub, clock, deps.bench)
  const terminal = deps.terminal === null ? null : cardChannel(deps.terminal)
  const voiding = createVoiding({
    ...deps,
    book,
    channelOf: ({ instrument }) => channelOf(instrument.kind),
    call: () => call(),
    pause,
    closing: closing.signal,
  })

  function channelOf(kind: string) {
    if (kind !== 'card') return hub
    if (terminal === null) throw new Error('A card attempt needs a card terminal: configure it again')
    return terminal
  }

  function call(onPrompt: ChannelCall['onPrompt'] = () => undefined): ChannelCall {
    return { signal: closing.signal, timeoutMs: timetable.callTimeoutMs, onPrompt }
  }

  async function authorise(request: AttemptRequest, listener: NewsListener): Promise<void> {
    const prompted = (prompt: CardPrompt): void => {
      listener({ kind: 'prompt', prompt })
    }
    const answer = await channelOf(request.instrument.kind).authorise(request, call(prompted))
    if (closing.signal.aborted) return
    if (answer.ok && settle(request.attemptKey, answer.value, listener)) return
    await findOut(request.attemptKey, listener)
  }

  /** Leads out of "unknown": query, then cancel; later the policy or a person. */
  async function findOut(attemptKey: Key, listener: NewsListener): Promise<void> {
    const channel = channelOf(store.attempt(attemptKey)?.instrument.kind ?? 'unknown')
    const since = clock.monotonicMs()
    let heardAtMs = since
    let staffCalled = false
    book.markUnknown(attemptKey)
    listener({ kind: 'unknown', phase: 'querying' })
    while (!closing.signal.aborted && !isLeft(attemptKey)) {
      const answer = await channel.query(attemptKey, call())
      // Staff sent the shopper off meanwhile: whatever it says, `followUp` goes on with it.
      if (isLeft(attemptKey)) return
      if (answer.ok) {
        heardAtMs = clock.monotonicMs()
        const { kind } = answer.value.outcome
        const mayBeUndone = kind === 'approved' && isCancelAsked(attemptKey)
        if (!mayBeUndone && settle(attemptKey, answer.value, listener)) return
        const waitedMs = heardAtMs - since
        // A key that the hub has never seen may still be on its way: the tombstone stops it.
        if (mayBeUndone || kind === 'notFound' || waitedMs >= timetable.pendingPatienceMs) {
          listener({ kind: 'unknown', phase: 'cancelling' })
          if (await cancel(attemptKey, listener)) return
        }
      } else if (clock.monotonicMs() - heardAtMs >= timetable.hubGoneMs) {
        const record = store.attempt(attemptKey)
        // A cancel whose answer was lost may have laid a tombstone: this key would be refused for ever.
        if (record && !isCancelAsked(attemptKey) && deps.mayDefer(record)) {
          return listener({ kind: 'deferred', part: partOf(book.defer(record)) })
        }
        if (!staffCalled) listener({ kind: 'unknown', phase: 'attendant' })
        staffCalled = true
      }
      await pause(timetable.queryEveryMs)
    }
  }

  /** A cancel that was not answered may still be on its way: what is approved before it arrives is taken back then. */
  function isCancelAsked(attemptKey: Key): boolean {
    return store.attempt(attemptKey)?.cancelAskedAtMs !== undefined
  }

  /** The shopper is gone, or pays another way: nobody in front waits for this one. */
  function isLeft(attemptKey: Key): boolean {
    return held.has(attemptKey) || store.attempt(attemptKey)?.releasedBy !== undefined
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
    const channel = channelOf(store.attempt(attemptKey)?.instrument.kind ?? 'unknown')
    book.noteCancel(attemptKey)
    const answer = await channel.cancel(attemptKey, call())
    return answer.ok && settle(attemptKey, answer.value, listener)
  }

  /** True once there is nothing left to find out. */
  function settle(attemptKey: Key, { outcome, card }: ChannelAnswer, listener: NewsListener): boolean {
    if (!isFinal(outcome)) return false
    if (closing.signal.aborted) return true
    const record = book.settle(attemptKey, outcome, card)
    if (record) listener(newsOf(record, outcome))
    return true
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

  async function followLeft(): Promise<void> {
    for (const record of store.attemptsInState(['intended', 'unknown'])) {
      const { attemptKey } = record
      if (!isLeft(attemptKey)) continue
      if (await isFoundOut(record)) held.delete(attemptKey)
    }
  }

  /** Goods went, or somebody paid for them again: whether this one was charged is asked before it is taken back. */
  async function isFoundOut(record: AttemptRecord): Promise<boolean> {
    const { attemptKey, saleId, releasedBy } = record
    const silent: NewsListener = () => undefined
    const again = linkedParts(store.attemptsOfSale(saleId), attemptKey)
    if (releasedBy === undefined && again.length === 0) return cancel(attemptKey, silent)
    const answer = await channelOf(record.instrument.kind).query(attemptKey, call())
    if (!answer.ok) return false
    const { outcome } = answer.value
    if (outcome.kind === 'notFound') return cancel(attemptKey, silent)
    if (outcome.kind === 'approved' && releasedBy === undefined) {
      const { amountMinor } = partOf({ ...record, outcome })
      if (!isGivenBackByHub(again, amountMinor)) return cancel(attemptKey, silent)
    }
    return settle(attemptKey, answer.value, silent)
  }

  return {
    begin(request, listener) {
      const record = book.intend(request)
      if (record.state === 'deferred') listener({ kind: 'deferred', part: partOf(record) })
      else void untilWritten(request.attemptKey, listener, () => authorise(request, listener))
    },
    takeCash: (request, cash, staffId) => {
      book.takeCash(request, cash, staffId)
    },
    resume(attempt, listener) {
      void untilWritten(attempt.attemptKey, listener, () => findOut(attempt.attemptKey, listener))
    },
    hold(attemptKey) {
      held.add(attemptKey)
    },
    release: (attemptKey, staffId) => partOf(book.release(attemptKey, staffId)),
    beginVoid: (attemptKeys) => void book.beginVoid(attemptKeys),
    pursueVoids(attemptKeys, listener) {
      voiding.pursue(
        attemptKeys.flatMap((attemptKey) => store.attempt(attemptKey) ?? []),
        listener,
      )
    },
    cashReturned: (attemptKeys, staffId) => {
      book.cashReturned(attemptKeys, staffId)
    },
    followUp() {
      voiding.followUp()
      following ??= followLeft()
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

function isFinal(outcome: PaymentOutcome): outcome is FinalOutcome {
  return outcome.kind !== 'pending' && outcome.kind !== 'notFound'
}

function newsOf(record: AttemptRecord, outcome: FinalOutcome): AttemptNews {
  switch (outcome.kind) {
    case 'approved':
      return { kind: 'approved', part: partOf(record) }
    case 'declined':
      return { kind: 'declined', reason: outcome.reason }
    case 'cancelled':
    case 'refunded':
      return { kind: 'cancelled' }
    default:
      return unreachable(outcome)
  }
}
