import pg from 'pg'
import type { BatchEntry } from '../../../src-main/domain/journal/batch.ts'

/** As many as the replicator sends at once, and the hub keeps in one commit. */
const ENTRIES_A_COMMIT = 1_000

/** The same entries into one plain table of the same PostgreSQL: batched inserts, each its own durable commit. */
export async function insertBare(
  connectionString: string,
  round: number,
  entries: readonly BatchEntry[],
): Promise<number> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(
      `CREATE TABLE bare_${round} (seq bigint PRIMARY KEY, header text, payload bytea, prev_hash bytea, hash bytea,
         signature bytea)`,
    )
    const rows = entries.map(({ header, payload, prevHash, hash, signature }) => ({
      seq: header.seq,
      header: JSON.stringify(header),
      payload,
      prevHash,
      hash,
      signature,
    }))
    const startedAtMs = performance.now()
    for (let from = 0; from < rows.length; from += ENTRIES_A_COMMIT) {
      const batch = rows.slice(from, from + ENTRIES_A_COMMIT)
      await client.query(
        `INSERT INTO bare_${round} SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[],
           $6::bytea[])`,
        [
          batch.map(({ seq }) => seq),
          batch.map(({ header }) => header),
          batch.map(({ payload }) => payload),
          batch.map(({ prevHash }) => prevHash),
          batch.map(({ hash }) => hash),
          batch.map(({ signature }) => signature),
        ],
      )
    }
    return performance.now() - startedAtMs
  } finally {
    await client.end()
  }
}
