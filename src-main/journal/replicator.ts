import { failureData, type FailureData } from '../contract/failure.ts'
import { unreachable } from '../contract/result.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { HubPort } from '../ports/hub.ts'
import type { RandomPort } from '../ports/random.ts'
import { backOffMs } from './back-off.ts'
import {
  settleAnswer,
  tookAllOf,
  tookNothingOf,
  troubleOf,
  type Exchange,
  type ReplicatedJournal,
  type ReplicationState,
} from './exchange.ts'
import { SendingWindow, type SentBatch } from './window.ts'

export interface ReplicationStatus {
  readonly state: ReplicationState
  /** Entries the hub has not acknowledged. */
  readonly pendingCount: number
  readonly lastSuccessAtMs: number | null
  /** Null while online. */
  readonly lastFailure: FailureData | null
}

export interface ReplicatorOptions {
  readonly journal: ReplicatedJournal
  readonly hub: Pick<HubPort, 'append' | 'hello'>
  readonly clock: Pick<ClockPort, 'nowMs' | 'after'>
  readonly random: Pick<RandomPort, 'unit'>
  /** Of one batch. */
  readonly limits?: { readonly maxEntries: number; readonly maxBytes: number }
}

export interface Replicator {
  start(): void
  /** Tries at once instead of waiting for the back-off: somebody heard from the hub. */
  nudge(): void
  /** The hub may have lost what it acknowledged: sends the newest entry again, and its answer says where it stands. */
  recheck(): void
  status(): ReplicationStatus
  /** Calls `listener` on every change, not for the present state; the returned function ends that. */
  subscribe(listener: (status: ReplicationStatus) => void): () => void
  /** Ends the exchange under way and the loop. Settles when neither touches the journal any more. */
  stop(): Promise<void>
}

const BATCH = { maxEntries: 1_000, maxBytes: 1024 * 1024 }
const APPEND_TIMEOUT_MS = 20_000
/** How long a lane may believe in a hub that is gone, before a shopper finds out. */
const HELLO_EVERY_MS = 3_000
const HELLO_TIMEOUT_MS = 3_000

/** Brings the journal to the hub: everything after the acknowledged position, in order, until nothing is left. */
export function createReplicator(options: ReplicatorOptions): Replicator {
  return new ReplicationLoop(options)
}

class ReplicationLoop implements Replicator {
  readonly #options: ReplicatorOptions
  readonly #listeners = new Set<(status: ReplicationStatus) => void>()
  readonly #stopping = new AbortController()
  readonly #window: SendingWindow
  #state: ReplicationState = 'offline'
  #lastSuccessAtMs: number | null = null
  #lastFailure: FailureData | null = null
  #published = ''
  #failures = 0
  /** What happened since the last look at the journal. */
  #appended = false
  #nudged = false
  #wait: { readonly forEntries: boolean; readonly end: () => void } | null = null
  #running: Promise<void> | null = null

  constructor(options: ReplicatorOptions) {
    this.#options = options
    const { journal, hub, limits = BATCH } = options
    const { signal } = this.#stopping
    this.#window = new SendingWindow({ journal, hub, limits, timeoutMs: APPEND_TIMEOUT_MS, signal })
  }

  start(): void {
    this.#running ??= this.#run()
  }

  nudge(): void {
    this.#nudged = true
    this.#failures = 0
    this.#wait?.end()
  }

  recheck(): void {
    const { journal } = this.#options
    const head = journal.head()
    if (head === null) return
    journal.rewind(head.seq === 0 ? null : { epoch: head.epoch, seq: head.seq - 1 })
    this.nudge()
  }

  status(): ReplicationStatus {
    return {
      state: this.#options.journal.forked() ? 'forked' : this.#state,
      pendingCount: this.#options.journal.pendingCount(),
      lastSuccessAtMs: this.#lastSuccessAtMs,
      lastFailure: this.#lastFailure,
    }
  }

  subscribe(listener: (status: ReplicationStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wait?.end()
    await this.#running
  }

  async #run(): Promise<void> {
    const stopListening = this.#options.journal.onAppend(() => this.#entriesCame())
    while (!this.#stopping.signal.aborted) {
      this.#appended = this.#nudged = false
      const exchange = await this.#exchange()
      if (this.#stopping.signal.aborted) break
      await this.#waitFor(this.#note(exchange))
    }
    stopListening()
    await this.#window.clear()
  }

  async #exchange(): Promise<Exchange> {
    try {
      const batch = this.#window.next()
      const exchange = batch === null ? await this.#greet() : await this.#settle(batch)
      if (exchange.kind !== 'progress') await this.#window.clear()
      return exchange
    } catch (thrown) {
      await this.#window.clear()
      // A full disk under the acknowledgement, or a bug: either way the loop must not end in silence.
      return { kind: 'trouble', state: 'offline', failure: failureData(thrown) }
    }
  }

  async #greet(): Promise<Exchange> {
    const { signal } = this.#stopping
    const hello = await this.#options.hub.hello({ signal, timeoutMs: HELLO_TIMEOUT_MS })
    return hello.ok || signal.aborted ? { kind: 'idle' } : troubleOf(hello.error)
  }

  async #settle({ entries, followed, answer }: SentBatch): Promise<Exchange> {
    const { journal } = this.#options
    const answered = await answer
    if (this.#stopping.signal.aborted) return { kind: 'idle' }
    if (!answered.ok) return troubleOf(answered.error)
    // Looked at before the batch that it follows: that one is in by now, so it is simply sent again.
    if (followed && tookNothingOf(entries, answered.value)) {
      await this.#window.clear()
      return { kind: 'progress' }
    }
    const exchange = settleAnswer(journal, entries, answered.value)
    if (!tookAllOf(entries, answered.value)) await this.#window.clear()
    return exchange
  }

  /** Publishes what came of it; returns how long to wait, or `entries` until there are some or a hello is due. */
  #note(exchange: Exchange): number | 'entries' {
    switch (exchange.kind) {
      case 'idle':
        this.#lastSuccessAtMs ??= this.#options.clock.nowMs()
        this.#succeeded()
        return 'entries'
      case 'progress':
        this.#lastSuccessAtMs = this.#options.clock.nowMs()
        this.#succeeded()
        return 0
      case 'busy': {
        if (this.#state !== 'refused') {
          this.#lastSuccessAtMs ??= this.#options.clock.nowMs()
          this.#succeeded()
        }
        const { retryAfterMs = HELLO_EVERY_MS } = exchange
        return Math.ceil(retryAfterMs * (1 + this.#options.random.unit() / 2))
      }
      case 'trouble':
        this.#failures += 1
        this.#state = exchange.state
        this.#lastFailure = exchange.failure
        this.#publish()
        return Math.max(
          exchange.failure.retryAfterMs ?? 0,
          backOffMs(this.#failures, this.#options.random.unit()),
        )
      default:
        return unreachable(exchange)
    }
  }

  #succeeded(): void {
    this.#failures = 0
    this.#state = 'online'
    this.#lastFailure = null
    this.#publish()
  }

  async #waitFor(what: number | 'entries'): Promise<void> {
    const forEntries = what === 'entries'
    if (what === 0 || this.#nudged || (forEntries && this.#appended) || this.#stopping.signal.aborted) return
    const over = Promise.withResolvers<null>()
    const end = () => over.resolve(null)
    const cancel = this.#options.clock.after(forEntries ? HELLO_EVERY_MS : what, end)
    this.#wait = { forEntries, end }
    await over.promise
    this.#wait = null
    cancel()
  }

  /** New entries end an idle wait at once, a back-off never: each sale would knock at a hub that is down. */
  #entriesCame(): void {
    this.#appended = true
    if (this.#wait?.forEntries === true) this.#wait.end()
    this.#publish()
  }

  #publish(): void {
    const status = this.status()
    const text = JSON.stringify(status)
    if (text === this.#published) return
    this.#published = text
    for (const listener of this.#listeners) listener(status)
  }
}
