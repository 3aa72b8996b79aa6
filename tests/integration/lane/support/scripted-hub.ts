import type { DeferredOutcome } from '../../../../src-main/contract/deferred.ts'
import type { FailureData } from '../../../../src-main/contract/failure.ts'
import type { OutcomeResponse, ResolveCodeResponse } from '../../../../src-main/contract/hubApi.ts'
import { laneEventSchema } from '../../../../src-main/contract/events.ts'
import type { BatchEntry } from '../../../../src-main/domain/journal/batch.ts'
import type { LookUpMemberRequest, LookUpMemberResponse } from '../../../../src-main/contract/membership.ts'
import type {
  AuthoriseRequest,
  DeclineReason,
  PaymentOutcome,
} from '../../../../src-main/contract/payment.ts'
import { err, ok, type Result } from '../../../../src-main/contract/result.ts'
import type { CallOptions, HubPort } from '../../../../src-main/ports/hub.ts'
import type { HandClock } from './hand-clock.ts'

/**
 * What happens to one payment call. `slow`: answered after half the limit. `lost`: done, and the answer never came. `late`: arrives only after the caller gave
 * up. `unreachable`: never arrives. `pending`: the provider takes its time, and charges in the end.
 */
export const callFates = ['fine', 'slow', 'lost', 'late', 'unreachable', 'nonsense', 'pending'] as const
export type CallFate = (typeof callFates)[number]

interface Row {
  state: 'started' | 'approved' | 'declined' | 'cancelled'
  queriesUntilCharged: number
  approvedMinor?: number
}

/** The merchant hub as `HubPort` promises it, in memory: one row a key, a tombstone for a cancelled stranger. */
export class ScriptedHub implements HubPort {
  /** Fates of the next payment calls, first one first; afterwards all is fine. */
  fates: CallFate[] = []
  down = false
  declines: DeclineReason | null = null
  /** What the payer's points, coupon or balance hold: a larger amount is approved in part. */
  holdsMinor = Infinity
  pointsMinor = 250
  /** Queries that a `pending` attempt answers "pending" to before the provider charges it. */
  pendingQueries = 2
  readonly calls: { readonly call: string; readonly attemptKey: string; readonly atMs: number }[] = []
  readonly charged: string[] = []
  readonly requests: AuthoriseRequest[] = []
  readonly voided: string[] = []
  readonly codes = new Map<string, ResolveCodeResponse>()
  readonly members = new Map<string, LookUpMemberResponse>()
  readonly lookedUp: string[] = []
  beforeMemberAnswer: (memberNumber: string) => Promise<void> = () => Promise.resolve()
  beforeCodeAnswer: () => Promise<void> = () => Promise.resolve()
  onAuthorise: (request: AuthoriseRequest) => void = () => undefined
  readonly #rows = new Map<string, Row>()
  readonly #clock: HandClock

  constructor(clock: HandClock) {
    this.#clock = clock
  }

  /** Times this key was charged and not given back. */
  net(attemptKey: string): number {
    const times = (keys: readonly string[]): number => keys.filter((key) => key === attemptKey).length
    return times(this.charged) - times(this.voided)
  }

  authorise(request: AuthoriseRequest, options: CallOptions) {
    this.onAuthorise(request)
    this.requests.push(request)
    const { attemptKey } = request
    return this.#carry('authorise', attemptKey, options, (fate) => {
      const row = this.#begin(attemptKey)
      if (row.state === 'cancelled') return { kind: 'declined', reason: 'attemptCancelled' }
      if (this.holdsMinor < request.amountMinor) row.approvedMinor = this.holdsMinor
      if (fate === 'pending') row.queriesUntilCharged = this.pendingQueries
      else this.#execute(attemptKey, row)
      return outcomeOf(row, this.declines)
    })
  }

  query(attemptKey: string, options: CallOptions) {
    return this.#carry('query', attemptKey, options, () => {
      const row = this.#rows.get(attemptKey)
      if (!row) return { kind: 'notFound' }
      if (row.state === 'started') {
        row.queriesUntilCharged -= 1
        if (row.queriesUntilCharged < 0) this.#execute(attemptKey, row)
      }
      return outcomeOf(row, this.declines)
    })
  }

  cancel(attemptKey: string, options: CallOptions) {
    return this.#carry('cancel', attemptKey, options, () => {
      const row = this.#begin(attemptKey)
      if (row.state === 'approved') this.voided.push(attemptKey)
      if (row.state !== 'declined') row.state = 'cancelled'
      return outcomeOf(row, this.declines)
    })
  }

  /** Takes journal entries as the replicator would bring them: deferred attempts are charged. */
  take(entries: readonly BatchEntry[]): void {
    for (const { payload } of entries) {
      const event = laneEventSchema.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
      if (event.type !== 'payment.attempted' || event.mode !== 'deferred') continue
      this.#execute(event.attemptKey, this.#begin(event.attemptKey))
    }
  }

  /** What the feed says of a payment that was taken later; null while there is nothing to say. */
  deferredOutcome(attemptKey: string): DeferredOutcome | null {
    const row = this.#rows.get(attemptKey)
    if (row?.state === 'approved') return { attemptKey, state: 'PROCESSED', approvalCode: 'A1' }
    if (row?.state === 'declined') return { attemptKey, state: 'DECLINED', reason: this.declines ?? 'other' }
    return row?.state === 'cancelled' ? { attemptKey, state: 'REVERSED' } : null
  }

  async resolveCode(code: string, _options: CallOptions): Promise<Result<ResolveCodeResponse, FailureData>> {
    const answer: ResolveCodeResponse = this.codes.get(code) ?? { kind: 'refused', reason: 'codeInvalid' }
    await this.beforeCodeAnswer()
    return this.down ? err(failure('hub.unreachable')) : ok(answer)
  }

  walletFaceSession(): never {
    throw new Error('No wallet has a face device here')
  }

  async lookUpMember({
    memberNumber,
  }: LookUpMemberRequest): Promise<Result<LookUpMemberResponse, FailureData>> {
    this.lookedUp.push(memberNumber)
    const answer = this.members.get(memberNumber) ?? { kind: 'unknown' as const }
    await this.beforeMemberAnswer(memberNumber)
    return this.down ? err(failure('hub.unreachable')) : ok(answer)
  }

  points() {
    return Promise.resolve(
      this.down ? err(failure('hub.unreachable')) : ok({ balanceMinor: this.pointsMinor }),
    )
  }

  feed(): never {
    throw new Error('Nothing is heard here')
  }

  findSale(..._args: never[]): never {
    throw new Error('Nothing is returned here')
  }
  orderReturn(..._args: never[]): never {
    throw new Error('Nothing is returned here')
  }

  hello(_options: CallOptions): Promise<Result<{ readonly hubEpoch: string }, FailureData>> {
    return Promise.resolve(this.down ? err(failure('hub.unreachable')) : ok({ hubEpoch: 'e'.repeat(32) }))
  }
  append(): never {
    throw new Error('Entries are taken by `take`')
  }
  refund(): never {
    throw new Error('Nothing is refunded here')
  }
  publicUrl(): string {
    return 'http://hub.example'
  }
  close(): void {
    this.down = true
  }

  #begin(attemptKey: string): Row {
    const row = this.#rows.get(attemptKey) ?? { state: 'started', queriesUntilCharged: 0 }
    this.#rows.set(attemptKey, row)
    return row
  }

  #execute(attemptKey: string, row: Row): void {
    if (row.state !== 'started') return
    row.state = this.declines ? 'declined' : 'approved'
    if (row.state === 'approved') this.charged.push(attemptKey)
  }

  async #carry(
    call: string,
    attemptKey: string,
    options: CallOptions,
    work: (fate: CallFate) => PaymentOutcome,
  ): Promise<Result<OutcomeResponse, FailureData>> {
    const fate = this.down ? 'unreachable' : (this.fates.shift() ?? 'fine')
    this.calls.push({ call, attemptKey, atMs: this.#clock.monotonicMs() })
    await Promise.resolve()
    if (fate === 'unreachable') return err(failure('hub.unreachable'))
    if (fate === 'late') {
      this.#clock.after(options.timeoutMs + 3_000, () => void work(fate))
      await this.#wait(options)
      return err(failure('hub.noAnswer'))
    }
    const outcome = work(fate)
    if (fate === 'nonsense') return err(failure('hub.nonsense'))
    if (fate === 'slow') await this.#wait({ ...options, timeoutMs: options.timeoutMs / 2 })
    if (fate !== 'lost') return ok({ attemptKey, outcome })
    await this.#wait(options)
    return err(failure('hub.noAnswer'))
  }

  #wait({ timeoutMs, signal }: CallOptions): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(timeoutMs, resolve)
      signal?.addEventListener('abort', () => resolve())
    })
  }
}

function outcomeOf({ state, approvedMinor }: Row, declines: DeclineReason | null): PaymentOutcome {
  switch (state) {
    case 'approved':
      return {
        kind: 'approved',
        ...(approvedMinor === undefined ? {} : { approvedMinor }),
        approvalCode: 'A1',
        providerReference: 'p-1',
        maskedAccount: '**** 42',
      }
    case 'declined':
      return { kind: 'declined', reason: declines ?? 'other' }
    case 'cancelled':
      return { kind: 'cancelled' }
    case 'started':
      return { kind: 'pending' }
  }
}

function failure(code: string): FailureData {
  return { code, attempted: 'call the hub', remedy: 'retry', message: code }
}
