import { failureData, type FailureData } from '../contract/failure.ts'
import type { AppendResponse } from '../contract/hubApi.ts'
import type { Position } from '../contract/journal.ts'
import { err, type Result } from '../contract/result.ts'
import type { BatchEntry } from '../domain/journal/batch.ts'
import type { HubPort } from '../ports/hub.ts'
import type { ReplicatedJournal } from './exchange.ts'

export interface SentBatch {
  readonly entries: readonly BatchEntry[]
  /** Another batch was on its way before it: the hub may have looked at this one first, and then took nothing of it. */
  readonly followed: boolean
  readonly answer: Promise<Result<AppendResponse, FailureData>>
}

export interface WindowOptions {
  readonly journal: ReplicatedJournal
  readonly hub: Pick<HubPort, 'append'>
  readonly limits: { readonly maxEntries: number; readonly maxBytes: number }
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** The hub keeps the first, reads the second meanwhile, and the lane packs the third; a fourth would only wait. */
const mostOnTheWay = 3

/** The batches on their way to the hub, in the order of the journal. */
export class SendingWindow {
  readonly #options: WindowOptions
  readonly #onTheWay: SentBatch[] = []
  #giveUp = new AbortController()

  constructor(options: WindowOptions) {
    this.#options = options
  }

  /** Sends what there is room for; returns the oldest batch, or null with nothing on its way. */
  next(): SentBatch | null {
    while (this.#onTheWay.length < mostOnTheWay) {
      const before = this.#onTheWay.at(-1)?.entries.at(-1)?.header
      const entries = this.#read(before)
      if (entries.length === 0) break
      const answer = this.#send(entries)
      this.#onTheWay.push({ entries, followed: before !== undefined, answer })
    }
    return this.#onTheWay.shift() ?? null
  }

  /** Gives up what is on its way, because its place in the journal has to be sent again; settles when it has ended. */
  async clear(): Promise<void> {
    this.#giveUp.abort(new DOMException('It is sent again', 'AbortError'))
    this.#giveUp = new AbortController()
    await Promise.all(this.#onTheWay.splice(0).map(({ answer }) => answer))
  }

  /** One epoch on its way at a time: the hub's answer says nothing of another. */
  #read(after: Position | undefined): readonly BatchEntry[] {
    const { journal, limits } = this.#options
    if (after === undefined) return journal.pending(limits)
    const entries = journal.pending({ ...limits, after: { epoch: after.epoch, seq: after.seq } })
    return entries[0]?.header.epoch === after.epoch ? entries : []
  }

  async #send(entries: readonly BatchEntry[]): Promise<Result<AppendResponse, FailureData>> {
    const { hub, signal, timeoutMs } = this.#options
    const ending = AbortSignal.any([signal, this.#giveUp.signal])
    try {
      return await hub.append(entries, { signal: ending, timeoutMs })
    } catch (thrown) {
      return err(failureData(thrown))
    }
  }
}
