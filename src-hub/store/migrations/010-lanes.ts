import type { Transaction } from '../database.ts'

/** Who may speak to the hub, and what it already answered. */
export async function lanes(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE hub_meta (key text PRIMARY KEY, value text NOT NULL);
    INSERT INTO hub_meta VALUES ('hubEpoch', replace(gen_random_uuid()::text, '-', ''));

    CREATE TABLE lane (
      lane_id text PRIMARY KEY,
      -- Raw Ed25519 key; null after an operator released the name for another machine.
      public_key bytea CHECK (octet_length(public_key) = 32),
      joined_at_ms bigint NOT NULL
    );

    CREATE TABLE session (
      session_id text PRIMARY KEY,
      lane_id text NOT NULL REFERENCES lane,
      public_key bytea NOT NULL,
      nonce text NOT NULL,
      -- Counters below it were answered long ago and their answers forgotten.
      counter_floor bigint NOT NULL DEFAULT 0,
      created_at_ms bigint NOT NULL,
      last_used_at_ms bigint
    );
    CREATE INDEX session_lane ON session (lane_id);

    CREATE TABLE session_answer (
      session_id text NOT NULL REFERENCES session ON DELETE CASCADE,
      counter bigint NOT NULL CHECK (counter >= 0),
      request_sha256 bytea NOT NULL,
      -- Null while the request is being worked on, or when the hub ended in the middle of it.
      status integer,
      body text,
      at_ms bigint NOT NULL,
      PRIMARY KEY (session_id, counter)
    );
  `)
}
