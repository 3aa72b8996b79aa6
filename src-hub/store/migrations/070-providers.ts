import type { Transaction } from '../database.ts'

/**
 * Several providers: what an attempt was begun with, when it is looked at next, what was approved of it; refunds that
 * may take time; open cases; signed debit agreements; points and coupons on the wallet's own ledger.
 */
export async function providers(tx: Transaction): Promise<void> {
  await tx.query(attempts)
  await tx.query(cases)
  await tx.query(agreements)
  await tx.query(pointsAndCoupons)
}

const attempts = `
  ALTER TABLE payment_attempt
    -- Who pays, without code or token: decided when the attempt was begun, so that a restart charges nobody else.
    ADD COLUMN payer jsonb,
    ADD COLUMN approved_minor bigint,
    -- When the current try's key may first have been on the wire.
    ADD COLUMN called_at_ms bigint,
    -- When the hub looks at it next; null when nothing is left to do.
    ADD COLUMN due_at_ms bigint,
    -- Somebody wants it taken back; until that is certain the attempt keeps its state.
    ADD COLUMN cancel_asked_at_ms bigint,
    -- What of a debt it pays.
    ADD COLUMN recovery_key text;
  UPDATE payment_attempt SET approved_minor = amount_minor WHERE approval_code IS NOT NULL;
  UPDATE payment_attempt SET provider = 'wallet', tries = 1, called_at_ms = created_at_ms, due_at_ms = created_at_ms,
    payer = CASE instrument->>'kind'
      WHEN 'face' THEN jsonb_build_object('kind', 'account', 'accountId', instrument->>'accountId')
      ELSE '{"kind": "code", "wallet": "own"}'::jsonb END
    WHERE state = 'started';
  ALTER TABLE payment_attempt
    ADD CHECK (approved_minor BETWEEN 1 AND amount_minor),
    ADD CHECK (state <> 'approved' OR approved_minor IS NOT NULL),
    ADD CHECK (refunded_minor <= coalesce(approved_minor, 0)),
    ADD CHECK (state <> 'started' OR (provider IS NOT NULL AND payer IS NOT NULL AND tries > 0));
  CREATE INDEX payment_attempt_due ON payment_attempt (due_at_ms) WHERE due_at_ms IS NOT NULL;

  -- Written before the wire; only one that is done counts in the attempt's refunded_minor.
  ALTER TABLE payment_refund
    ADD COLUMN state text NOT NULL DEFAULT 'done' CHECK (state IN ('started', 'done', 'refused')),
    ADD COLUMN native_code text,
    ADD COLUMN due_at_ms bigint,
    ALTER COLUMN provider_reference DROP NOT NULL,
    ADD CHECK (state <> 'done' OR provider_reference IS NOT NULL);
  CREATE INDEX payment_refund_due ON payment_refund (due_at_ms) WHERE due_at_ms IS NOT NULL;
`

const cases = `
  CREATE TABLE payment_case (
    case_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    attempt_key text NOT NULL,
    -- Who has to see to it: 'operator', or the member of staff who let the goods go.
    owner text NOT NULL,
    detail text NOT NULL DEFAULT '',
    opened_at_ms bigint NOT NULL,
    resolved_at_ms bigint,
    resolution text,
    CHECK ((resolved_at_ms IS NULL) = (resolution IS NULL))
  );
  CREATE UNIQUE INDEX payment_case_open ON payment_case (attempt_key, kind) WHERE resolved_at_ms IS NULL;
`

const agreements = `
  CREATE TABLE wallet_agreement (
    provider text NOT NULL,
    agreement_no text NOT NULL,
    account_id text NOT NULL REFERENCES wallet_account,
    -- Largest single payment.
    payment_limit_minor bigint NOT NULL CHECK (payment_limit_minor > 0),
    signed_at_ms bigint NOT NULL,
    ended_at_ms bigint,
    PRIMARY KEY (provider, agreement_no)
  );
  CREATE UNIQUE INDEX wallet_agreement_live ON wallet_agreement (account_id) WHERE ended_at_ms IS NULL;
`

const pointsAndCoupons = `
  ALTER TABLE wallet_account
    DROP CONSTRAINT wallet_account_kind_check,
    DROP CONSTRAINT wallet_account_check;
  ALTER TABLE wallet_account
    ADD CHECK (kind IN ('shopper', 'points', 'coupon', 'merchant', 'funding', 'pointsFunding', 'couponFunding')),
    ADD CHECK ((kind IN ('shopper', 'points', 'coupon')) = (balance_minor IS NOT NULL));

  CREATE OR REPLACE FUNCTION wallet_post() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE account wallet_account;
  BEGIN
    UPDATE wallet_account
      SET balance_minor = balance_minor + NEW.amount_minor
      WHERE account_id = NEW.account_id AND balance_minor IS NOT NULL;
    SELECT * INTO STRICT account FROM wallet_account WHERE account_id = NEW.account_id;
    IF account.currency <> NEW.currency THEN
      RAISE EXCEPTION 'account % holds %, not %', NEW.account_id, account.currency, NEW.currency
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END $$;

  CREATE TABLE coupon (
    code_hash bytea PRIMARY KEY,
    account_id text NOT NULL UNIQUE REFERENCES wallet_account,
    face_minor bigint NOT NULL CHECK (face_minor > 0),
    currency text NOT NULL,
    -- What it is still good for: all of it, nothing once it was used, and what came back.
    open_minor bigint NOT NULL CHECK (open_minor BETWEEN 0 AND face_minor),
    issued_at_ms bigint NOT NULL,
    expires_at_ms bigint NOT NULL
  );
`
