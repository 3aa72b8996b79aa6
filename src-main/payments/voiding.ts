import { failureData } from '../contract/failure.ts'
import type { Key } from '../contract/values.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { AttemptRecord, LaneStorePort } from '../ports/store.ts'
import type { AttemptBook } from './book.ts'
import type { ChannelCall, PaymentChannel } from './channel.ts'
import type { UnknownTimetable } from './timetable.ts'

/** What becomes of a paid part that is taken back. `unconfirmed`: no answer for a while; it goes on being asked for. */
export type VoidNews =
  | { readonly kind: 'voided'; readonly attemptKey: Key }
  | { readonly kind: 'unconfirmed'; readonly attemptKey: Key }

export interface VoidingDeps {
  readonly store: LaneStorePort
  readonly book: AttemptBook
  readonly clock: ClockPort
  readonly log: LogPort
  readonly timetable: UnknownTimetable
  readonly channelOf: (record: AttemptRecord) => PaymentChannel
  readonly call: () => ChannelCall
  readonly pause: (delayMs: number) => Promise<void>
  readonly closing: AbortSignal
}

/** Takes paid parts back until hub or terminal has confirmed it: once begun it never ends otherwise. */
export interface Voiding {
  /** Parts whose void is committed. Cash waits for a person and is passed over. */
  pursue(records: readonly AttemptRecord[], listener: (news: VoidNews) => void): void
  /** What a restart left half taken back and nobody pursues. */
  followUp(): void
}

export function createVoiding(deps: VoidingDeps): Voiding {
  const { store, book, clock, timetable, closing } = deps
  const pursued = new Set<Key>()

  async function takeBack(record: AttemptRecord, listener: (news: VoidNews) => void): Promise<void> {
    const { attemptKey } = record
    const since = clock.monotonicMs()
    let told = false
    while (!closing.aborted) {
      if (await isTakenBack(record)) return listener({ kind: 'voided', attemptKey })
      if (!told && clock.monotonicMs() - since >= timetable.hubGoneMs) {
        told = true
        listener({ kind: 'unconfirmed', attemptKey })
      }
      await deps.pause(timetable.queryEveryMs)
    }
  }

  async function isTakenBack(record: AttemptRecord): Promise<boolean> {
    const answer = await deps.channelOf(record).cancel(record.attemptKey, deps.call())
    if (closing.aborted || !answer.ok) return false
    const { kind } = answer.value.outcome
    if (kind !== 'cancelled' && kind !== 'refunded' && kind !== 'declined') return false
    try {
      book.endVoid(record)
      return true
    } catch (thrown) {
      deps.log.error(
        { failure: failureData(thrown), attemptKey: record.attemptKey },
        'a void could not be kept yet',
      )
      return false
    }
  }

  function pursue(records: readonly AttemptRecord[], listener: (news: VoidNews) => void): void {
    for (const record of records) {
      const { attemptKey, instrument } = record
      if (instrument.kind === 'cash' || pursued.has(attemptKey)) continue
      pursued.add(attemptKey)
      void takeBack(record, listener).finally(() => pursued.delete(attemptKey))
    }
  }

  return {
    pursue,
    followUp() {
      pursue(store.attemptsInState(['voiding']), () => undefined)
    },
  }
}
