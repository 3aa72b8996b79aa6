import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import type { WriteHandle } from '../../../src-main/store/handles.ts'
import {
  migrate,
  migrations,
  newestVersion,
  schemaVersion,
} from '../../../src-main/store/migrations/index.ts'
import { findByBarcodeSql } from '../../../src-main/store/repositories/catalogue.ts'

const open: WriteHandle[] = []
afterEach(() => {
  for (const db of open.splice(0)) db.close()
})

/** A database as version `version` left it. */
function databaseOf(version: number): WriteHandle {
  const db = new Database(':memory:') as WriteHandle
  open.push(db)
  db.pragma('foreign_keys = ON')
  db.pragma('recursive_triggers = ON')
  migrate(db, version)
  return db
}

function plan(db: WriteHandle, sql: string): string {
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all('x') as { detail: string }[]
  return rows.map(({ detail }) => detail).join('; ')
}

const insertEntry = `
  INSERT INTO journal (ord, lane_id, epoch, seq, format_version, type, aggregate_kind, aggregate_id,
    at_ms, boot_id, monotonic_ms, payload, prev_hash, hash, signature)
  VALUES (1, 'lane-1', 'e', 0, 1, 'journal.genesis', 'journal', 'e', 0, 'b', 1.5, x'7b7d', zeroblob(32),
    zeroblob(32), zeroblob(64))`

describe('the migrations', () => {
  it('go up in steps of ten, each named by its version', () => {
    const versions = migrations.map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    expect(versions.filter((version) => version % 10 !== 0)).toEqual([])
  })

  it('bring an empty database to the newest version, and do nothing the second time', () => {
    const db = databaseOf(newestVersion)
    expect(schemaVersion(db)).toBe(newestVersion)
    const schema = db.prepare('SELECT sql FROM sqlite_schema').all()
    migrate(db)
    expect(db.prepare('SELECT sql FROM sqlite_schema').all()).toEqual(schema)
  })

  it('make only STRICT tables', () => {
    const tables = databaseOf(newestVersion).pragma('table_list') as {
      name: string
      type: string
      strict: number
    }[]
    const loose = tables.filter(({ name, strict }) => strict === 0 && !name.startsWith('sqlite_'))
    expect(loose).toEqual([])
  })

  it('leave the version where it was when a step fails', () => {
    const db = databaseOf(10)
    db.exec('CREATE TABLE attempt (something TEXT)')
    expect(() => migrate(db)).toThrow('already exists')
    expect(schemaVersion(db)).toBe(10)
    expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'open_sale'").pluck().get()).toBe(0)
  })
})

describe('migration 10, the journal', () => {
  it('begins from nothing and keeps entries for good', () => {
    const db = databaseOf(0)
    migrate(db, 10)
    db.exec(insertEntry)
    expect(() => db.exec('UPDATE journal SET at_ms = 1')).toThrow('append-only')
    expect(() => db.exec('DELETE FROM journal')).toThrow('append-only')
    expect(() => db.exec(insertEntry.replace('INSERT', 'INSERT OR REPLACE'))).toThrow('append-only')
    expect(() => db.exec(insertEntry.replace('VALUES (1', 'VALUES (2'))).toThrow('UNIQUE')
  })

  it('refuses hashes and signatures of another length', () => {
    const db = databaseOf(10)
    expect(() => db.exec(insertEntry.replace('zeroblob(64)', 'zeroblob(63)'))).toThrow('CHECK')
    expect(() => db.exec(insertEntry.replace('zeroblob(32)', 'zeroblob(31)'))).toThrow('CHECK')
  })

  it('finds an entry by its position through the index', () => {
    const sql = 'SELECT ord FROM journal WHERE epoch = ? AND seq = 0'
    expect(plan(databaseOf(10), sql)).toMatch(/USING COVERING INDEX .*epoch=\? AND seq=\?/)
  })
})

describe('migration 20, sales', () => {
  it('keeps the journal of version 10 as it was', () => {
    const db = databaseOf(10)
    db.exec(insertEntry)
    const before = db.prepare('SELECT * FROM journal').all()
    migrate(db, 20)
    expect(db.prepare('SELECT * FROM journal').all()).toEqual(before)
    expect(db.prepare('SELECT count(*) FROM attempt').pluck().get()).toBe(0)
  })

  it('sums what is deferred from an index alone', () => {
    const sql = `SELECT count(*), sum(amount_minor), min(created_at_ms) FROM attempt
      WHERE state = 'deferred' AND currency = ?`
    expect(plan(databaseOf(20), sql)).toContain('USING COVERING INDEX attempt_deferred')
  })

  it('finds attempts and print jobs by their state through an index', () => {
    const db = databaseOf(20)
    const byState = 'WHERE state IN (SELECT value FROM json_each(?)) ORDER BY created_at_ms'
    expect(plan(db, `SELECT * FROM attempt ${byState}`)).toContain('USING INDEX attempt_by_state')
    expect(plan(db, `SELECT * FROM print_job ${byState}`)).toContain('USING INDEX print_job_by_state')
  })
})

describe('migration 30, people', () => {
  it('keeps the sales of version 20 as they were', () => {
    const db = databaseOf(20)
    db.exec("INSERT INTO attempt VALUES ('a', 's', 100, 'CNY', 'online', '{}', 'approved', NULL, 1, 2)")
    const before = db.prepare('SELECT * FROM attempt').all()
    migrate(db, 30)
    expect(db.prepare('SELECT * FROM attempt').all()).toEqual(before)
  })

  it('lets no subject be without a key and no reference without a subject', () => {
    const db = databaseOf(30)
    expect(() => db.exec("INSERT INTO subject VALUES ('s', 'a', x'00', 1)")).toThrow('FOREIGN KEY')
    const reference = "INSERT INTO reference VALUES ('r', 's', x'00', 'k', 'p', 1)"
    expect(() => db.exec(reference)).toThrow('FOREIGN KEY')
    db.exec("INSERT INTO subject_secret VALUES ('s', x'00', 'k')")
    db.exec("INSERT INTO subject VALUES ('s', 'a', x'00', 1)")
    db.exec(reference)
    expect(() => db.exec("DELETE FROM subject_secret WHERE subject_key = 's'")).toThrow('FOREIGN KEY')
  })

  it('finds a subject by its account through an index', () => {
    expect(plan(databaseOf(30), 'SELECT * FROM subject WHERE account_id = ?')).toContain('subject_by_account')
  })
})

describe('migration 40, the catalogue', () => {
  it('keeps the people of version 30 as they were', () => {
    const db = databaseOf(30)
    db.exec("INSERT INTO subject_secret VALUES ('s', x'01', 'k')")
    migrate(db, 40)
    expect(db.prepare('SELECT * FROM subject_secret').all()).toEqual([
      { subject_key: 's', wrapped: Buffer.from([1]), vault_key_id: 'k' },
    ])
  })

  it('finds an item by its barcode with two searches by primary key and no scan', () => {
    const found = plan(databaseOf(40), findByBarcodeSql)
    expect(found).toBe(
      'SEARCH catalogue_barcode USING PRIMARY KEY (gtin=?); SEARCH catalogue_item USING PRIMARY KEY (sku=?)',
    )
  })
})

describe('migration 50, keys of references', () => {
  it('keeps the references of version 40, as sealed without a transform', () => {
    const db = databaseOf(40)
    db.exec("INSERT INTO subject_secret VALUES ('s', x'01', 'k')")
    db.exec(
      "INSERT INTO subject (subject_key, account_id, sealed, enrolled_at_ms) VALUES ('s', 'a', x'00', 1)",
    )
    db.exec("INSERT INTO reference VALUES ('r', 's', x'02', 'k', 'p', 3)")
    migrate(db, 50)
    expect(db.prepare('SELECT * FROM reference').all()).toEqual([
      {
        reference_key: 'r',
        subject_key: 's',
        sealed: Buffer.from([2]),
        vault_key_id: 'k',
        model_pack_id: 'p',
        created_at_ms: 3,
        transform_key_id: null,
      },
    ])
  })

  it('counts references by their keys, and finds those to re-issue, through an index', () => {
    const db = databaseOf(50)
    const counted = 'SELECT vault_key_id, transform_key_id, count(*) FROM reference GROUP BY 1, 2'
    const explained = db.prepare(`EXPLAIN QUERY PLAN ${counted}`).all() as { detail: string }[]
    expect(explained.map(({ detail }) => detail)).toEqual([
      'SCAN reference USING COVERING INDEX reference_by_keys',
    ])
    const page =
      "SELECT * FROM reference WHERE vault_key_id = 'k' AND transform_key_id IS NULL AND rowid > ? ORDER BY rowid"
    expect(plan(db, page)).toMatch(
      /^SEARCH reference USING INDEX reference_by_keys \(vault_key_id=\? AND transform_key_id=\? AND rowid>\?\)$/,
    )
  })
})

describe('migration 60, the last use', () => {
  it('keeps the people of the version before, who have not been seen yet', () => {
    const db = databaseOf(50)
    db.exec("INSERT INTO subject_secret VALUES ('s', x'01', 'k')")
    db.exec("INSERT INTO subject VALUES ('s', 'a', x'00', 7)")
    migrate(db, 60)
    expect(db.prepare('SELECT subject_key, enrolled_at_ms, last_used_at_ms FROM subject').all()).toEqual([
      { subject_key: 's', enrolled_at_ms: 7, last_used_at_ms: null },
    ])
  })
})

describe('migration 70, the archive', () => {
  it('keeps journal, acknowledgement and checkpoints of the version before', () => {
    const db = databaseOf(60)
    db.exec(insertEntry)
    db.exec('INSERT INTO journal_ack VALUES (1, 1)')
    db.exec('INSERT INTO checkpoint VALUES (1, zeroblob(32), zeroblob(64), 7)')
    const tables = ['journal', 'journal_ack', 'checkpoint']
    const rows = () => tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all())
    const before = rows()
    migrate(db, 70)
    expect(rows()).toEqual(before)
  })

  const segment = (hash: string) =>
    `INSERT INTO journal_segment VALUES (1, 1, 'e', 0, 5, 'zstd1', ${hash}, x'00')`

  it('lets a row leave the journal only for a segment that holds its hash, and only once it is acknowledged', () => {
    const db = databaseOf(70)
    db.exec(insertEntry)
    expect(() => db.exec('DELETE FROM journal')).toThrow('append-only')
    expect(() => db.exec(segment('zeroblob(32)'))).toThrow('only acknowledged')
    db.exec('INSERT INTO journal_ack VALUES (1, 1)')
    db.exec(segment('randomblob(32)'))
    expect(() => db.exec('DELETE FROM journal')).toThrow('append-only')
    expect(() => db.exec('UPDATE journal_segment SET hashes = zeroblob(32)')).toThrow('not changed')
    expect(() => db.exec(segment('zeroblob(32)').replace('INSERT', 'REPLACE'))).toThrow(
      'until it is backed up',
    )
  })

  it('lets a segment go only below a horizon that follows the backup and never goes back', () => {
    const db = databaseOf(70)
    db.exec(insertEntry)
    db.exec('INSERT INTO journal_ack VALUES (1, 1)')
    db.exec(segment('zeroblob(32)'))
    db.exec('DELETE FROM journal')
    const horizon = "INSERT INTO journal_horizon VALUES (1, 1, 'lane-1', 'e', 0, zeroblob(32), zeroblob(64))"
    expect(() => db.exec('DELETE FROM journal_segment')).toThrow('until it is backed up')
    expect(() => db.exec(horizon)).toThrow('until it is backed up')
    db.exec('INSERT INTO journal_backed_up VALUES (1, 1)')
    db.exec(horizon)
    expect(() => db.exec('UPDATE journal_horizon SET ord = 2')).toThrow('until it is backed up')
    expect(() => db.exec('UPDATE journal_horizon SET ord = 0')).toThrow('until it is backed up')
    db.exec('DELETE FROM journal_segment')
    expect(db.prepare('SELECT count(*) FROM journal_segment').pluck().get()).toBe(0)
  })

  it('finds the segment of an entry, and the rows of a sale, through an index', () => {
    const db = databaseOf(70)
    const bySale = plan(db, 'SELECT * FROM attempt WHERE sale_id = ? ORDER BY created_at_ms')
    expect(bySale).toBe('SEARCH attempt USING INDEX attempt_by_sale (sale_id=?)')
    const byOrd = plan(db, 'SELECT * FROM journal_segment WHERE last_ord > ? ORDER BY last_ord LIMIT 1')
    expect(byOrd).toContain('USING INDEX journal_segment_by_end (last_ord>?)')
  })
})

describe('migration 90, tenders', () => {
  const insert = (mode: string) => `
    INSERT INTO attempt (attempt_key, sale_id, amount_minor, currency, mode, instrument_json, state, outcome_json,
      created_at_ms, updated_at_ms)
    VALUES ('${mode}', 's', 500, 'CNY', '${mode}', '{"kind":"walletCode"}', 'deferred', NULL, 1, 2)`

  it('keeps every attempt as it was, and takes those that are settled at the lane', () => {
    const db = databaseOf(80)
    db.exec(insert('deferred'))
    expect(() => db.exec(insert('local'))).toThrow(/CHECK/)
    const before = db.prepare('SELECT * FROM attempt').get()
    migrate(db, 90)
    const none = { linked_to: null, recovery_key: null, released_by: null, cancel_asked_at_ms: null }
    expect(db.prepare('SELECT * FROM attempt').get()).toEqual({ ...(before as object), ...none })
    db.exec(insert('local'))
    expect(() => db.exec(insert('borrowed'))).toThrow(/CHECK/)
  })

  it('finds the attempts of a sale, those that wait, and the last charge by an index', () => {
    const db = databaseOf(90)
    expect(plan(db, 'SELECT * FROM attempt WHERE sale_id = ? ORDER BY created_at_ms')).toContain(
      'attempt_by_sale',
    )
    const last = `SELECT updated_at_ms FROM attempt INDEXED BY attempt_charged
      WHERE state IN ('approved', 'processed') AND mode <> 'local' AND 1 = ? ORDER BY updated_at_ms DESC LIMIT 1`
    expect(plan(db, last)).toBe('SCAN attempt USING INDEX attempt_charged')
    const waits = `SELECT count(*), sum(amount_minor) FILTER (WHERE currency = ?), min(created_at_ms) FROM attempt
      INDEXED BY attempt_deferred WHERE state = 'deferred'`
    expect(plan(db, waits)).toBe('SCAN attempt USING COVERING INDEX attempt_deferred')
  })
})

describe('migration 110, fiscal records and card calls', () => {
  it('keeps the attempts that are there, and finds open records and calls by an index', () => {
    const db = databaseOf(100)
    db.exec(`
      INSERT INTO attempt (attempt_key, sale_id, amount_minor, currency, mode, instrument_json, state, created_at_ms,
        updated_at_ms)
      VALUES ('k', 's', 500, 'EUR', 'local', '{}', 'intended', 1, 1)`)
    const before = db.prepare('SELECT * FROM attempt').all()
    migrate(db, 110)
    expect(db.prepare('SELECT * FROM attempt').all()).toEqual(before)
    const open = "SELECT * FROM fiscal_record WHERE state <> 'signed' AND record_key <> ?"
    expect(plan(db, open)).toContain('fiscal_record_open')
    const calls = "SELECT * FROM card_call WHERE (state = 'open' OR reversal = 'open') AND call_key <> ?"
    expect(plan(db, calls)).toContain('card_call_open')
  })

  it('refuses a card call of nothing, and two records in the same place', () => {
    const db = databaseOf(110)
    const call = `INSERT INTO card_call (call_key, kind, amount_minor, currency, state, created_at_ms, updated_at_ms)
      VALUES ('k', 'charge', 0, 'EUR', 'open', 1, 1)`
    expect(() => db.exec(call)).toThrow(/CHECK/)
    const record = (
      key: string,
    ) => `INSERT INTO fiscal_record (record_key, state, seal_order, kind, updated_at_ms)
      VALUES ('${key}', 'sealing', 1, 'sale', 1)`
    db.exec(record('a'))
    expect(() => db.exec(record('b'))).toThrow(/UNIQUE/)
  })
})

describe('migration 120, vending', () => {
  it('leaves what was there, finds what is not given out by an index, and refuses an outcome too early', () => {
    const db = databaseOf(110)
    db.exec(`
      INSERT INTO card_call (call_key, kind, amount_minor, currency, state, created_at_ms, updated_at_ms)
      VALUES ('k', 'charge', 5, 'EUR', 'open', 1, 1)`)
    const before = db.prepare('SELECT * FROM card_call').all()
    migrate(db, 120)
    expect(db.prepare('SELECT * FROM card_call').all()).toEqual(before)
    const open = "SELECT sale_id FROM vend_job WHERE state <> 'closed' AND sale_id > ?"
    expect(plan(db, open)).toContain('vend_job_open')
    const job = (key: string, place: number, state: string, outcome: string) =>
      `INSERT INTO vend_job VALUES ('${key}', 's', ${place}, 1, '11', '${state}', ${outcome}, 1)`
    db.exec(job('a', 1, 'planned', 'NULL'))
    expect(() => db.exec(job('b', 1, 'planned', 'NULL'))).toThrow(/UNIQUE/)
    expect(() => db.exec(job('c', 2, 'asked', "'dropped'"))).toThrow(/CHECK/)
    expect(() => db.exec(job('d', 2, 'settled', 'NULL'))).toThrow(/CHECK/)
    db.exec(job('e', 2, 'settled', "'dropped'"))
  })
})

describe('migration 150, the card that was shown', () => {
  it('keeps the basket of a sale that is open, without a card', () => {
    const db = databaseOf(120)
    db.exec(`
      INSERT INTO open_sale (id, sale_id, receipt_token, language, basket_json) VALUES (1, 's', 't', 'en', '{}')`)
    const before = db.prepare('SELECT * FROM open_sale').get()
    migrate(db, 150)
    expect(db.prepare('SELECT * FROM open_sale').get()).toEqual({ ...(before as object), member_json: null })
  })
})
