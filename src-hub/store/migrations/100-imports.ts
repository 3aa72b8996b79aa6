import type { Transaction } from '../database.ts'

/** Which entries came from a dead lane's disk instead of the lane itself, and what was missing before them. */
export async function imports(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE journal_import (
      import_key uuid PRIMARY KEY,
      lane_id text NOT NULL REFERENCES lane,
      entries integer NOT NULL CHECK (entries > 0),
      gaps jsonb NOT NULL,
      at_ms bigint NOT NULL
    );
    CREATE INDEX journal_import_lane ON journal_import (lane_id, at_ms);
  `)
}
