import type { Transaction } from '../database.ts'

/**
 * A sale names its receipt, which lies in its document: neither has a second copy. Rows of both tables stay whole up to
 * the size of a page, because compressing each of them costs more than reading and writing it.
 */
export async function saleReceipts(tx: Transaction): Promise<void> {
  await tx.query(`
    ALTER TABLE sale ADD COLUMN receipt_token text;
    UPDATE sale s SET receipt_token = r.receipt_token,
        document = jsonb_build_object('receipt', r.document) || s.document
      FROM e_receipt r WHERE r.sale_id = s.sale_id;
    CREATE UNIQUE INDEX sale_receipt ON sale (receipt_token) WHERE receipt_token IS NOT NULL;
    DROP TABLE e_receipt;
    ALTER TABLE sale SET (toast_tuple_target = 8160);
    ALTER TABLE journal_entry SET (toast_tuple_target = 8160);
  `)
}
