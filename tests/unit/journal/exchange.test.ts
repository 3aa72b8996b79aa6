import { describe, expect, it } from 'vitest'
import type { Position } from '../../../src-main/contract/journal.ts'
import type { BatchEntry } from '../../../src-main/domain/journal/batch.ts'
import { type ReplicatedJournal, settleAnswer } from '../../../src-main/journal/exchange.ts'

const epoch = 'e'.repeat(32)

/** What the journal was told of an answer to entries 5 to 7. */
function told(acked: Position | null, forked: boolean) {
  const journal: { acked?: Position; rewound?: Position | null; forked?: boolean } = {}
  const stand = {
    acknowledge: (position: Position) => (journal.acked = position),
    rewind: (position: Position | null) => (journal.rewound = position),
    setForked: (is: boolean) => (journal.forked = is),
  } as unknown as ReplicatedJournal
  const sent = [5, 6, 7].map((seq) => ({ header: { epoch, seq } }) as BatchEntry)
  const exchange = settleAnswer(stand, sent, { acked, quarantined: 0, parked: 0, forked })
  return { ...journal, kind: exchange.kind }
}

describe('the hub’s answer to a batch', () => {
  it('that names a fork within the batch keeps what both have, and sends the rest again', () => {
    expect(told({ epoch, seq: 6 }, true)).toEqual({ acked: { epoch, seq: 6 }, forked: true, kind: 'trouble' })
    expect(told({ epoch, seq: 4 }, true)).toEqual({ forked: true, kind: 'trouble' })
  })

  it('that names a fork before the batch has all of it sent again, from what both have', () => {
    expect(told(null, true)).toEqual({ rewound: null, forked: true, kind: 'trouble' })
    expect(told({ epoch, seq: 2 }, true)).toEqual({
      rewound: { epoch, seq: 2 },
      forked: true,
      kind: 'trouble',
    })
  })
})
