import type { FailureData } from '../contract/failure.ts'
import type { AppendResponse } from '../contract/hubApi.ts'
import type { Position } from '../contract/journal.ts'
import type { BatchEntry } from '../domain/journal/batch.ts'
import type { JournalReader } from '../ports/store.ts'

/**
 * `online`: the hub answered the last exchange, be it that it is busy. `offline`: no exchange for now. `forked`: the hub
 * holds another branch of this epoch; stays so, over restarts too, until the hub takes an entry again. `refused`: the hub
 * takes nothing more from this lane. The last two wait for a person. The lane tries again by itself in all of them.
 */
export type ReplicationState = 'online' | 'offline' | 'forked' | 'refused'

/** The journal as replication needs it; the store's `LaneJournal` is one. */
export interface ReplicatedJournal extends JournalReader {
  rewind(position: Position | null): void
  forked(): boolean
  setForked(forked: boolean): void
  onAppend(listener: () => void): () => void
}

/** What one look at the journal came to. */
export type Exchange =
  /** Nothing to send, and the hub is there. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'progress' }
  /** The hub is there, and has no room for the batch yet: payments go on. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number | undefined }
  | {
      readonly kind: 'trouble'
      readonly state: Exclude<ReplicationState, 'online'>
      readonly failure: FailureData
    }

/** Moves the acknowledged position to what the hub has committed, forwards or, after a loss at the hub, backwards. */
export function settleAnswer(
  journal: ReplicatedJournal,
  sent: readonly BatchEntry[],
  answer: AppendResponse,
): Exchange {
  const first = sent[0]?.header
  const last = sent.at(-1)?.header
  if (first === undefined || last === undefined) return { kind: 'idle' }
  const { acked } = answer
  if (acked !== null && acked.epoch !== first.epoch) {
    return trouble('offline', 'hub.nonsense', 'The hub acknowledged an epoch that was not sent.')
  }
  const hubSeq = acked?.seq ?? -1
  // The hub may know more than was sent, never less safely: what it has beyond, it was sent before.
  if (hubSeq >= first.seq) journal.acknowledge({ epoch: first.epoch, seq: Math.min(hubSeq, last.seq) })
  journal.setForked(answer.forked)
  if (answer.forked) {
    // The hub does not have what came before either: the other branch began earlier, and is found from there.
    if (hubSeq < first.seq - 1) journal.rewind(acked)
    return trouble('forked', 'journal.forked', 'The hub holds another branch of this journal. Call support.')
  }
  if (hubSeq >= first.seq) return { kind: 'progress' }
  if (hubSeq < first.seq - 1) {
    journal.rewind(acked)
    return trouble(
      'offline',
      'hub.lostEntries',
      'The hub came back without entries it had; they are sent again.',
    )
  }
  return trouble(
    'refused',
    'journal.quarantined',
    `The hub took no entry after ${first.seq - 1}: it put them aside for a person to look at.`,
  )
}

/** True when the hub has all of it, so that what follows may go on behind it. */
export function tookAllOf(sent: readonly BatchEntry[], { acked }: AppendResponse): boolean {
  const last = sent.at(-1)?.header
  return last !== undefined && acked?.epoch === last.epoch && acked.seq >= last.seq
}

/** True when the hub misses even the entry before it; also when it knows nothing of the epoch. */
export function tookNothingOf(sent: readonly BatchEntry[], { acked }: AppendResponse): boolean {
  const first = sent[0]?.header
  return first !== undefined && (acked === null || (acked.epoch === first.epoch && acked.seq < first.seq - 1))
}

export function troubleOf(failure: FailureData): Exchange {
  if (failure.nativeCode === 'hub.busy') return { kind: 'busy', retryAfterMs: failure.retryAfterMs }
  return { kind: 'trouble', state: failure.code === 'hub.refused' ? 'refused' : 'offline', failure }
}

function trouble(state: 'offline' | 'forked' | 'refused', code: string, message: string): Exchange {
  const remedy = state === 'offline' ? 'retry' : 'staff'
  return {
    kind: 'trouble',
    state,
    failure: { code, attempted: 'send the journal to the hub', remedy, message },
  }
}
