import type { Transaction } from '../database.ts'

/**
 * What an entry says is kept once. A header's parts have columns of their own already but for its time; a sale names the
 * entry that reported it. `document` stays for sales of before, which hold a copy.
 */
export async function saidOnce(tx: Transaction): Promise<void> {
  await tx.query(`
    ALTER TABLE journal_entry
      -- By the lane's clock: the header's moment.
      ADD COLUMN lane_at_ms bigint,
      ADD COLUMN boot_id text,
      ADD COLUMN monotonic_ms double precision;
    UPDATE journal_entry SET lane_at_ms = coalesce((header->'at'->>'atMs')::bigint, received_at_ms),
      boot_id = coalesce(header->'at'->>'bootId', ''),
      monotonic_ms = coalesce((header->'at'->>'monotonicMs')::double precision, 0);
    ALTER TABLE journal_entry
      ALTER COLUMN lane_at_ms SET NOT NULL,
      ALTER COLUMN boot_id SET NOT NULL,
      ALTER COLUMN monotonic_ms SET NOT NULL,
      DROP COLUMN header;

    ALTER TABLE sale
      ADD COLUMN entry_epoch text,
      ADD COLUMN entry_seq bigint,
      ALTER COLUMN document DROP NOT NULL,
      ADD CHECK (document IS NOT NULL OR (entry_epoch IS NOT NULL AND entry_seq IS NOT NULL));
  `)
}
