import type { Transaction } from '../database.ts'

/**
 * What replication needs beside the journal itself: what lanes are told, branches of a forked epoch, what a person set
 * aside, and what is known of backups.
 */
export async function replication(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE feed_item (
      id bigserial PRIMARY KEY,
      -- Null: for every lane.
      lane_id text REFERENCES lane,
      item_key text NOT NULL,
      item text NOT NULL,
      at_ms bigint NOT NULL,
      UNIQUE NULLS NOT DISTINCT (lane_id, item_key)
    );
    CREATE INDEX feed_item_place ON feed_item (lane_id, id);

    -- How far each lane has committed what it was told.
    CREATE TABLE feed_reader (
      lane_id text PRIMARY KEY REFERENCES lane,
      cursor bigint NOT NULL,
      at_ms bigint NOT NULL
    );

    -- A branch is kept under a key of its own; its entries carry the forked epoch, whose key stands in branch_of.
    ALTER TABLE lane_position ADD COLUMN branch_of text;
    ALTER TABLE lane_position ADD COLUMN first_seq bigint NOT NULL DEFAULT 0;
    CREATE INDEX lane_position_branch ON lane_position (lane_id, branch_of) WHERE branch_of IS NOT NULL;
    CREATE INDEX quarantine_lane ON quarantine (lane_id, epoch, seq);

    -- What a person looked at and decided not to apply or import; the entry itself stays.
    CREATE TABLE set_aside (
      aside_key text PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('parked', 'quarantined')),
      lane_id text NOT NULL,
      epoch text NOT NULL,
      seq bigint NOT NULL,
      -- Of a parked entry.
      aggregate_kind text,
      aggregate_id text,
      -- Of a quarantined one, which lies nowhere else.
      entry text,
      parked_reason text NOT NULL,
      decided_reason text NOT NULL,
      at_ms bigint NOT NULL
    );
    CREATE INDEX set_aside_lane ON set_aside (lane_id, epoch, seq);

    -- Positions that lie in a backup, as the operator reported it.
    CREATE TABLE backup (
      backup_key text PRIMARY KEY,
      -- Everything received until then is in it; the hub's clock, ms UTC.
      up_to_ms bigint NOT NULL,
      reported_at_ms bigint NOT NULL
    );

    INSERT INTO feed_item (lane_id, item_key, item, at_ms)
      SELECT lane_id, 'deletionRequest:' || request_key,
        json_build_object('kind', 'deletionRequest', 'requestKey', request_key, 'subjectKey', subject_key)::text,
        asked_at_ms
      FROM deletion_request WHERE fulfilled_at_ms IS NULL ORDER BY asked_at_ms, request_key;
  `)
}
