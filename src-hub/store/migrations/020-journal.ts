import type { Transaction } from '../database.ts'

/** The lanes' journals, verbatim, and what the hub could not take from them. */
export async function journal(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE lane_position (
      lane_id text NOT NULL REFERENCES lane,
      epoch text NOT NULL,
      public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
      parent jsonb,
      acked_seq bigint NOT NULL CHECK (acked_seq >= 0),
      head_hash bytea NOT NULL CHECK (octet_length(head_hash) = 32),
      forked boolean NOT NULL DEFAULT false,
      began_at_ms bigint NOT NULL,
      updated_at_ms bigint NOT NULL,
      PRIMARY KEY (lane_id, epoch)
    );

    CREATE TABLE journal_entry (
      lane_id text NOT NULL,
      epoch text NOT NULL,
      seq bigint NOT NULL CHECK (seq >= 0),
      arrival bigint GENERATED ALWAYS AS IDENTITY,
      type text NOT NULL,
      aggregate_kind text NOT NULL,
      aggregate_id text NOT NULL,
      header jsonb NOT NULL,
      payload bytea NOT NULL,
      prev_hash bytea NOT NULL CHECK (octet_length(prev_hash) = 32),
      hash bytea NOT NULL CHECK (octet_length(hash) = 32),
      signature bytea CHECK (octet_length(signature) = 64),
      -- For queries only: jsonb does not keep bytes. Null when the payload has no such form.
      projection jsonb,
      received_at_ms bigint NOT NULL,
      PRIMARY KEY (lane_id, epoch, seq)
    );
    CREATE INDEX journal_entry_aggregate ON journal_entry (lane_id, aggregate_kind, aggregate_id, arrival);
    -- The intent of an attempt, when its later entry says that it was deferred.
    CREATE INDEX journal_entry_attempt ON journal_entry ((projection->>'attemptKey'))
      WHERE type = 'payment.attempted';

    CREATE TABLE quarantine (
      -- SHA-256 of the entry as received, so that a repetition is kept once.
      entry_sha256 bytea PRIMARY KEY,
      lane_id text NOT NULL,
      epoch text NOT NULL,
      seq bigint NOT NULL,
      reason text NOT NULL,
      entry text NOT NULL,
      at_ms bigint NOT NULL
    );

    CREATE TABLE parked (
      lane_id text NOT NULL,
      epoch text NOT NULL,
      seq bigint NOT NULL,
      aggregate_kind text NOT NULL,
      aggregate_id text NOT NULL,
      reason text NOT NULL,
      at_ms bigint NOT NULL,
      PRIMARY KEY (lane_id, epoch, seq),
      FOREIGN KEY (lane_id, epoch, seq) REFERENCES journal_entry
    );
    CREATE INDEX parked_aggregate ON parked (lane_id, aggregate_kind, aggregate_id);
  `)
}
