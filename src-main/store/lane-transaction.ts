import type { LaneEvent } from '../contract/events.ts'
import type { Aggregate, Position } from '../contract/journal.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LaneTransaction } from '../ports/store.ts'
import type { ChainEnd, StagedEntry } from './chain/append.ts'
import type { WriteHandle } from './handles.ts'
import type { Vault } from './keys/vault.ts'
import * as cards from './repositories/cards.ts'
import * as catalogue from './repositories/catalogue.ts'
import * as feed from './repositories/feed.ts'
import * as fiscal from './repositories/fiscal.ts'
import * as lockOut from './repositories/lock-out.ts'
import * as people from './repositories/people.ts'
import * as references from './repositories/references.ts'
import * as returns from './repositories/returns.ts'
import * as vending from './repositories/vending.ts'
import * as rights from './repositories/rights.ts'
import * as sales from './repositories/sales.ts'
import * as shifts from './repositories/shifts.ts'

export interface TransactionParts {
  readonly db: WriteHandle
  readonly vault: Vault
  readonly clock: ClockPort
  /** Where its first entry goes. */
  readonly end: ChainEnd
}

type Arguments<Method extends keyof LaneTransaction> = Parameters<LaneTransaction[Method]>

/** What the work of one commit may write; every call throws once that work is over. */
export class OneTransaction implements LaneTransaction {
  readonly staged: StagedEntry[] = []
  /** Something was destroyed that the write-ahead log must not keep either. */
  erased = false
  readonly #parts: TransactionParts
  #over = false

  constructor(parts: TransactionParts) {
    this.#parts = parts
  }

  over(): void {
    this.#over = true
  }

  get #open(): TransactionParts {
    if (this.#over) throw new Error('The transaction has ended')
    return this.#parts
  }

  append(aggregate: Aggregate, event: LaneEvent): Position {
    const { clock, end } = this.#open
    this.staged.push({ aggregate, event, at: clock.moment() })
    return { epoch: end.epoch, seq: end.nextSeq + this.staged.length - 1 }
  }

  putOpenSale(sale: Arguments<'putOpenSale'>[0]): void {
    sales.putOpenSale(this.#open.db, sale)
  }

  putLockOut(state: Arguments<'putLockOut'>[0]): void {
    lockOut.putLockOut(this.#open.db, state)
  }

  putAttempt(record: Arguments<'putAttempt'>[0]): void {
    sales.putAttempt(this.#open.db, record)
  }

  putPrintJob(record: Arguments<'putPrintJob'>[0]): void {
    sales.putPrintJob(this.#open.db, record)
  }

  putSubject(record: Arguments<'putSubject'>[0]): void {
    const { db, vault } = this.#open
    people.putSubject(db, vault, record)
  }

  putReference(row: Arguments<'putReference'>[0]): void {
    const { db, vault } = this.#open
    references.putReference(db, vault.faceKeys(), row)
  }

  deleteSubject(subjectKey: Arguments<'deleteSubject'>[0]): number {
    const { db } = this.#open
    this.erased = true
    return people.deleteSubject(db, subjectKey)
  }

  noteUse(subjectKey: Arguments<'noteUse'>[0], atMs: Arguments<'noteUse'>[1]): void {
    rights.noteUse(this.#open.db, subjectKey, atMs)
  }

  sealPersonal(
    subjectKey: Arguments<'sealPersonal'>[0],
    personal: Arguments<'sealPersonal'>[1],
  ): { subjectKey: string; box: string } {
    const { db, vault } = this.#open
    return { subjectKey, box: people.sealPersonal(db, vault, subjectKey, personal) }
  }

  replaceCatalogue(
    items: Arguments<'replaceCatalogue'>[0],
    sourceSha256: Arguments<'replaceCatalogue'>[1],
  ): void {
    catalogue.replaceCatalogue(this.#open.db, items, sourceSha256)
  }

  putAllowance(allowance: Arguments<'putAllowance'>[0], snapshot: Arguments<'putAllowance'>[1]): void {
    feed.putAllowance(this.#open.db, allowance, snapshot)
  }

  putFaceTender(tender: Arguments<'putFaceTender'>[0], snapshot: Arguments<'putFaceTender'>[1]): void {
    feed.putFaceTender(this.#open.db, tender, snapshot)
  }

  putFeedPlace(place: Arguments<'putFeedPlace'>[0]): void {
    feed.putFeedPlace(this.#open.db, place)
  }

  putReturn(record: Arguments<'putReturn'>[0]): void {
    returns.putReturn(this.#open.db, record)
  }

  putVendJob(record: Arguments<'putVendJob'>[0]): void {
    vending.putVendJob(this.#open.db, record)
  }

  putShift(record: Arguments<'putShift'>[0]): void {
    shifts.putShift(this.#open.db, record)
  }

  putFiscalRow(row: Arguments<'putFiscalRow'>[0]): void {
    fiscal.putFiscalRow(this.#open.db, row)
  }

  dropFiscalRow(recordKey: Arguments<'dropFiscalRow'>[0]): void {
    fiscal.dropFiscalRow(this.#open.db, recordKey)
  }

  dropSignedFiscalRows(beforeMs: Arguments<'dropSignedFiscalRows'>[0]): void {
    fiscal.dropSignedFiscalRows(this.#open.db, beforeMs)
  }

  nextSealOrder(): number {
    return fiscal.readNextSealOrder(this.#open.db)
  }

  putCardCall(row: Arguments<'putCardCall'>[0]): void {
    cards.putCardCall(this.#open.db, row)
  }

  dropSettledCardCalls(beforeMs: Arguments<'dropSettledCardCalls'>[0]): void {
    cards.dropSettledCardCalls(this.#open.db, beforeMs)
  }
}
