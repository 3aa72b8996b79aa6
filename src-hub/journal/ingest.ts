import { setImmediate } from 'node:timers/promises'
import type { LaneEvent } from '../../src-main/contract/events.ts'
import { type AppendResponse, maxEntriesABatch } from '../../src-main/contract/hubApi.ts'
import { decodeBatch, type DecodedEntry } from '../../src-main/domain/journal/batch.ts'
import type { HubContext } from '../context.ts'
import type { AdmittedCall } from '../lanes/sessions.ts'
import type { PaymentService } from '../payments/service.ts'
import { Refusal } from '../refusal.ts'
import { hasEffect } from './apply.ts'
import { standing } from './archive.ts'
import { lockLane } from './locking.ts'
import { type Taken, takeRun } from './take.ts'
import type { Turns } from './turns.ts'
import { receiveDecoded, type ReceivedEntry } from './verify.ts'

/** Reads the body of `append`; throws `Refusal` for one that is no batch of this contract. */
export function readBatch(body: Buffer): readonly DecodedEntry<Buffer>[] {
  const decoded = decodeBatch(body, maxEntriesABatch)
  if (decoded.ok) return decoded.value
  throw new Refusal(400, 'http.badBody', decoded.error)
}

/** About five milliseconds of work, after which a payment that came meanwhile goes first. */
const entriesASlice = 200

/**
 * Takes a batch of a lane's journal: kept, applied and acknowledged in one commit. Sending any part of it again, in any
 * order, changes nothing. A lane's next batches are read and hashed while this one is with the database. Throws
 * `Refusal` for a batch that is not this lane's, and what `read` throws.
 */
export async function ingest(
  context: HubContext,
  payments: PaymentService,
  turns: Turns,
  { laneId, counter }: Pick<AdmittedCall, 'laneId' | 'counter'>,
  read: () => Promise<readonly DecodedEntry<Buffer>[]>,
): Promise<AppendResponse> {
  return turns.take(
    laneId,
    counter,
    async () => receive(laneId, await read()),
    (received) => take(context, payments, laneId, received),
  )
}

async function receive(
  laneId: string,
  entries: readonly DecodedEntry<Buffer>[],
): Promise<readonly ReceivedEntry[]> {
  for (const entry of entries) refuseForeign(laneId, entry)
  const received: ReceivedEntry[] = []
  while (received.length < entries.length) {
    const slice = entries.slice(received.length, received.length + entriesASlice)
    received.push(...slice.map(receiveDecoded))
    await setImmediate()
  }
  return received
}

async function take(
  context: HubContext,
  payments: PaymentService,
  laneId: string,
  received: readonly ReceivedEntry[],
): Promise<AppendResponse> {
  const receivedAtMs = context.nowMs()
  const answer = await context.database.transaction(async (tx) => {
    const laneKey = await lockLane(tx, laneId)
    if (laneKey === null) throw new Refusal(401, 'auth.unknownLane', 'The lane was released at the hub.')
    let taken: Taken | null = null
    for (const run of runsOfOneEpoch(received)) {
      taken = await takeRun({ tx, payments, laneId, receivedAtMs }, laneKey, run)
    }
    return standing(tx, laneId, received.at(-1)?.header.epoch ?? '', taken)
  })
  if (received.some(({ content }) => content.kind === 'event' && orders(content.event))) payments.wake()
  return answer
}

/** Nearly all that a lane reports is done with its commit; the rest may ask for money to be moved now. */
function orders(event: LaneEvent): boolean {
  return event.type !== 'sale.completed' && hasEffect(event)
}

function refuseForeign(laneId: string, { header }: DecodedEntry): void {
  if (header.laneId !== laneId)
    throw new Refusal(403, 'journal.foreignLane', 'A lane sends only its own journal.')
  if (header.aggregate.id.includes('\0'))
    throw new Refusal(400, 'journal.badAggregate', 'An aggregate id is text without NUL.')
}

function runsOfOneEpoch(entries: readonly ReceivedEntry[]): ReceivedEntry[][] {
  const runs: ReceivedEntry[][] = []
  for (const entry of entries) {
    const run = runs.at(-1)
    if (run?.[0]?.header.epoch === entry.header.epoch) run.push(entry)
    else runs.push([entry])
  }
  return runs
}
