import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { migrate as migrateHub } from '../../../src-hub/store/migrate.ts'
import { migrations as hubMigrations } from '../../../src-hub/store/migrations/index.ts'
import { openDatabase } from '../../../src-hub/store/database.ts'
import type { WriteHandle } from '../../../src-main/store/handles.ts'
import { migrate } from '../../../src-main/store/migrations/index.ts'
import { newKey, useHubs } from '../hub/harness.ts'

const hubs = useHubs()

describe('the tables of returns and shifts', () => {
  it('come to a lane that has sold before, and change nothing it has', () => {
    const db = new Database(':memory:') as WriteHandle
    migrate(db, 90)
    const tables = () =>
      db.prepare(`SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name`).all()
    const before = tables()
    migrate(db, 100)
    expect(tables()).toEqual(expect.arrayContaining(before))
    const open = (shiftKey: string) =>
      db
        .prepare(
          `INSERT INTO shift (shift_key, staff_id, float_minor, currency, opened_at_ms) VALUES (?, 'li', 0, 'CNY', 1)`,
        )
        .run(shiftKey)
    open('a')
    // One drawer has one shift.
    expect(() => open('b')).toThrow(/UNIQUE/)
    const close = `UPDATE shift SET z_number = 1, closed_at_ms = 2, closed_epoch = 'e', closed_seq = 3`
    expect(() => db.exec(close.replace("closed_epoch = 'e', ", ''))).toThrow(/CHECK/)
    db.exec(close)
    open('b')
    expect(() => db.exec(`${close} WHERE shift_key = 'b'`)).toThrow(/UNIQUE/)
    db.close()
  })

  it('come to a hub with sales, which can then be returned, and refuse a refund without its return', async () => {
    const database = openDatabase(await hubs.newDatabase(), () => {})
    await migrateHub(
      database,
      hubMigrations.filter(({ number }) => number < 90),
    )
    await database.query(`INSERT INTO lane VALUES ('lane-1', NULL, 1)`)
    const saleId = newKey()
    await database.query(
      `INSERT INTO sale (sale_id, lane_id, state, currency, total_minor, document, at_ms)
       VALUES ($1, 'lane-1', 'completed', 'CNY', 900, '{}', 1)`,
      [saleId],
    )
    await migrateHub(database)
    const returnKey = newKey()
    const refund = `INSERT INTO sale_refund (refund_key, return_key, place, attempt_key, tender, mode, amount_minor, state)
                    VALUES ($1, $2, 0, $3, 'face', 'online', 900, 'pending')`
    await expect(database.query(refund, [newKey(), returnKey, newKey()])).rejects.toThrow(/violates/)
    await database.query(
      `INSERT INTO sale_return (return_key, sale_id, lane_id, reason, staff_id, decided_by, amount_minor, currency, lines, at_ms)
       VALUES ($1, $2, 'lane-1', 'faulty', 'li', 'hub', 900, 'CNY', '[]', 2)`,
      [returnKey, saleId],
    )
    await database.query(refund, [newKey(), returnKey, newKey()])
    await database.close()
  })
})
