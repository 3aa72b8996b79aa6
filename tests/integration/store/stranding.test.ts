import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openForReading } from '../../../src-main/store/database.ts'
import { newestVersion } from '../../../src-main/store/migrations/index.ts'
import { readLastEntry } from '../../../src-main/store/repositories/journal.ts'
import { strandingOf } from '../../../src-main/store/stranding.ts'
import { appendOne, openStore, quickFolder, tamper } from './fixtures.ts'

const wouldStrand = (nativeCode: string) =>
  expect.objectContaining({ code: 'queue.upgradeWouldStrand', remedy: 'staff', nativeCode }) as Error

function folderWithWaiting(entries: number): string {
  const dataDir = quickFolder()
  const { store } = openStore(dataDir)
  for (let count = 0; count < entries; count += 1) appendOne(store)
  store.close()
  return dataDir
}

function setVersion(dataDir: string, version: number): void {
  const db = new Database(path.join(dataDir, 'lane.sqlite'))
  db.pragma(`user_version = ${version}`)
  db.close()
}

describe('a data folder whose journal is not drained', () => {
  it('is not taken over by another lane, which could not send it; its own lane goes on with it', () => {
    const dataDir = folderWithWaiting(3)
    expect(() => openStore(dataDir, { laneId: 'lane-2' })).toThrow(wouldStrand('otherLane 3'))
    const own = openStore(dataDir)
    expect(own.epochBeginning).toBeNull()
    const head = own.store.journal.head()
    if (head !== null) own.store.journal.acknowledge(head)
    own.store.close()
    expect(openStore(dataDir, { laneId: 'lane-2' }).epochBeginning).toBe('renamed')
  })

  it('may change its name while it holds nothing but its own beginnings', () => {
    const dataDir = quickFolder()
    openStore(dataDir).store.close()
    expect(openStore(dataDir, { laneId: 'lane-2' }).epochBeginning).toBe('renamed')
  })

  it('is not upgraded by a version that cannot read what waits, and is left as it was', () => {
    const dataDir = folderWithWaiting(2)
    tamper(
      dataDir,
      `UPDATE journal SET payload = CAST(replace(CAST(payload AS TEXT), 'subjectKey', 'whom') AS BLOB) WHERE seq = 2`,
    )
    setVersion(dataDir, newestVersion - 10)
    expect(() => openStore(dataDir)).toThrow(wouldStrand('unreadable 1'))
    const db = openForReading(dataDir)
    expect(db.pragma('user_version', { simple: true })).toBe(newestVersion - 10)
    expect(readLastEntry(db)?.header.seq).toBe(2)
    db.close()
  })

  it('tells what would be left behind without touching it', () => {
    const dataDir = folderWithWaiting(4)
    const db = openForReading(dataDir)
    expect(strandingOf(db, 'lane-1')).toBeNull()
    expect(strandingOf(db, null)).toBeNull()
    expect(strandingOf(db, 'lane-2')).toEqual({ why: 'otherLane', entries: 4, laneId: 'lane-1' })
    db.close()
  })
})
