import type { Transaction } from '../database.ts'

/**
 * What lanes are told. `tx` is the transaction that wrote the item: a reader takes only what is older than every
 * transaction still running, so nothing can appear behind a cursor (`feed/read.ts`).
 */
export async function feed(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE feed_item (
      id bigserial PRIMARY KEY,
      tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
      -- Null: for every lane.
      lane_id text REFERENCES lane,
      item_key text NOT NULL,
      item text NOT NULL,
      at_ms bigint NOT NULL,
      UNIQUE NULLS NOT DISTINCT (lane_id, item_key)
    );
    CREATE INDEX feed_item_place ON feed_item (lane_id, tx, id);

    -- How far each lane has committed what it was told.
    CREATE TABLE feed_reader (
      lane_id text PRIMARY KEY REFERENCES lane,
      cursor_tx xid8 NOT NULL,
      cursor_id bigint NOT NULL,
      at_ms bigint NOT NULL
    );

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
