import type { Transaction } from '../database.ts'

/** Cards that members show at a lane, and the points that sales brought their accounts. */
export async function membership(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE TABLE member_card (
      member_key text PRIMARY KEY,
      -- Of the number, under the hub's key: a stolen database names nobody's card.
      number_hash bytea NOT NULL UNIQUE,
      last4 text NOT NULL CHECK (length(last4) = 4),
      account_id text NOT NULL REFERENCES wallet_account,
      state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'blocked')),
      created_at_ms bigint NOT NULL
    );
    CREATE INDEX member_card_account ON member_card (account_id);

    -- Written once for each sale that a card was shown for.
    CREATE TABLE member_sale (
      sale_id text PRIMARY KEY REFERENCES sale,
      member_key text NOT NULL,
      -- Whom the points went to; null while no card of this key is known: nobody got them.
      account_id text REFERENCES wallet_account,
      currency text NOT NULL,
      earned_minor bigint NOT NULL CHECK (earned_minor >= 0),
      taken_back_minor bigint NOT NULL DEFAULT 0 CHECK (taken_back_minor BETWEEN 0 AND earned_minor),
      at_ms bigint NOT NULL
    );
    CREATE INDEX member_sale_nobodys ON member_sale (member_key) WHERE account_id IS NULL;
  `)
}
