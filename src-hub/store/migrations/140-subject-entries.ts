import type { Transaction } from '../database.ts'

/** Entries are looked for by what they are about only where that is a person; payments have indexes by their key. */
export async function subjectEntries(tx: Transaction): Promise<void> {
  await tx.query(`
    DROP INDEX journal_entry_aggregate;
    CREATE INDEX journal_entry_subject ON journal_entry (lane_id, aggregate_id, arrival)
      WHERE aggregate_kind = 'subject';
  `)
}
