import Database from 'better-sqlite3'
import { Failure } from '../contract/failure.ts'
import type { Position } from '../contract/journal.ts'
import type { Key } from '../contract/values.ts'
import type { ClockPort } from '../ports/clock.ts'
import { createTemplateTransform } from '../face/protection/templateTransform.ts'
import type { ReferenceSourcePort } from '../ports/gallery.ts'
import type { CatalogueReader, LaneStorePort, LaneTransaction } from '../ports/store.ts'
import type { TemplateTransform } from '../ports/templates.ts'
import { createLaneArchive, type LaneArchive } from './archive/lane-archive.ts'
import { emptyLog, tendLog, vacuumStep, type LogState } from './archive/housekeeping.ts'
import { upkeepStep, type UpkeepStep } from './archive/upkeep.ts'
import { endAfter, linkEntries, type ChainEnd, type Signer, type StagedEntry } from './chain/append.ts'
import { verifyJournal, type VerifyOptions, type VerifyReport } from './chain/verify.ts'
import { brokenJournal, closedStore, storeFailure, withStoreFailures } from './errors.ts'
import type { FolderLock } from './folder-lock.ts'
import type { ReadHandle, WriteHandle } from './handles.ts'
import type { Vault } from './keys/vault.ts'
import { createReferenceSource } from './references/reference-source.ts'
import { reissueAll, type ReissueOptions, type ReissueReport } from './references/reissue.ts'
import { createLaneJournal, type LaneJournal } from './lane-journal.ts'
import { OneTransaction } from './lane-transaction.ts'
import * as cards from './repositories/cards.ts'
import * as catalogue from './repositories/catalogue.ts'
import * as feed from './repositories/feed.ts'
import { insertEntry, putCheckpoint, readEntry, readLastCheckpoint } from './repositories/journal.ts'
import * as fiscal from './repositories/fiscal.ts'
import * as lockOut from './repositories/lock-out.ts'
import * as people from './repositories/people.ts'
import * as references from './repositories/references.ts'
import * as returns from './repositories/returns.ts'
import * as vending from './repositories/vending.ts'
import * as rights from './repositories/rights.ts'
import * as sales from './repositories/sales.ts'
import * as shifts from './repositories/shifts.ts'

/** A start after a power cut verifies so many at most. */
const ENTRIES_BETWEEN_CHECKPOINTS = 250
const MOST_ENTRIES_A_COMMIT = 200
/** Ten sales or so; what upkeep itself commits counts too. */
const COMMITS_WORTH_A_CHECKPOINT = 50

export interface LaneStoreParts {
  readonly dataDir: string
  readonly db: WriteHandle
  readonly lock: FolderLock
  readonly vault: Vault
  readonly signer: Signer
  readonly clock: ClockPort
  readonly end: ChainEnd
}

/** The lane's memory and its journal in one SQLite file. Made by `openLaneStore`. */
export class LaneStore implements LaneStorePort {
  readonly catalogue: CatalogueReader
  readonly journal: LaneJournal
  readonly archive: LaneArchive
  readonly vault: Vault
  readonly #parts: LaneStoreParts
  /** Made once: making it costs as much as a statement. */
  readonly #commit: (work: (db: WriteHandle) => unknown) => unknown
  readonly #appendListeners = new Set<() => void>()
  #end: ChainEnd
  #checkpointOrd: number
  #erasureDue = false
  #commitsInLog = 0
  #damage: Failure | null = null
  #busy = false
  #closed = false

  constructor(parts: LaneStoreParts) {
    const { db } = parts
    this.#parts = parts
    this.#commit = db.transaction((work: (db: WriteHandle) => unknown) => work(db)).immediate
    this.#end = parts.end
    this.#checkpointOrd = readLastCheckpoint(db)?.ord ?? 0
    this.vault = parts.vault
    this.catalogue = {
      findByBarcode: (gtin) => this.#read((db) => catalogue.findByBarcode(db, gtin)),
      findBySku: (sku) => this.#read((db) => catalogue.findBySku(db, sku)),
      count: () => this.#read((db) => catalogue.countItems(db)),
      sourceSha256: () => this.#read((db) => catalogue.readSourceSha256(db)),
      list: (options) => this.#read((db) => catalogue.listItems(db, options)),
    }
    this.journal = createLaneJournal({
      db,
      end: () => this.#end,
      write: (work) => this.#write(work),
      appendListeners: this.#appendListeners,
    })
    this.archive = createLaneArchive({ db, write: (work) => this.#write(work) })
  }

  transact<T>(work: (tx: LaneTransaction) => T): T {
    const { db, vault, clock } = this.#parts
    const transaction = new OneTransaction({ db, vault, clock, end: this.#end })
    let end = this.#end
    const result = this.#write((db) => {
      const value = runIn(transaction, work)
      end = this.#commitEntries(db, transaction.staged)
      return value
    })
    this.#end = end
    this.#erasureDue ||= transaction.erased
    if (this.#erasureDue) this.#truncateLog()
    if (transaction.staged.length > 0) this.#tellListeners()
    return result
  }

  openSale() {
    return this.#read((db) => sales.readOpenSale(db))
  }

  lockOut() {
    return this.#read((db) => lockOut.readLockOut(db))
  }

  attempt(attemptKey: Key) {
    return this.#read((db) => sales.readAttempt(db, attemptKey))
  }

  attemptsInState(states: Parameters<LaneStorePort['attemptsInState']>[0]) {
    return this.#read((db) => sales.readAttemptsInState(db, states))
  }

  attemptsOfSale(saleId: Key) {
    return this.#read((db) => sales.readAttemptsOfSale(db, saleId))
  }

  lastChargedAtMs() {
    return this.#read((db) => sales.readLastChargedAtMs(db))
  }

  deferredTotals(currency: string) {
    return this.#read((db) => sales.readDeferredTotals(db, currency))
  }

  printJobs(states: Parameters<LaneStorePort['printJobs']>[0]) {
    return this.#read((db) => sales.readPrintJobs(db, states))
  }

  printJobsOfSale(saleId: Key) {
    return this.#read((db) => sales.readPrintJobsOfSale(db, saleId))
  }

  subject(subjectKey: Key) {
    return this.#read((db) => people.readSubject(db, this.vault, subjectKey))
  }

  subjectByAccount(accountId: Key) {
    return this.#read((db) => people.readSubjectByAccount(db, this.vault, accountId))
  }

  references() {
    return this.#read((db) => references.readReferences(db, this.vault.faceKeysIfOpen()))
  }

  subjectFacts(subjectKey: Key) {
    return this.#read((db) => rights.readSubjectFacts(db, subjectKey))
  }

  subjectKeysOfAccount(accountId: Key) {
    return this.#read((db) => rights.readSubjectKeysOfAccount(db, accountId))
  }

  subjectsUnusedSince(borderMs: number) {
    return this.#read((db) => rights.readSubjectsUnusedSince(db, borderMs))
  }

  allowance(accountId: Key, currency: string) {
    return this.#read((db) => feed.readAllowance(db, accountId, currency))
  }

  faceBlock(accountId: Key) {
    return this.#read((db) => feed.readFaceBlock(db, accountId))
  }

  feedPlace() {
    return this.#read((db) => feed.readFeedPlace(db))
  }

  saleReturn(returnKey: Key) {
    return this.#read((db) => returns.readReturn(db, returnKey))
  }

  returnsOfSale(saleId: Key) {
    return this.#read((db) => returns.readReturnsOfSale(db, saleId))
  }

  openReturns() {
    return this.#read((db) => returns.readOpenReturns(db))
  }

  vendJobsOfSale(saleId: Key) {
    return this.#read((db) => vending.readVendJobs(db, saleId))
  }

  openVendSales() {
    return this.#read((db) => vending.readOpenVendSales(db))
  }

  lastSaleId() {
    return this.#read((db) => returns.readLastSaleId(db))
  }

  hasUnsyncedReturn(saleId: Key) {
    return this.#read((db) => returns.hasUnsyncedReturn(db, saleId))
  }

  unsyncedSale(request: Parameters<LaneStorePort['unsyncedSale']>[0]) {
    return this.#read((db) => returns.readUnsyncedSale(db, request))
  }

  openShift() {
    return this.#read((db) => shifts.readOpenShift(db))
  }

  lastClosedShift() {
    return this.#read((db) => shifts.readLastClosedShift(db))
  }

  eventsAfter(position: Position | null, limit: number) {
    return this.#read((db) => shifts.readEventsAfter(db, position, limit))
  }

  fiscalRow(recordKey: Key) {
    return this.#read((db) => fiscal.readFiscalRow(db, recordKey))
  }

  openFiscalRows() {
    return this.#read((db) => fiscal.readOpenFiscalRows(db))
  }

  cardCall(callKey: Key) {
    return this.#read((db) => cards.readCardCall(db, callKey))
  }

  openCardCalls() {
    return this.#read((db) => cards.readOpenCardCalls(db))
  }

  /** The transform of this gallery. Throws while the face keys are closed. */
  templateTransform(template: { readonly modelPackId: string; readonly length: number }): TemplateTransform {
    const { id, bytes } = this.vault.faceKeys().transform
    return createTemplateTransform({ key: bytes, keyId: id, ...template })
  }

  /** Where the gallery loads from; complete and under the active transform also while references are re-issued. */
  referenceSource(template: { readonly modelPackId: string; readonly length: number }): ReferenceSourcePort {
    const { dataDir } = this.#parts
    return createReferenceSource({ dataDir, keys: () => this.vault.faceKeys(), ...template })
  }

  /**
   * Brings every reference under the active keys, then destroys the ones that retire. Does nothing when there is
   * nothing to do; stopped or killed at any point, the next call goes on. Throws while the face keys are closed.
   */
  async reissueReferences(options: ReissueOptions = {}): Promise<ReissueReport> {
    const { dataDir } = this.#parts
    const keys = this.vault.faceKeys()
    const waiting = () => this.#read((db) => references.countToReissue(db, keys))
    const all = waiting()
    const none = { reissued: 0, unreadable: 0 }
    const commit = (rows: readonly references.ReissuedReference[]) => {
      this.#erasureDue = true
      return this.#write((db) => references.reissue(db, keys, rows))
    }
    const done = all === 0 ? none : await reissueAll({ dataDir, keys, all, commit }, options)
    if (this.#erasureDue) this.#truncateLog()
    const destroyedKeys = waiting() > done.unreadable ? 0 : keys.retiring.length
    if (destroyedKeys > 0) this.vault.destroyRetiringKeys()
    return { ...done, destroyedKeys }
  }

  /** What an event's `personal` box holds; null once the subject was deleted. */
  openPersonal(subjectKey: Key, box: string): unknown {
    return this.#read((db) => people.openPersonal(db, this.vault, subjectKey, box))
  }

  /** A problem, or a damaged page, ends selling: every later commit throws `journal.broken` or `store.corrupt`. */
  async verify(options: VerifyOptions): Promise<VerifyReport> {
    try {
      const report = await verifyJournal(this.#parts.db, options)
      if (report.problem !== undefined) this.#damage ??= brokenJournal(report.problem)
      return report
    } catch (thrown) {
      throw this.#noteDamage(storeFailure(thrown, 'verify the journal'))
    }
  }

  /**
   * One short piece of work that keeps the files small: archive, drop, prune, empty the log, give room back; call while
   * nobody is buying until it answers `nothing`. Throws `Failure` with nothing changed.
   */
  upkeep(): UpkeepStep {
    const { clock, db } = this.#parts
    return upkeepStep({
      nowMs: clock.nowMs(),
      write: (work) => this.#write(work),
      log: () => this.#tendLog(),
      vacuum: () => withStoreFailures('give free pages back', () => vacuumStep(db)),
    })
  }

  #tendLog(): LogState | null {
    if (this.#commitsInLog < COMMITS_WORTH_A_CHECKPOINT) return null
    const state = withStoreFailures('empty the write-ahead log', () => tendLog(this.#parts.db))
    if (state.kind === 'emptied') this.#commitsInLog = 0
    return state
  }

  /** Leaves a checkpoint behind, so that the next start has little to verify. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    try {
      this.#write((db) => this.#checkpoint(db, this.#end.ord))
      this.#truncateLog()
    } catch (thrown) {
      // Without the checkpoint the next start verifies more, nothing else: no reason to fail a shutdown.
      if (!(thrown instanceof Failure)) throw thrown
    } finally {
      this.#parts.db.close()
      this.#parts.lock.release()
    }
  }

  /** Afterwards: a listener that throws must not make a commit look as if it had failed. */
  #tellListeners(): void {
    for (const listener of this.#appendListeners) {
      queueMicrotask(() => {
        if (!this.#closed && this.#appendListeners.has(listener)) listener()
      })
    }
  }

  #read<T>(work: (db: ReadHandle) => T): T {
    const attempted = 'read the lane database'
    if (!this.#parts.db.open) throw closedStore(attempted)
    try {
      return work(this.#parts.db)
    } catch (thrown) {
      throw this.#noteDamage(storeFailure(thrown, attempted))
    }
  }

  #write<T>(work: (db: WriteHandle) => T): T {
    const attempted = 'commit to the lane database'
    if (!this.#parts.db.open) throw closedStore(attempted)
    if (this.#busy) throw new Error('A transaction of the store cannot hold another one')
    if (this.#damage !== null) throw this.#damage
    this.#busy = true
    try {
      const value = this.#commit(work) as T
      this.#commitsInLog += 1
      return value
    } catch (thrown) {
      throw this.#noteDamage(storeFailure(thrown, attempted))
    } finally {
      this.#busy = false
    }
  }

  /** What is damaged is not written to any more: the rest of it must stay as it is for the export. */
  #noteDamage(thrown: unknown): unknown {
    if (thrown instanceof Failure && thrown.code === 'store.corrupt') this.#damage ??= thrown
    return thrown
  }

  #commitEntries(db: WriteHandle, staged: readonly StagedEntry[]): ChainEnd {
    // A commit travels whole, in one batch.
    if (staged.length > MOST_ENTRIES_A_COMMIT)
      throw new Error(`A commit of ${staged.length} entries is too large`)
    const rows = linkEntries(this.#parts.signer, this.#end, staged)
    for (const row of rows) insertEntry(db, row)
    const last = rows.at(-1)
    if (last === undefined) return this.#end
    if (last.ord - this.#checkpointOrd >= ENTRIES_BETWEEN_CHECKPOINTS) this.#checkpoint(db, last.ord)
    return endAfter(last)
  }

  /** The last entry of a commit is signed, and only such an entry can be a checkpoint. */
  #checkpoint(db: WriteHandle, ord: number): void {
    const row = readEntry(db, ord)
    if (row === null || row.signature === null) return
    putCheckpoint(db, { ord, hash: row.hash, signature: row.signature }, this.#parts.clock.nowMs())
    this.#checkpointOrd = ord
  }

  /**
   * The write-ahead log still holds the pages from before an erasure. A reader or a full disk may be in the way; the
   * commit itself stands, and the next one tries again.
   */
  #truncateLog(): void {
    try {
      this.#erasureDue = !emptyLog(this.#parts.db)
    } catch (thrown) {
      if (!(thrown instanceof Database.SqliteError)) throw thrown
      this.#erasureDue = true
    }
  }
}

function runIn<T>(transaction: OneTransaction, work: (tx: LaneTransaction) => T): T {
  try {
    const value = work(transaction)
    if (value instanceof Promise) throw new Error('A transaction is synchronous: await before or after it')
    return value
  } finally {
    transaction.over()
  }
}
