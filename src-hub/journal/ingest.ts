import type { AppendResponse } from '../../src-main/contract/hubApi.ts'
import type { WireEntry } from '../../src-main/contract/journal.ts'
import type { HubContext } from '../context.ts'
import type { PaymentService } from '../payments/service.ts'
import { Refusal } from '../refusal.ts'
import { standing } from './archive.ts'
import { lockLane } from './locking.ts'
import { type Taken, takeRun } from './take.ts'
import { receiveEntry, type ReceivedEntry } from './verify.ts'

/**
 * Takes a batch of a lane's journal: kept, applied and acknowledged in one commit. Sending any part of it again, in any
 * order, changes nothing. Throws `Refusal` for a batch that is not this lane's or cannot be hashed at all.
 */
export async function ingest(
  context: HubContext,
  payments: PaymentService,
  laneId: string,
  entries: readonly WireEntry[],
): Promise<AppendResponse> {
  const received = entries.map((entry) => receive(laneId, entry))
  const receivedAtMs = context.nowMs()
  return context.database.transaction(async (tx) => {
    const laneKey = await lockLane(tx, laneId)
    if (laneKey === null) throw new Refusal(401, 'auth.unknownLane', 'The lane was released at the hub.')
    let taken: Taken | null = null
    for (const run of runsOfOneEpoch(received)) {
      taken = await takeRun({ tx, payments, laneId, receivedAtMs }, laneKey, run)
    }
    return standing(tx, laneId, received.at(-1)?.wire.header.epoch ?? '', taken)
  })
}

function receive(laneId: string, entry: WireEntry): ReceivedEntry {
  if (entry.header.laneId !== laneId) {
    throw new Refusal(403, 'journal.foreignLane', 'A lane sends only its own journal.')
  }
  const { id } = entry.header.aggregate
  if (!id.isWellFormed() || id.includes('\0')) {
    throw new Refusal(400, 'journal.badAggregate', 'An aggregate id is well-formed text without NUL.')
  }
  return receiveEntry(entry)
}

function runsOfOneEpoch(entries: readonly ReceivedEntry[]): ReceivedEntry[][] {
  const runs: ReceivedEntry[][] = []
  for (const entry of entries) {
    const run = runs.at(-1)
    if (run?.[0]?.wire.header.epoch === entry.wire.header.epoch) run.push(entry)
    else runs.push([entry])
  }
  return runs
}
