import { describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../src-hub/store/database.ts'
import { migrate, versionOf } from '../../../src-hub/store/migrate.ts'
import { migrations } from '../../../src-hub/store/migrations/index.ts'
import { newKey, useHubs } from './harness.ts'

const hubs = useHubs()

async function withDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const database = openDatabase(await hubs.newDatabase(), () => {})
  try {
    await work(database)
  } finally {
    await database.close()
  }
}

const upTo = (number: number) => migrations.filter((migration) => migration.number <= number)
const digest = Buffer.alloc(32, 1)
const lane = (database: Database) => database.query(`INSERT INTO lane VALUES ('lane-1', $1, 1)`, [digest])

async function refused(database: Database, sql: string, values: readonly unknown[] = []): Promise<void> {
  await expect(database.query(sql, values)).rejects.toThrow(/violates|not-null/)
}

describe('migrations of the hub’s database', () => {
  it('go up, each number once', () => {
    const numbers = migrations.map(({ number }) => number)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  })

  it('run once, also when five hubs start at the same time', () =>
    withDatabase(async (database) => {
      await Promise.all([1, 2, 3, 4, 5].map(() => migrate(database)))
      expect(await versionOf(database)).toBe(migrations.at(-1)?.number)
      expect(await database.query('SELECT 1 FROM hub_version')).toHaveLength(migrations.length)
    }))

  it('refuse a database from the future and leave it alone', () =>
    withDatabase(async (database) => {
      await migrate(database)
      await database.query('INSERT INTO hub_version (number) VALUES (99990)')
      await expect(migrate(database)).rejects.toMatchObject({
        code: 'hub.databaseFromTheFuture',
        nativeCode: '99990',
      })
    }))

  it('leave nothing half done when a step fails', () =>
    withDatabase(async (database) => {
      const broken = { number: 20, run: () => Promise.reject(new Error('broken step')) }
      await expect(migrate(database, [...upTo(10), broken])).rejects.toThrow('broken step')
      const rows = await database.query(`SELECT to_regclass('lane') AS lane`)
      expect(rows).toEqual([{ lane: null }])
    }))

  it('10: one hub epoch, a counter of a session once, a key of 32 bytes', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(10))
      const epochs = await database.query<{ value: string }>(
        `SELECT value FROM hub_meta WHERE key = 'hubEpoch'`,
      )
      expect(epochs[0]?.value).toMatch(/^[0-9a-f]{32}$/)
      await lane(database)
      await refused(database, `INSERT INTO lane VALUES ('lane-2', 'short', 1)`)
      await database.query(`INSERT INTO session VALUES ('s', 'lane-1', $1, 'n', 0, 1, NULL)`, [digest])
      await database.query(`INSERT INTO session_answer VALUES ('s', 1, 'x', NULL, NULL, 1)`)
      await refused(database, `INSERT INTO session_answer VALUES ('s', 1, 'y', NULL, NULL, 1)`)
    }))

  it('20: keeps the lanes, one entry a position, and finds an attempt’s intent by index', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(10))
      await lane(database)
      await migrate(database, upTo(20))
      expect(await database.query('SELECT lane_id FROM lane')).toEqual([{ lane_id: 'lane-1' }])
      const entry = `INSERT INTO journal_entry (lane_id, epoch, seq, type, aggregate_kind, aggregate_id, header, payload,
        prev_hash, hash, projection, received_at_ms)
        VALUES ('lane-1', 'e', 0, 'payment.attempted', 'sale', 's', '{}', 'p', $1, $1, '{"attemptKey": "k"}', 1)`
      await database.query(entry, [digest])
      await refused(database, entry, [digest])
      const plan = await database.transaction(async (tx) => {
        await tx.query('SET LOCAL enable_seqscan = off')
        return tx.query(
          `EXPLAIN SELECT 1 FROM journal_entry WHERE type = 'payment.attempted' AND projection->>'attemptKey' = 'k'`,
        )
      })
      expect(JSON.stringify(plan)).toContain('journal_entry_attempt')
    }))

  it('30: one charge an attempt, whoever asks', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(30))
      await database.query(`INSERT INTO wallet_account VALUES
        ('a', 'shopper', 'Ann', '1', NULL, 'CNY', 0, false, NULL, NULL, 1),
        ('m', 'merchant', 'm', '', NULL, 'CNY', NULL, false, NULL, NULL, 1)`)
      const charge = (key: string) =>
        database.transaction(async (tx) => {
          const rows = await tx.query<{ id: string }>(
            `INSERT INTO wallet_transaction (kind, provider_key, attempt_key, amount_minor, currency, at_ms)
             VALUES ('charge', $1, 'attempt', 5, 'CNY', 1) RETURNING transaction_id AS id`,
            [key],
          )
          // A merchant's postings cancel out here: only the index is looked at.
          await tx.query(`INSERT INTO wallet_ledger VALUES ($1, 'a', 5, 'CNY'), ($1, 'm', -5, 'CNY')`, [
            rows[0]?.id,
          ])
        })
      await charge('attempt-1')
      await expect(charge('attempt-2')).rejects.toThrow(/wallet_one_charge/)
      expect(await database.query(`SELECT balance_minor FROM wallet_account WHERE account_id = 'a'`)).toEqual(
        [{ balance_minor: '5' }],
      )
    }))

  it('40: an attempt’s state and its particulars belong together', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(40))
      await lane(database)
      const insert = `INSERT INTO payment_attempt
        (attempt_key, lane_id, state, amount_minor, reason, created_at_ms, resolved_at_ms) VALUES `
      await database.query(`${insert} ('tombstone', 'lane-1', 'cancelled', NULL, NULL, 1, 1)`)
      await refused(database, `${insert} ('a', 'lane-1', 'started', NULL, NULL, 1, NULL)`)
      await refused(database, `${insert} ('a', 'lane-1', 'started', 5, NULL, 1, 1)`)
      await refused(database, `${insert} ('a', 'lane-1', 'approved', 5, NULL, 1, 1)`)
      await refused(database, `${insert} ('a', 'lane-1', 'declined', 5, NULL, 1, 1)`)
      await refused(database, `${insert} ('a', 'lane-9', 'cancelled', NULL, NULL, 1, 1)`)
    }))

  it('50: a receipt belongs to a sale, and a sale has one', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(50))
      await lane(database)
      const [saleId, token] = [newKey(), newKey()]
      await refused(database, `INSERT INTO e_receipt VALUES ($1, $2, '{}', 1)`, [token, saleId])
      await database.query(`INSERT INTO sale VALUES ($1, 'lane-1', 'completed', 'CNY', 5, '{}', 1)`, [saleId])
      await database.query(`INSERT INTO e_receipt VALUES ($1, $2, '{}', 1)`, [token, saleId])
      await refused(database, `INSERT INTO e_receipt VALUES ($1, $2, '{}', 1)`, [newKey(), saleId])
    }))

  it('60: knows whose face lies where from the entries that came before it', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(50))
      await lane(database)
      const [subjectKey, accountId, gone] = [newKey(), newKey(), newKey()]
      const entry = (seq: number, type: string, projection: object) =>
        database.query(
          `INSERT INTO journal_entry (lane_id, epoch, seq, type, aggregate_kind, aggregate_id, header, payload,
             prev_hash, hash, projection, received_at_ms)
           VALUES ('lane-1', 'e', $1, $2, 'subject', 's', '{}', '', $3, $3, $4, 1)`,
          [seq, type, digest, JSON.stringify(projection)],
        )
      await entry(1, 'face.enrolled', { subjectKey, accountId })
      await entry(2, 'face.enrolled', { subjectKey: gone, accountId })
      await entry(3, 'face.deleted', { subjectKey: gone, references: 1 })
      await migrate(database)
      expect(
        await database.query(
          'SELECT subject_key, account_id, enrolled_seq, deleted_seq FROM member_face ORDER BY enrolled_seq',
        ),
      ).toEqual([
        { subject_key: subjectKey, account_id: accountId, enrolled_seq: '1', deleted_seq: null },
        { subject_key: gone, account_id: accountId, enrolled_seq: '2', deleted_seq: '3' },
      ])
      await refused(database, `INSERT INTO deletion_request VALUES ('r', 'lane-9', 's', 1, 1, NULL)`)
    }))

  it('70: what was approved keeps its amount, what was begun is due at once and names who pays', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(60))
      await lane(database)
      const columns = `attempt_key, lane_id, state, sale_id, amount_minor, currency, instrument, mode, bench,
        approval_code, provider, provider_reference, created_at_ms, resolved_at_ms`
      await database.query(
        `INSERT INTO payment_attempt (${columns}) VALUES
           ('paid', 'lane-1', 'approved', 's1', 500, 'CNY', '{"kind": "walletCode"}', 'online', false, '1', 'wallet', 'r', 7, 8),
           ('begun', 'lane-1', 'started', 's2', 300, 'CNY', '{"kind": "face", "accountId": "a"}', 'online', false, NULL, NULL, NULL, 9, NULL)`,
      )
      await migrate(database, upTo(70))
      expect(
        await database.query(
          'SELECT attempt_key, approved_minor, tries, due_at_ms, provider, payer FROM payment_attempt ORDER BY created_at_ms',
        ),
      ).toEqual([
        {
          attempt_key: 'paid',
          approved_minor: '500',
          tries: 0,
          due_at_ms: null,
          provider: 'wallet',
          payer: null,
        },
        {
          attempt_key: 'begun',
          approved_minor: null,
          tries: 1,
          due_at_ms: '9',
          provider: 'wallet',
          payer: { kind: 'account', accountId: 'a' },
        },
      ])
      await refused(database, `UPDATE payment_attempt SET refunded_minor = 501 WHERE attempt_key = 'paid'`)
      await refused(database, `UPDATE payment_attempt SET approved_minor = 501 WHERE attempt_key = 'paid'`)
      await refused(database, `UPDATE payment_attempt SET payer = NULL WHERE attempt_key = 'begun'`)
      const open = `INSERT INTO payment_case (kind, attempt_key, owner, opened_at_ms) VALUES ('k', 'paid', 'operator', 1)`
      await database.query(open)
      await refused(database, open)
    }))

  it('130: a sale names its receipt and holds it, and 140: a person’s entries are found by index', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(120))
      await lane(database)
      const [first, second, cancelled] = [newKey(), newKey(), newKey()]
      const [token, other] = [newKey(), newKey()]
      const sale = (saleId: string, state: string, document: object) =>
        database.query(`INSERT INTO sale VALUES ($1, 'lane-1', $2, 'CNY', 5, $3, 1)`, [
          saleId,
          state,
          document,
        ])
      await sale(first, 'completed', { type: 'sale.completed', receipt: { title: 'one' } })
      await sale(second, 'completed', {})
      await sale(cancelled, 'cancelled', { type: 'sale.cancelled' })
      await database.query(`INSERT INTO e_receipt VALUES ($1, $2, '{"title": "one"}', 1)`, [token, first])
      await database.query(`INSERT INTO e_receipt VALUES ($1, $2, '{"title": "two"}', 1)`, [other, second])
      await migrate(database)
      expect(
        await database.query(
          `SELECT receipt_token, document->'receipt'->>'title' AS title FROM sale ORDER BY title NULLS LAST`,
        ),
      ).toEqual([
        { receipt_token: token, title: 'one' },
        { receipt_token: other, title: 'two' },
        { receipt_token: null, title: null },
      ])
      await refused(
        database,
        `INSERT INTO sale VALUES ('s', 'lane-1', 'completed', 'CNY', 5, '{}', 1, '${token}')`,
      )
      const planOf = (query: string) =>
        database.transaction(async (tx) => {
          await tx.query('SET LOCAL enable_seqscan = off')
          return JSON.stringify(await tx.query(`EXPLAIN ${query}`))
        })
      const ofSubject = `lane_id = 'l' AND aggregate_kind = 'subject' AND aggregate_id = 's'`
      // An index made in the transaction that changed the rows serves only once every older transaction of the server ended.
      const soon = { timeout: 30_000, interval: 200 }
      await expect
        .poll(() => planOf(`SELECT 1 FROM sale WHERE receipt_token = 'k'`), soon)
        .toContain('sale_receipt')
      await expect
        .poll(() => planOf(`SELECT 1 FROM journal_entry WHERE ${ofSubject}`), soon)
        .toContain('journal_entry_subject')
    }))

  it('145: an entry keeps its moment in columns, and a sale names its entry or holds its copy', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(140))
      await lane(database)
      const at = { atMs: 1_795_438_423_727, bootId: newKey(), monotonicMs: 861.728943 }
      await database.query(
        `INSERT INTO journal_entry (lane_id, epoch, seq, type, aggregate_kind, aggregate_id, header, payload, prev_hash,
           hash, received_at_ms)
         VALUES ('lane-1', 'e', 0, 'sale.completed', 'sale', 's', $1, 'p', $2, $2, 1)`,
        [JSON.stringify({ at }), digest],
      )
      await database.query(`INSERT INTO sale VALUES ('old', 'lane-1', 'completed', 'CNY', 5, '{"a": 1}', 1)`)
      await migrate(database)
      expect(await database.query('SELECT lane_at_ms, boot_id, monotonic_ms FROM journal_entry')).toEqual([
        { lane_at_ms: String(at.atMs), boot_id: at.bootId, monotonic_ms: at.monotonicMs },
      ])
      expect(await database.query('SELECT document FROM sale')).toEqual([{ document: { a: 1 } }])
      const insert = `INSERT INTO sale (sale_id, lane_id, state, currency, total_minor, at_ms`
      await refused(database, `${insert}) VALUES ('new', 'lane-1', 'completed', 'CNY', 5, 1)`)
      await database.query(
        `${insert}, entry_epoch, entry_seq) VALUES ('new', 'lane-1', 'completed', 'CNY', 5, 1, 'e', 0)`,
      )
    }))

  it('150: a card is one account’s and active or blocked, and a sale earns once, never less than nothing', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(145))
      await lane(database)
      await database.query(
        `INSERT INTO wallet_account (account_id, kind, name, currency, balance_minor, created_at_ms)
         VALUES ('a', 'shopper', 'A', 'CNY', 0, 1)`,
      )
      await database.query(
        `INSERT INTO sale (sale_id, lane_id, state, currency, total_minor, at_ms, entry_epoch, entry_seq)
         VALUES ('s', 'lane-1', 'completed', 'CNY', 5, 1, 'e', 0)`,
      )
      await migrate(database)
      expect(await database.query('SELECT sale_id FROM sale')).toEqual([{ sale_id: 's' }])
      const card = `INSERT INTO member_card (member_key, number_hash, last4, account_id, created_at_ms) VALUES`
      await database.query(`${card} ('k', 'h', '3456', 'a', 1)`)
      expect(await database.query('SELECT state FROM member_card')).toEqual([{ state: 'active' }])
      await refused(database, `${card} ('l', 'h', '3456', 'a', 1)`)
      await refused(database, `${card} ('l', 'i', '3456', 'nobody', 1)`)
      await refused(database, `UPDATE member_card SET state = 'lost'`)
      const sale = `INSERT INTO member_sale (sale_id, member_key, account_id, currency, earned_minor, at_ms) VALUES`
      await database.query(`${sale} ('s', 'k', 'a', 'CNY', 3, 1)`)
      await refused(database, `${sale} ('s', 'k', 'a', 'CNY', 3, 1)`)
      await refused(database, `UPDATE member_sale SET taken_back_minor = 4`)
      await refused(database, `UPDATE member_sale SET earned_minor = -1`)
    }))

  it('110: a deferred payment waits until it has its final state, and what is due is found by index', () =>
    withDatabase(async (database) => {
      await migrate(database, upTo(110))
      await lane(database)
      const insert = `INSERT INTO deferred_payment (attempt_key, lane_id, sale_id, amount_minor, currency, instrument, bench,
        state, sold_at_ms, received_at_ms, expires_at_ms, due_at_ms, resolved_at_ms)`
      await database.query(
        `${insert} VALUES ('k', 'lane-1', 's', 5, 'CNY', '{}', false, 'UPLOADED', 1, 1, 9, 1, NULL)`,
      )
      await refused(
        database,
        `${insert} VALUES ('l', 'lane-1', 's', 5, 'CNY', '{}', false, 'PROCESSED', 1, 1, 9, 1, 2)`,
      )
      await refused(database, `UPDATE deferred_payment SET due_at_ms = NULL`)
      const plan = await database.transaction(async (tx) => {
        await tx.query('SET LOCAL enable_seqscan = off')
        return tx.query(`EXPLAIN SELECT attempt_key FROM deferred_payment
          WHERE state = 'UPLOADED' AND due_at_ms <= 5 ORDER BY due_at_ms LIMIT 10`)
      })
      expect(JSON.stringify(plan)).toContain('deferred_payment_due')
    }))
})
