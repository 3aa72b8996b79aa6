import type { Transaction } from '../database.ts'

/** Payment attempts: one row per key for ever, whether it was charged, refused, or cancelled before it was seen. */
export async function payments(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE payment_attempt (
      attempt_key text PRIMARY KEY,
      lane_id text NOT NULL REFERENCES lane,
      state text NOT NULL CHECK (state IN ('started', 'approved', 'declined', 'cancelled')),
      -- All of the order is null for a tombstone: a cancel that came before its authorise.
      sale_id text,
      amount_minor bigint CHECK (amount_minor > 0),
      currency text,
      instrument jsonb,
      account_id text,
      code_hash bytea,
      mode text CHECK (mode IN ('online', 'deferred')),
      bench boolean,
      tries integer NOT NULL DEFAULT 0,
      reason text,
      native_code text,
      approval_code text,
      provider text,
      provider_reference text,
      masked_account text,
      refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
      created_at_ms bigint NOT NULL,
      resolved_at_ms bigint,
      CHECK (state = 'cancelled' OR amount_minor IS NOT NULL),
      CHECK (refunded_minor <= coalesce(amount_minor, 0)),
      CHECK ((state = 'started') = (resolved_at_ms IS NULL)),
      CHECK (state <> 'approved' OR (approval_code IS NOT NULL AND provider_reference IS NOT NULL)),
      CHECK ((state = 'declined') = (reason IS NOT NULL))
    );
    CREATE INDEX payment_attempt_sale ON payment_attempt (sale_id);

    CREATE TABLE payment_refund (
      refund_key text PRIMARY KEY,
      attempt_key text NOT NULL REFERENCES payment_attempt,
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      currency text NOT NULL,
      provider_reference text NOT NULL,
      created_at_ms bigint NOT NULL
    );
    CREATE INDEX payment_refund_attempt ON payment_refund (attempt_key);
  `)
}
