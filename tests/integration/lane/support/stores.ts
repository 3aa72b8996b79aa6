import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach } from 'vitest'
import { Failure } from '../../../../src-main/contract/failure.ts'
import { laneEventSchema, type LaneEvent } from '../../../../src-main/contract/events.ts'
import { createRandom } from '../../../../src-main/platform/random.ts'
import type { ClockPort } from '../../../../src-main/ports/clock.ts'
import type { LogPort } from '../../../../src-main/ports/log.ts'
import type { LaneStorePort } from '../../../../src-main/ports/store.ts'
import type { LaneStore } from '../../../../src-main/store/lane-store.ts'
import { openLaneStore } from '../../../../src-main/store/open-lane-store.ts'

export const random = createRandom()

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp()
})

export function atTheEnd(cleanUp: () => void): void {
  cleanUps.push(cleanUp)
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'facelane-lane-'))
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function openStore(dataDir: string, clock: ClockPort): LaneStore {
  const { store } = openLaneStore({ dataDir, laneId: 'lane-1', clock, random })
  atTheEnd(() => store.close())
  return store
}

/** Every fact of the journal, oldest first. */
export function journalOf(store: LaneStorePort): LaneEvent[] {
  return store.journal
    .pending({ maxEntries: 100_000, maxBytes: 100_000_000 })
    .map(({ payload }) => laneEventSchema.parse(JSON.parse(Buffer.from(payload).toString('utf8'))))
}

/** The real store behind a disk that can be filled: a commit then fails whole, as SQLite's does. */
export interface FillableStore extends LaneStorePort, Pick<LaneStore, 'verify'> {
  full: boolean
  /** Commits that still succeed before the disk is full; null: no end. */
  commitsLeft: number | null
  /** Called once a commit is on the disk, before anything acts on it. */
  afterCommit: () => void
}

export function fillable(store: LaneStore): FillableStore {
  const own = { full: false, commitsLeft: null as number | null, afterCommit: (): void => undefined }
  const transact: LaneStorePort['transact'] = (work) => {
    if (own.commitsLeft !== null && own.commitsLeft-- <= 0) own.full = true
    if (own.full) throw diskFull()
    const done = store.transact(work)
    own.afterCommit()
    return done
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === 'transact') return transact
      if (name in own) return own[name as keyof typeof own]
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
    set(_target, name, value) {
      return Reflect.set(own, name, value)
    },
  }) as unknown as FillableStore
}

function diskFull(): Failure {
  return new Failure({
    code: 'store.diskFull',
    attempted: 'commit to the lane database',
    remedy: 'staff',
    message: 'The disk is full, nothing was written. Free some space; the lane goes on by itself.',
  })
}

/** True when the bytes of any file of the data folder hold this text or these bytes. */
export function folderHolds(folder: string, wanted: string | Uint8Array): boolean {
  const needle = typeof wanted === 'string' ? Buffer.from(wanted, 'utf8') : Buffer.from(wanted)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(path.join(entry.parentPath, entry.name)).includes(needle))
}

/** A log that keeps its lines, to be searched. */
export function keptLog(): LogPort & { readonly lines: string[] } {
  const lines: string[] = []
  const line = (facts: Record<string, unknown>, message: string): void => {
    lines.push(JSON.stringify({ ...facts, message }))
  }
  return { lines, debug: line, info: line, warn: line, error: line }
}
