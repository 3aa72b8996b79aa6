import type { Transaction } from '../database.ts'

/**
 * The wallet's double-entry ledger. The database itself holds the rules: every transaction sums to zero, no posting is
 * changed or removed, an account's balance is the sum of its postings and a shopper's is never negative, and one
 * attempt has at most one charge.
 */
export async function wallet(tx: Transaction): Promise<void> {
  await tx.query(tables)
  await tx.query(rules)
}

const tables = `
  CREATE TABLE wallet_account (
    account_id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('shopper', 'merchant', 'funding')),
    name text NOT NULL,
    phone text NOT NULL DEFAULT '',
    wallet_token_sha256 bytea UNIQUE,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Kept for shoppers only: the merchant's row would be locked by every sale of the store.
    balance_minor bigint CHECK (balance_minor BETWEEN 0 AND 9007199254740991),
    blocked boolean NOT NULL DEFAULT false,
    flag text,
    flagged_at_ms bigint,
    created_at_ms bigint NOT NULL,
    CHECK ((kind = 'shopper') = (balance_minor IS NOT NULL))
  );

  CREATE TABLE wallet_transaction (
    transaction_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('fund', 'charge', 'void', 'refund')),
    provider_key text NOT NULL UNIQUE,
    attempt_key text,
    sale_id text,
    amount_minor bigint NOT NULL CHECK (amount_minor BETWEEN 1 AND 9007199254740991),
    currency text NOT NULL,
    at_ms bigint NOT NULL,
    CHECK ((kind = 'fund') = (attempt_key IS NULL))
  );
  CREATE UNIQUE INDEX wallet_one_charge ON wallet_transaction (attempt_key) WHERE kind = 'charge';
  CREATE INDEX wallet_transaction_attempt ON wallet_transaction (attempt_key);

  CREATE TABLE wallet_ledger (
    transaction_id bigint NOT NULL REFERENCES wallet_transaction,
    account_id text NOT NULL REFERENCES wallet_account,
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    currency text NOT NULL,
    PRIMARY KEY (transaction_id, account_id)
  );
  CREATE INDEX wallet_ledger_account ON wallet_ledger (account_id);

  CREATE TABLE wallet_code (
    code_hash bytea PRIMARY KEY,
    account_id text NOT NULL REFERENCES wallet_account,
    issued_at_ms bigint NOT NULL,
    expires_at_ms bigint NOT NULL,
    -- What burned it: an attempt, or one signed request that asked whose code it is.
    used_by text,
    used_at_ms bigint
  );
  CREATE INDEX wallet_code_account ON wallet_code (account_id);
`

const rules = `
  CREATE FUNCTION wallet_post() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE account wallet_account;
  BEGIN
    UPDATE wallet_account
      SET balance_minor = balance_minor + NEW.amount_minor
      WHERE account_id = NEW.account_id AND kind = 'shopper';
    SELECT * INTO STRICT account FROM wallet_account WHERE account_id = NEW.account_id;
    IF account.currency <> NEW.currency THEN
      RAISE EXCEPTION 'account % holds %, not %', NEW.account_id, account.currency, NEW.currency
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER wallet_post AFTER INSERT ON wallet_ledger FOR EACH ROW EXECUTE FUNCTION wallet_post();

  CREATE FUNCTION wallet_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE wrong text;
  BEGIN
    SELECT string_agg(transaction_id::text, ', ') INTO wrong FROM (
      SELECT t.transaction_id FROM wallet_transaction t
      LEFT JOIN wallet_ledger l USING (transaction_id)
      WHERE t.transaction_id = NEW.transaction_id
      GROUP BY t.transaction_id, t.amount_minor, t.currency
      HAVING coalesce(sum(l.amount_minor), 0) <> 0
        OR coalesce(sum(l.amount_minor) FILTER (WHERE l.amount_minor > 0), 0) <> t.amount_minor
        OR bool_or(l.currency <> t.currency)
    ) unbalanced;
    IF wrong IS NOT NULL THEN
      RAISE EXCEPTION 'wallet transaction % does not balance', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER wallet_balanced AFTER INSERT ON wallet_transaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wallet_balanced();
  CREATE CONSTRAINT TRIGGER wallet_ledger_balanced AFTER INSERT ON wallet_ledger
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wallet_balanced();

  CREATE FUNCTION wallet_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the wallet ledger is only ever added to' USING ERRCODE = 'check_violation';
  END $$;
  CREATE TRIGGER wallet_ledger_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION wallet_immutable();
  CREATE TRIGGER wallet_transaction_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION wallet_immutable();
`
