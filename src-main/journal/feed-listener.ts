import type { DeferredOutcome } from '../contract/deferred.ts'
import { failureData, type FailureData } from '../contract/failure.ts'
import { maxFeedWaitMs, type FeedItem, type FeedResponse } from '../contract/feed.ts'
import type { Position } from '../contract/journal.ts'
import { unreachable } from '../contract/result.ts'
import type { DeletionRequest } from '../contract/rights.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { HubPort } from '../ports/hub.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort, LaneTransaction } from '../ports/store.ts'
import { backOffMs } from './back-off.ts'
import { placeToAskFrom, readFeedPage } from './feed-page.ts'

/** Who acts on what the hub tells. Everything may be told again, and then changes nothing. */
export interface FeedHandlers {
  /** Inside the transaction that notes the place in the feed. */
  deferredOutcome(tx: LaneTransaction, outcome: DeferredOutcome): void
  /** In a commit of its own, before the place is noted; throws when it cannot be done yet. */
  deletionRequest(request: DeletionRequest): void
  backedUp(position: Position): void
  /** The hub came back from a backup: what it acknowledged may be lost. Before the place is noted. */
  hubChanged(): void
}

export interface FeedListenerOptions {
  readonly store: Pick<LaneStorePort, 'transact' | 'feedPlace'>
  readonly hub: Pick<HubPort, 'feed'>
  readonly clock: Pick<ClockPort, 'nowMs' | 'after'>
  readonly random: Pick<RandomPort, 'unit'>
  readonly log: LogPort
  readonly handlers: FeedHandlers
}

export interface FeedStatus {
  /** When the hub last answered; by the lane's clock, ms UTC. */
  readonly lastHeardAtMs: number | null
  /** Null while all is well. */
  readonly lastFailure: FailureData | null
}

export interface FeedListener {
  start(): void
  /** Asks at once instead of waiting for the back-off: the hub is back. */
  nudge(): void
  status(): FeedStatus
  /** Settles when nothing touches the store any more. */
  stop(): Promise<void>
}

/** Beyond the time that the hub may hold the call. */
const graceMs = 10_000
/** An outcome may append an entry, and a commit takes only so many. */
const itemsACommit = 50

/** Hears the hub out, again and again: what is new is applied in order, and the place in the feed with it. */
export function createFeedListener(options: FeedListenerOptions): FeedListener {
  return new FeedLoop(options)
}

class FeedLoop implements FeedListener {
  readonly #options: FeedListenerOptions
  readonly #stopping = new AbortController()
  #lastHeardAtMs: number | null = null
  #lastFailure: FailureData | null = null
  #failures = 0
  #endWait: (() => void) | null = null
  #running: Promise<void> | null = null

  constructor(options: FeedListenerOptions) {
    this.#options = options
  }

  start(): void {
    this.#running ??= this.#run()
  }

  nudge(): void {
    this.#failures = 0
    this.#endWait?.()
  }

  status(): FeedStatus {
    return { lastHeardAtMs: this.#lastHeardAtMs, lastFailure: this.#lastFailure }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#endWait?.()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const failure = await this.#hear()
      if (this.#stopping.signal.aborted) return
      this.#lastFailure = failure
      this.#failures = failure === null ? 0 : this.#failures + 1
      if (failure !== null) await this.#wait(failure.retryAfterMs ?? 0)
    }
  }

  async #hear(): Promise<FailureData | null> {
    const { store, hub, clock, log } = this.#options
    try {
      const asked = placeToAskFrom(store.feedPlace())
      const { signal } = this.#stopping
      const answer = await hub.feed(
        { hubEpoch: asked?.hubEpoch ?? null, cursor: asked?.cursor ?? null, waitMs: maxFeedWaitMs },
        { signal, timeoutMs: maxFeedWaitMs + graceMs },
      )
      if (signal.aborted) return null
      if (!answer.ok) return answer.error
      this.#lastHeardAtMs = clock.nowMs()
      this.#apply(answer.value)
      return null
    } catch (thrown) {
      // A full disk, or a bug: the page is asked for again, and the loop must not end in silence.
      const failure = failureData(thrown)
      log.error({ failure }, 'what the hub told could not be taken in yet')
      return failure
    }
  }

  #apply(answer: FeedResponse): void {
    const { store, clock, log, handlers } = this.#options
    const page = readFeedPage(store.feedPlace(), answer, clock.nowMs())
    if (page.empty) return
    if (page.hubChanged) handlers.hubChanged()
    if (page.passedOver.length > 0)
      log.warn({ kinds: page.passedOver }, 'the hub told things that this version does not know')
    for (const item of page.items) this.#applyBefore(item)
    const inCommit = page.items.filter(isForTheCommit)
    for (let from = 0; from < inCommit.length; from += itemsACommit) {
      const some = inCommit.slice(from, from + itemsACommit)
      const isLast = from + itemsACommit >= inCommit.length
      store.transact((tx) => {
        for (const item of some) this.#applyIn(tx, item, page.place.snapshot)
        if (isLast) tx.putFeedPlace(page.place)
      })
    }
    if (inCommit.length === 0) store.transact((tx) => tx.putFeedPlace(page.place))
  }

  #applyBefore(item: FeedItem): void {
    const { handlers } = this.#options
    if (item.kind === 'deletionRequest') handlers.deletionRequest(item)
    if (item.kind === 'backedUp') handlers.backedUp({ epoch: item.epoch, seq: item.seq })
  }

  #applyIn(tx: LaneTransaction, item: CommitItem, snapshot: number): void {
    switch (item.kind) {
      case 'deferredOutcome':
        return this.#options.handlers.deferredOutcome(tx, item)
      case 'allowance':
        return tx.putAllowance(item, snapshot)
      case 'faceTender':
        return tx.putFaceTender(item, snapshot)
      default:
        return unreachable(item)
    }
  }

  async #wait(atLeastMs: number): Promise<void> {
    const over = Promise.withResolvers<null>()
    this.#endWait = () => over.resolve(null)
    const delayMs = Math.max(atLeastMs, backOffMs(this.#failures, this.#options.random.unit()))
    const cancel = this.#options.clock.after(delayMs, this.#endWait)
    await over.promise
    this.#endWait = null
    cancel()
  }
}

type CommitItem = Exclude<FeedItem, { kind: 'deletionRequest' | 'backedUp' }>

function isForTheCommit(item: FeedItem): item is CommitItem {
  return item.kind !== 'deletionRequest' && item.kind !== 'backedUp'
}
