import type { Transaction } from '../database.ts'

/** Goods that came back, and where their money goes. One row a return for ever; its key is made by the lane. */
export async function returns(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE sale_return (
      return_key text PRIMARY KEY,
      sale_id text NOT NULL REFERENCES sale,
      -- Where the goods were taken back.
      lane_id text NOT NULL REFERENCES lane,
      reason text NOT NULL,
      staff_id text NOT NULL,
      decided_by text NOT NULL CHECK (decided_by IN ('hub', 'lane')),
      amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
      currency text NOT NULL,
      -- Of each line what came back: [{ lineId, quantity }].
      lines jsonb NOT NULL,
      -- The credit note, once the lane's journal brought it.
      receipt_token text UNIQUE,
      document jsonb,
      at_ms bigint NOT NULL,
      CHECK ((receipt_token IS NULL) = (document IS NULL))
    );
    CREATE INDEX sale_return_sale ON sale_return (sale_id);
    CREATE INDEX sale_return_at ON sale_return (at_ms);

    CREATE TABLE sale_refund (
      refund_key text PRIMARY KEY,
      return_key text NOT NULL REFERENCES sale_return,
      -- Order within the return.
      place integer NOT NULL,
      attempt_key text NOT NULL,
      tender text NOT NULL,
      mode text NOT NULL,
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      -- 'local': the lane hands it back and says so in its journal.
      state text NOT NULL CHECK (state IN ('pending', 'done', 'refused', 'local')),
      provider_reference text,
      native_code text,
      resolved_at_ms bigint,
      UNIQUE (return_key, place)
    );
    CREATE INDEX sale_refund_attempt ON sale_refund (attempt_key);
    CREATE INDEX sale_refund_pending ON sale_refund (return_key) WHERE state = 'pending';
  `)
}
