import type { Transaction } from '../database.ts'

/** Payments accepted offline: what waits for its charge, what is owed for it, and what may be accepted at all. */
export async function deferred(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE deferred_payment (
      attempt_key text PRIMARY KEY,
      lane_id text NOT NULL REFERENCES lane,
      sale_id text NOT NULL,
      account_id text,
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      currency text NOT NULL,
      instrument jsonb NOT NULL,
      bench boolean NOT NULL,
      state text NOT NULL CHECK (state IN ('UPLOADED', 'PROCESSED', 'DECLINED', 'EXPIRED', 'REVERSED')),
      reason text,
      -- By the lane's clock, where that can be true.
      sold_at_ms bigint NOT NULL,
      received_at_ms bigint NOT NULL,
      expires_at_ms bigint NOT NULL,
      due_at_ms bigint,
      -- It is being given up: the provider has to confirm that it was not charged.
      expiring_at_ms bigint,
      resolved_at_ms bigint,
      CHECK ((state = 'UPLOADED') = (resolved_at_ms IS NULL)),
      CHECK ((state = 'UPLOADED') = (due_at_ms IS NOT NULL))
    );
    CREATE INDEX deferred_payment_due ON deferred_payment (due_at_ms) WHERE state = 'UPLOADED';
    CREATE INDEX deferred_payment_account ON deferred_payment (account_id, currency);

    -- A return that came before the charge, or after it: each is applied once.
    CREATE TABLE deferred_reduction (
      reduction_key text PRIMARY KEY,
      attempt_key text NOT NULL,
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      received_at_ms bigint NOT NULL,
      due_at_ms bigint
    );
    CREATE INDEX deferred_reduction_attempt ON deferred_reduction (attempt_key);
    CREATE INDEX deferred_reduction_due ON deferred_reduction (due_at_ms) WHERE due_at_ms IS NOT NULL;

    -- Sales that ended without goods, until nothing of them is paid any more.
    CREATE TABLE cancelled_sale (sale_id text PRIMARY KEY, due_at_ms bigint);
    CREATE INDEX cancelled_sale_due ON cancelled_sale (due_at_ms) WHERE due_at_ms IS NOT NULL;
    CREATE INDEX deferred_payment_sale ON deferred_payment (sale_id);
    CREATE INDEX payment_attempt_account ON payment_attempt (account_id) WHERE state = 'approved';
    CREATE INDEX payment_attempt_approved ON payment_attempt (created_at_ms) WHERE state = 'approved';

    -- A payment that was taken while another one of the same sale was unknown.
    CREATE TABLE payment_link (
      attempt_key text PRIMARY KEY,
      linked_to text NOT NULL,
      lane_id text NOT NULL,
      -- 'refunding' is the decision: from then on the first one cannot be cancelled any more.
      state text NOT NULL CHECK (state IN ('open', 'refunding', 'refunded', 'kept')),
      amount_minor bigint NOT NULL,
      tender text NOT NULL,
      at_ms bigint NOT NULL,
      due_at_ms bigint
    );
    CREATE INDEX payment_link_first ON payment_link (linked_to);
    CREATE INDEX payment_link_due ON payment_link (due_at_ms) WHERE due_at_ms IS NOT NULL;

    CREATE TABLE recovery (
      recovery_key text PRIMARY KEY,
      attempt_key text NOT NULL UNIQUE,
      account_id text NOT NULL,
      sale_id text NOT NULL,
      lane_id text NOT NULL REFERENCES lane,
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      currency text NOT NULL,
      state text NOT NULL CHECK (state IN ('open', 'paid', 'waived')),
      sold_at_ms bigint NOT NULL,
      opened_at_ms bigint NOT NULL,
      paid_by text,
      resolved_at_ms bigint,
      CHECK ((state = 'open') = (resolved_at_ms IS NULL)),
      CHECK ((state = 'paid') = (paid_by IS NOT NULL))
    );
    CREATE INDEX recovery_account ON recovery (account_id) WHERE state = 'open';
    CREATE INDEX recovery_sale ON recovery (sale_id);

    CREATE TABLE allowance_lease (
      lease_key text PRIMARY KEY,
      lane_id text NOT NULL REFERENCES lane,
      account_id text NOT NULL,
      currency text NOT NULL,
      amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
      issued_at_ms bigint NOT NULL,
      expires_at_ms bigint NOT NULL,
      -- The lane's journal was seen past the expiry, so nothing under this lease can still be on its way.
      settled_at_ms bigint
    );
    CREATE INDEX allowance_lease_open ON allowance_lease (account_id, currency) WHERE settled_at_ms IS NULL;
    CREATE INDEX allowance_lease_lane ON allowance_lease (lane_id, account_id, issued_at_ms);
  `)
}
