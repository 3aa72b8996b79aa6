import type { Transaction } from '../database.ts'

/** What a day's books need to be found by their day, and what they said when they were last compared. */
export async function reports(tx: Transaction): Promise<void> {
  await tx.query(`
    CREATE INDEX payment_attempt_resolved ON payment_attempt (resolved_at_ms);
    CREATE INDEX payment_refund_at ON payment_refund (created_at_ms);
    CREATE INDEX journal_entry_payment ON journal_entry ((projection->>'attemptKey'))
      WHERE type IN ('payment.resolved', 'payment.reduced', 'refund.attempted');
    CREATE INDEX journal_entry_refund ON journal_entry ((projection->>'refundKey')) WHERE type = 'refund.resolved';
    CREATE INDEX journal_entry_attempted_at ON journal_entry (received_at_ms) WHERE type = 'payment.attempted';
    CREATE INDEX journal_entry_closed_at ON journal_entry (received_at_ms) WHERE type = 'shift.closed';
    CREATE INDEX sale_at ON sale (at_ms);

    CREATE TABLE day_reconciliation (
      day date PRIMARY KEY,
      at_ms bigint NOT NULL,
      -- As the contract's reconcileResponse says it.
      result jsonb NOT NULL
    );
  `)
}
