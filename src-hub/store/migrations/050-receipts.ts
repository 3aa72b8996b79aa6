import type { Transaction } from '../database.ts'

/** Sales as the lanes reported them, and the receipts shoppers open on their phones. */
export async function receipts(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE sale (
      sale_id text PRIMARY KEY,
      lane_id text NOT NULL REFERENCES lane,
      state text NOT NULL CHECK (state IN ('completed', 'cancelled')),
      currency text NOT NULL,
      total_minor bigint NOT NULL,
      document jsonb NOT NULL,
      at_ms bigint NOT NULL
    );
    CREATE INDEX sale_lane ON sale (lane_id, at_ms);

    CREATE TABLE e_receipt (
      receipt_token text PRIMARY KEY,
      sale_id text NOT NULL UNIQUE REFERENCES sale,
      document jsonb NOT NULL,
      created_at_ms bigint NOT NULL
    );
  `)
}
