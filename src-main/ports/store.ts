import type { Basket } from '../contract/basket.ts'
import type { Item } from '../contract/catalogue.ts'
import type { Allowance, FaceTender } from '../contract/deferred.ts'
import type { LaneEvent, LaneEventOf } from '../contract/events.ts'
import type { Aggregate, Position } from '../contract/journal.ts'
import type { Member } from '../contract/membership.ts'
import type { JournalledInstrument, PaymentMode, PaymentOutcome } from '../contract/payment.ts'
import type { CopyReason, ReceiptDocument } from '../contract/receipt.ts'
import type { FindSaleRequest, RefundState, ReturnOrder } from '../contract/returns.ts'
import type { Key, Language, Money } from '../contract/values.ts'
import type { VendOutcome } from '../contract/vending.ts'
import type { LockOut } from '../domain/face/lockout.ts'
import type { BatchEntry } from '../domain/journal/batch.ts'
import type { CardCallRow } from './cardTerminal.ts'
import type { FiscalRow } from './fiscal.ts'
import type { ReturnPlan } from '../domain/returns/plan.ts'

/** The sale in progress, kept so that a restart can say "we kept your basket". */
export interface OpenSale {
  readonly saleId: Key
  readonly receiptToken: Key
  readonly language: Language
  readonly basket: Basket
  readonly member: Member | null
}

/**
 * `intended` and `unknown` are the two that a restart must resolve before anything else is sold; a `voiding` one was paid
 * and is being taken back.
 */
export type AttemptState =
  | 'intended'
  | 'unknown'
  | 'approved'
  | 'voiding'
  | 'declined'
  | 'cancelled'
  | 'deferred'
  | 'processed'
  | 'deferredDeclined'
  | 'expired'
  | 'reversed'

export interface AttemptRecord {
  readonly attemptKey: Key
  readonly saleId: Key
  readonly amount: Money
  readonly mode: PaymentMode
  readonly instrument: JournalledInstrument
  readonly state: AttemptState
  readonly outcome: PaymentOutcome | null
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** The attempt whose outcome was unknown when this one was begun. */
  readonly linkedTo?: Key
  /** Pays a debt, not goods; `saleId` is then this key too. */
  readonly recoveryKey?: Key
  /** The goods went while the outcome was unknown, under this member of staff. */
  readonly releasedBy?: string
  /** A cancel may have reached the hub: this key may be refused for ever, so it is never deferred. Ms UTC. */
  readonly cancelAskedAtMs?: number
}

export type PrintJobState = 'queued' | 'sent' | 'printed' | 'notPrinted' | 'unknown'

export interface PrintJobRecord {
  readonly jobKey: Key
  readonly saleId: Key
  readonly document: ReceiptDocument
  readonly copy: CopyReason | null
  readonly state: PrintJobState
  readonly createdAtMs: number
}

/** A person who enrolled; personal fields are sealed at rest under the subject's own key. */
export interface SubjectRecord {
  readonly subjectKey: Key
  readonly accountId: Key
  readonly maskedName: string
  readonly maskedAccount: string
  readonly phoneLast4: string
  readonly enrolledAtMs: number
}

/** What is stored about a person beside the sealed fields: everything an export may name. */
export interface SubjectFacts {
  readonly subjectKey: Key
  readonly accountId: Key
  readonly enrolledAtMs: number
  /** The last payment begun with this face; null before the first. */
  readonly lastUsedAtMs: number | null
  readonly references: readonly {
    readonly referenceKey: Key
    readonly modelPackId: string
    readonly createdAtMs: number
  }[]
}

export interface ReferenceRow {
  readonly referenceKey: Key
  readonly subjectKey: Key
  /** Sealed reference (`VaultPort`, purpose `faceReference`, bound to `referenceKey`). */
  readonly sealed: Uint8Array
  readonly modelPackId: string
  readonly createdAtMs: number
}

/** Not yet processed deferred payments of this lane, whatever their currency: only sums know one. */
export interface DeferredTotals {
  readonly count: number
  /** Of those in the currency that was asked for. */
  readonly sumMinor: number
  readonly oldestAtMs: number | null
}

/** How far this lane has heard the hub's feed. */
export interface FeedPlace {
  readonly hubEpoch: Key
  /** Null before the first item of this reading. */
  readonly cursor: string | null
  /** The kinds of item this lane understood then: a newer lane reads what an older one passed over. */
  readonly knownKinds: string
  /** Counts readings of the feed from its beginning. */
  readonly snapshot: number
  /** The reading from the beginning has reached the present: what it did not name is forgotten. */
  readonly complete: boolean
  /** By the lane's clock, ms UTC. */
  readonly heardAtMs: number
}

/** Why an identity may not pay by face: it owes. The oldest debt, as far as the hub named it; `atMs` is its sale's. */
export interface FaceBlock {
  readonly recoveryKey: Key | null
  readonly amountMinor: number | null
  readonly currency: string | null
  readonly atMs: number | null
}

/**
 * A return that was asked for. `ordered`: journalled, and the hub's word is not known; `accepted`: decided, some money
 * is not back yet; `settled` and `refused` are final.
 */
export interface ReturnRecord {
  readonly state: 'ordered' | 'accepted' | 'settled' | 'refused'
  readonly decidedBy: 'hub' | 'lane'
  /** Of the sale: the credit note is in its language. */
  readonly language: Language
  readonly currency: string
  readonly order: ReturnOrder
  readonly plan: ReturnPlan
  readonly refunds: readonly RefundState[]
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** A completed sale of this lane that the hub has not acknowledged; times of the lane's clock. */
export interface UnsyncedSale {
  readonly sale: LaneEventOf<'sale.completed'>
  readonly soldAtMs: number
}

export interface ShiftRecord {
  readonly shiftKey: Key
  readonly staffId: string
  readonly floatMinor: number
  readonly currency: string
  readonly openedAtMs: number
  /** Its Z, and where that stands in the journal; null while it is open. */
  readonly closed: { readonly zNumber: number; readonly atMs: number; readonly position: Position } | null
}

export interface JournalledEvent {
  readonly event: LaneEvent
  readonly atMs: number
  readonly position: Position
}

/** Writes that belong to one commit. Valid only inside the callback of `transact`. */
/** One product of a vending sale. `closed`: it dropped, or its money is on the way back. */
export interface VendJobRecord {
  readonly vendKey: Key
  readonly saleId: Key
  /** From 1, the order of giving out. */
  readonly place: number
  readonly lineId: number
  readonly slot: string
  readonly state: 'planned' | 'asked' | 'settled' | 'closed'
  /** Null until it is settled. */
  readonly outcome: VendOutcome | null
  readonly updatedAtMs: number
}

export interface LaneTransaction {
  /** Appends one entry; its position is final when the transaction commits. */
  append(aggregate: Aggregate, event: LaneEvent): Position
  putOpenSale(sale: OpenSale | null): void
  /** Times on the wall clock, ms UTC. */
  putLockOut(state: LockOut): void
  putAttempt(record: AttemptRecord): void
  putPrintJob(record: PrintJobRecord): void
  /** Creates the subject's key with the record. */
  putSubject(record: SubjectRecord): void
  putReference(row: ReferenceRow): void
  /** Removes references and personal fields and destroys the subject's key. Returns how many references went. */
  deleteSubject(subjectKey: Key): number
  /** A payment begins with this face: the retention timer counts from here. Nothing for a subject that is gone. */
  noteUse(subjectKey: Key, atMs: number): void
  /** Encrypts UTF-8 JSON of `personal` under the subject's key, for events. */
  sealPersonal(subjectKey: Key, personal: unknown): { subjectKey: Key; box: string }
  replaceCatalogue(items: readonly Item[], sourceSha256: string): void
  /** The newest lease of an identity takes the place of the one before. */
  putAllowance(allowance: Allowance, snapshot: number): void
  putFaceTender(tender: FaceTender, snapshot: number): void
  /** In the transaction that applies what was heard. */
  putFeedPlace(place: FeedPlace): void
  /** Its order and plan stay what they were. */
  putReturn(record: ReturnRecord): void
  /** Its sale and slot stay what they were. */
  putVendJob(record: VendJobRecord): void
  /** At most one is open; a closed one does not change any more. */
  putShift(record: ShiftRecord): void
  putFiscalRow(row: FiscalRow): void
  dropFiscalRow(recordKey: Key): void
  /** Signed records of before this moment; the journal keeps them. */
  dropSignedFiscalRows(beforeMs: number): void
  /** 1, 2, 3…: the place of the next record that is handed in. */
  nextSealOrder(): number
  putCardCall(row: CardCallRow): void
  /** Settled ones of before this moment. */
  dropSettledCardCalls(beforeMs: number): void
}

export interface CatalogueReader {
  /** By any barcode the item carries, normalised GTIN digits. */
  findByBarcode(gtin: string): Item | null
  findBySku(sku: string): Item | null
  count(): number
  /** SHA-256 of the imported file, null before the first import. */
  sourceSha256(): string | null
  /** Items in SKU order, for pickers; `query` matches names, SKU and barcode. */
  list(options: { limit: number; offset?: number; query?: string; unit?: Item['unit'] }): readonly Item[]
}

export interface JournalReader {
  readonly epoch: Key
  /** Newest entry of the current epoch; null before the genesis. */
  head(): (Position & { hash: string }) | null
  /** Highest position the hub acknowledged; null when none. */
  acked(): Position | null
  /**
   * Entries after the acknowledged position, or after one that is on its way, oldest first, at most `maxEntries` and
   * about `maxBytes` of payload.
   */
  pending(options: { maxEntries: number; maxBytes: number; after?: Position }): readonly BatchEntry[]
  pendingCount(): number
  /** Idempotent; a position that does not exist in this journal throws. */
  acknowledge(position: Position): void
}

/**
 * The lane's durable memory: one SQLite file, one writer. Synchronous on purpose: a commit is an fsync, and nothing is
 * shown as done before it. `transact` throws `Failure` `store.diskFull` when there is no room; nothing was written then.
 */
export interface LaneStorePort {
  transact<T>(work: (tx: LaneTransaction) => T): T
  openSale(): OpenSale | null
  /** How the face tender stood after the last attack, on the wall clock; null when there was none. */
  lockOut(): LockOut | null
  attempt(attemptKey: Key): AttemptRecord | null
  attemptsInState(states: readonly AttemptState[]): readonly AttemptRecord[]
  /** Oldest first. */
  attemptsOfSale(saleId: Key): readonly AttemptRecord[]
  /** When the hub or a terminal last charged something; null when nothing at hand was. */
  lastChargedAtMs(): number | null
  deferredTotals(currency: string): DeferredTotals
  printJobs(states: readonly PrintJobState[]): readonly PrintJobRecord[]
  printJobsOfSale(saleId: Key): readonly PrintJobRecord[]
  subject(subjectKey: Key): SubjectRecord | null
  subjectByAccount(accountId: Key): SubjectRecord | null
  references(): Iterable<ReferenceRow>
  subjectFacts(subjectKey: Key): SubjectFacts | null
  /** All subjects of an account, oldest first; more than one only while an older one waits to be replaced. */
  subjectKeysOfAccount(accountId: Key): readonly Key[]
  /** Whoever neither enrolled nor paid since this moment, ms UTC. */
  subjectsUnusedSince(borderMs: number): readonly Key[]
  /** What the hub leased this lane of the identity's cap, also when it has expired; null when it never did. */
  allowance(accountId: Key, currency: string): Allowance | null
  /** Null for an identity that may pay by face. */
  faceBlock(accountId: Key): FaceBlock | null
  /** Null before the hub was heard for the first time. */
  feedPlace(): FeedPlace | null
  saleReturn(returnKey: Key): ReturnRecord | null
  /** Oldest first. */
  returnsOfSale(saleId: Key): readonly ReturnRecord[]
  /** Asked for or accepted, and not settled; oldest first. */
  openReturns(): readonly ReturnRecord[]
  /** In the order they are given out. */
  vendJobsOfSale(saleId: Key): readonly VendJobRecord[]
  /** Sales of which something is not given out, or not given back; oldest first. */
  openVendSales(): readonly Key[]
  /** The last sale this lane completed, while its journal is not archived; null when there is none. */
  lastSaleId(): Key | null
  /** True while the hub may not know what this lane took back of the sale on its own. */
  hasUnsyncedReturn(saleId: Key): boolean
  unsyncedSale(request: FindSaleRequest): UnsyncedSale | null
  openShift(): ShiftRecord | null
  lastClosedShift(): ShiftRecord | null
  /** At most `limit` journal entries after a position, oldest first; from the beginning when it is null. */
  eventsAfter(position: Position | null, limit: number): readonly JournalledEvent[]
  fiscalRow(recordKey: Key): FiscalRow | null
  /** Not signed yet; in the order they were handed in, what was not handed in last. */
  openFiscalRows(): readonly FiscalRow[]
  cardCall(callKey: Key): CardCallRow | null
  /** Whose outcome or reversal nobody knows yet; oldest first. */
  openCardCalls(): readonly CardCallRow[]
  readonly catalogue: CatalogueReader
  readonly journal: JournalReader
  close(): void
}
