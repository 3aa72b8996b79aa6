import Database from 'better-sqlite3'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { linkDigest } from '../../../src-main/domain/journal/format.ts'
import { sha256 } from '../../../src-main/store/chain/append.ts'
import { openForReading, openForWriting } from '../../../src-main/store/database.ts'
import { verifyJournal, type VerifyOptions } from '../../../src-main/store/chain/verify.ts'
import type { ReadHandle } from '../../../src-main/store/handles.ts'
import { readRowsAfter } from '../../../src-main/store/repositories/journal.ts'
import { appendOne, openStore, sampleEvent, tamper, temporaryFolder } from './fixtures.ts'

/** Genesis at seq 0, four commits of one entry (1 to 4), one commit of three (5 to 7). */
function folderWithJournal(): string {
  const dataDir = temporaryFolder()
  const { store } = openStore(dataDir)
  for (let count = 0; count < 4; count += 1) appendOne(store)
  store.transact((tx) => {
    for (let count = 0; count < 3; count += 1) tx.append({ kind: 'subject', id: 'x' }, sampleEvent())
  })
  store.close()
  return dataDir
}

async function verify(dataDir: string, from: VerifyOptions['from'] = 'genesis') {
  const db = openForReading(dataDir)
  try {
    return await verifyJournal(db, { from })
  } finally {
    db.close()
  }
}

/** All that can be done without the lane's key: another payload from `seq` on, every hash and link made right again. */
function forge(dataDir: string, seq: number, signature: 'kept' | 'stripped'): void {
  const db = new Database(path.join(dataDir, 'lane.sqlite')) as unknown as ReadHandle
  const rows = readRowsAfter(db, 0, 100)
  db.close()
  let prevHash = rows[0]?.prevHash ?? Buffer.alloc(32)
  for (const row of rows) {
    const payload = row.header.seq < seq ? row.payload : Buffer.concat([row.payload, Buffer.from(' ')])
    const hash = linkDigest(sha256, prevHash, row.header, payload)
    if (row.header.seq >= seq) {
      const bytes = `payload = x'${payload.toString('hex')}', prev_hash = x'${prevHash.toString('hex')}'`
      const head = signature === 'kept' ? 'signature' : 'NULL'
      tamper(
        dataDir,
        `UPDATE journal SET ${bytes}, hash = x'${hash.toString('hex')}', signature = ${head} WHERE ord = ${row.ord}`,
      )
    }
    prevHash = hash
  }
  tamper(dataDir, 'DELETE FROM checkpoint')
}

describe('an untouched journal', () => {
  it('verifies from the genesis and from the last checkpoint', async () => {
    const dataDir = folderWithJournal()
    const full = await verify(dataDir)
    expect(full).toMatchObject({ ok: true, entries: 8, checkedFrom: { seq: 0 } })
    expect(await verify(dataDir, 'checkpoint')).toMatchObject({
      ok: true,
      entries: 0,
      checkedFrom: { seq: 7 },
    })
  })

  it('signs the last entry of each commit and no other', () => {
    const { store } = openStore(folderWithJournal())
    const signed = store.journal
      .pending({ maxEntries: 10, maxBytes: 100_000 })
      .map((entry) => entry.signature !== null)
    expect(signed).toEqual([true, true, true, true, true, false, false, true])
  })
})

describe('a journal changed from outside', () => {
  const cases: readonly [what: string, sql: string, problem: { seq: number; kind: string }][] = [
    [
      'payload',
      "UPDATE journal SET payload = CAST(payload || x'20' AS BLOB) WHERE seq = 3",
      { seq: 3, kind: 'hashMismatch' },
    ],
    ['header time', 'UPDATE journal SET at_ms = at_ms + 1 WHERE seq = 3', { seq: 3, kind: 'hashMismatch' }],
    [
      'header type',
      "UPDATE journal SET type = 'sale.cancelled' WHERE seq = 6",
      { seq: 6, kind: 'hashMismatch' },
    ],
    ['lane', "UPDATE journal SET lane_id = 'lane-2' WHERE seq = 2", { seq: 2, kind: 'hashMismatch' }],
    [
      'signature',
      `UPDATE journal SET signature = randomblob(64) WHERE seq = 4`,
      { seq: 4, kind: 'badSignature' },
    ],
    ['hash', 'UPDATE journal SET hash = randomblob(32) WHERE seq = 4', { seq: 4, kind: 'hashMismatch' }],
    ['link', 'UPDATE journal SET prev_hash = randomblob(32) WHERE seq = 4', { seq: 4, kind: 'linkBroken' }],
    ['missing entry', 'DELETE FROM journal WHERE seq = 2', { seq: 2, kind: 'gap' }],
    ['missing genesis', 'DELETE FROM journal WHERE seq = 0', { seq: 0, kind: 'gap' }],
    ['cut-off tail', 'DELETE FROM journal WHERE seq > 4', { seq: 5, kind: 'cutOff' }],
    ['commit cut in two', 'DELETE FROM journal WHERE seq = 7', { seq: 7, kind: 'cutOff' }],
    [
      'missing signature',
      'UPDATE journal SET signature = NULL WHERE seq = 7',
      { seq: 7, kind: 'unsignedHead' },
    ],
    ['emptied table', 'DELETE FROM journal', { seq: 0, kind: 'cutOff' }],
  ]

  for (const [what, sql, problem] of cases) {
    it(`is found out by its ${what}, and the entry is named`, async () => {
      const dataDir = folderWithJournal()
      tamper(dataDir, sql)
      const report = await verify(dataDir)
      expect(report).toMatchObject({ ok: false, problem })
    })
  }

  it('is found out when one bit of one payload byte flips', async () => {
    const dataDir = folderWithJournal()
    tamper(
      dataDir,
      `UPDATE journal SET payload = CAST(replace(CAST(payload AS TEXT), '"type"', '"uype"') AS BLOB) WHERE seq = 5`,
    )
    expect((await verify(dataDir)).problem).toMatchObject({ seq: 5, kind: 'hashMismatch' })
  })

  for (const [signature, problem] of [
    ['kept', { seq: 7, kind: 'badSignature' }],
    ['stripped', { seq: 7, kind: 'unsignedHead' }],
  ] as const) {
    it(`is found out when its newest commit was linked anew without the lane's key, its signature ${signature}`, async () => {
      const dataDir = folderWithJournal()
      forge(dataDir, 5, signature)
      expect(await verify(dataDir)).toMatchObject({ ok: false, problem })
      expect(() => openStore(dataDir)).toThrow(expect.objectContaining({ code: 'journal.broken' }))
    })
  }

  it('does not start behind its last checkpoint', () => {
    const dataDir = folderWithJournal()
    const { store } = openStore(dataDir)
    appendOne(store)
    store.close()
    tamper(dataDir, 'DELETE FROM checkpoint WHERE ord = (SELECT max(ord) FROM checkpoint)')
    tamper(dataDir, "UPDATE journal SET payload = CAST(payload || x'20' AS BLOB) WHERE seq = 8")
    expect(() => openStore(dataDir)).toThrow(
      expect.objectContaining({ code: 'journal.broken', message: expect.stringContaining('/8') as string }),
    )
  })

  it('does not start on a checkpoint whose entry was exchanged', () => {
    const dataDir = folderWithJournal()
    tamper(dataDir, 'UPDATE checkpoint SET hash = randomblob(32)')
    expect(() => openStore(dataDir)).toThrow(expect.objectContaining({ code: 'journal.broken' }))
  })

  it('refuses to be changed or shortened through SQL, also by REPLACE', () => {
    const dataDir = folderWithJournal()
    const db = openForWriting(dataDir)
    try {
      expect(() => db.exec('UPDATE journal SET at_ms = 0')).toThrow('append-only')
      expect(() => db.exec('DELETE FROM journal')).toThrow('append-only')
      const replace = 'REPLACE INTO journal SELECT * FROM journal WHERE seq = 1'
      expect(() => db.exec(replace)).toThrow('append-only')
    } finally {
      db.close()
    }
  })
})
