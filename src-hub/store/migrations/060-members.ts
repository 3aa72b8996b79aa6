import type { Transaction } from '../database.ts'

/** Whose face lies on which lane, and the wishes to have it deleted. What was kept and when stands in the journal. */
export async function members(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE member_face (
      lane_id text NOT NULL REFERENCES lane,
      subject_key text NOT NULL,
      -- Null for a deletion whose enrolment never arrived.
      account_id text,
      enrolled_epoch text,
      enrolled_seq bigint,
      deleted_epoch text,
      deleted_seq bigint,
      receipt_token text UNIQUE,
      PRIMARY KEY (lane_id, subject_key)
    );
    CREATE INDEX member_face_account ON member_face (account_id);

    -- Everything of an account that was enrolled until then is to go, wherever it turns up.
    CREATE TABLE deletion_wish (
      account_id text NOT NULL,
      asked_by text NOT NULL CHECK (asked_by IN ('member', 'operator', 'lane')),
      asked_at_ms bigint NOT NULL,
      PRIMARY KEY (account_id, asked_at_ms)
    );

    -- What a lane is asked to do about it, until its journal says that it is done.
    CREATE TABLE deletion_request (
      request_key text PRIMARY KEY,
      lane_id text NOT NULL REFERENCES lane,
      subject_key text NOT NULL,
      asked_at_ms bigint NOT NULL,
      due_at_ms bigint NOT NULL,
      fulfilled_at_ms bigint,
      UNIQUE (lane_id, subject_key)
    );
    CREATE INDEX deletion_request_open ON deletion_request (lane_id) WHERE fulfilled_at_ms IS NULL;

    CREATE INDEX payment_attempt_face ON payment_attempt ((instrument->'evidence'->>'subjectKey'))
      WHERE instrument->>'kind' = 'face';

    INSERT INTO member_face (lane_id, subject_key, account_id, enrolled_epoch, enrolled_seq)
      SELECT lane_id, projection->>'subjectKey', projection->>'accountId', epoch, seq FROM journal_entry
      WHERE type = 'face.enrolled' AND projection IS NOT NULL ON CONFLICT DO NOTHING;
    UPDATE member_face f SET deleted_epoch = d.epoch, deleted_seq = d.seq FROM journal_entry d
      WHERE d.type = 'face.deleted' AND d.lane_id = f.lane_id AND d.projection->>'subjectKey' = f.subject_key;
  `)
}
