import { laneEventSchema, type LaneEvent } from '../contract/events.ts'
import { Failure } from '../contract/failure.ts'
import type { DeletionProof, PersonalExport, StoredFace } from '../contract/rights.ts'
import type { Key } from '../contract/values.ts'
import { exportedConsent, templateNote } from '../domain/rights/export.ts'
import type { ReadHandle } from '../store/handles.ts'
import { newestVersion, schemaVersion } from '../store/migrations/index.ts'
import { genesisOf } from '../store/chain/epoch.ts'
import { toWireEntry, type JournalRow } from '../store/repositories/journal.ts'
import {
  readEntriesAboutSubject,
  readSubjectFacts,
  readSubjectsEverOfAccount,
} from '../store/repositories/rights.ts'

/** Whom an export or a deletion is about. */
export type Whom =
  | { readonly kind: 'account'; readonly accountId: Key }
  | { readonly kind: 'subject'; readonly subjectKey: Key }

interface Fact {
  readonly row: JournalRow
  readonly event: LaneEvent
}

/** Everybody this is about, deleted ones too, oldest first. Throws `rights.nobody`, `rights.oldData`. */
export function subjectsOf(db: ReadHandle, whom: Whom): readonly Key[] {
  if (schemaVersion(db) < newestVersion) throw oldData()
  const known =
    whom.kind === 'account'
      ? readSubjectsEverOfAccount(db, whom.accountId)
      : readEntriesAboutSubject(db, whom.subjectKey).length > 0
        ? [whom.subjectKey]
        : []
  if (known.length === 0) throw nobody()
  return known
}

/** What a lane keeps about a person, read from its database and journal. */
export function storedOnLane(db: ReadHandle, whom: Whom, nowMs: number): PersonalExport {
  const faces = subjectsOf(db, whom).map((subjectKey) => storedFace(db, subjectKey))
  const accountId = whom.kind === 'account' ? whom.accountId : accountOf(db, whom.subjectKey)
  return {
    kind: 'facelane.personalExport',
    formatVersion: 1,
    madeAtMs: nowMs,
    accountId,
    maskedName: null,
    maskedAccount: null,
    faces,
    templates: templateNote,
  }
}

function storedFace(db: ReadHandle, subjectKey: Key): StoredFace {
  const facts = factsAbout(db, subjectKey)
  const kept = readSubjectFacts(db, subjectKey)
  const find = <T extends LaneEvent['type']>(type: T) =>
    facts.findLast(
      (fact): fact is Fact & { event: Extract<LaneEvent, { type: T }> } => fact.event.type === type,
    )
  const consent = find('consent.given')
  const enrolled = find('face.enrolled')
  const deleted = find('face.deleted')
  return {
    laneId: facts[0]?.row.header.laneId ?? '',
    subjectKey,
    state: kept === null ? 'deleted' : 'kept',
    consent: consent === undefined ? null : exportedConsent(consent.event, atMs(consent)),
    enrolledAtMs: kept?.enrolledAtMs ?? (enrolled === undefined ? null : atMs(enrolled)),
    lastUsedAtMs: kept?.lastUsedAtMs ?? null,
    references: [...(kept?.references ?? [])],
    payments: facts.flatMap(({ row, event }) =>
      event.type === 'payment.attempted'
        ? [
            {
              atMs: row.header.at.atMs,
              saleId: event.saleId,
              amountMinor: event.amountMinor,
              currency: event.currency,
            },
          ]
        : [],
    ),
    deletion:
      deleted === undefined
        ? null
        : {
            askedAtMs: null,
            dueAtMs: null,
            deletedAtMs: atMs(deleted),
            reason: deleted.event.reason ?? null,
            receiptToken: deleted.event.receiptToken ?? null,
          },
  }
}

/** The receipt of a subject's deletion, signed by this lane; null while the face is kept. */
export function deletionProof(db: ReadHandle, subjectKey: Key): DeletionProof | null {
  const deleted = factsAbout(db, subjectKey).find(({ event }) => event.type === 'face.deleted')
  const genesis = deleted === undefined ? null : genesisOf(db, deleted.row.header.epoch)
  if (deleted === undefined || genesis === null) return null
  return {
    kind: 'facelane.deletionReceipt',
    formatVersion: 1,
    publicKey: genesis.publicKey,
    entry: toWireEntry(deleted.row),
  }
}

function factsAbout(db: ReadHandle, subjectKey: Key): readonly Fact[] {
  return readEntriesAboutSubject(db, subjectKey).map((row) => ({ row, event: eventOf(row) }))
}

function eventOf(row: JournalRow): LaneEvent {
  return laneEventSchema.parse(JSON.parse(row.payload.toString('utf8')))
}

function atMs({ row }: Fact): number {
  return row.header.at.atMs
}

function accountOf(db: ReadHandle, subjectKey: Key): Key {
  for (const { event } of factsAbout(db, subjectKey))
    if (event.type === 'face.enrolled') return event.accountId
  throw nobody()
}

function nobody(): Failure {
  return new Failure({
    code: 'rights.nobody',
    attempted: 'find a person in the data folder of a lane',
    remedy: 'staff',
    message:
      'Nobody with this key ever enrolled on this lane. Check the key: the account at the hub, the subject on a receipt.',
  })
}

function oldData(): Failure {
  return new Failure({
    code: 'rights.oldData',
    attempted: 'read the data folder of a lane',
    remedy: 'staff',
    message: 'This data folder was last used by an older version. Start the lane once, then ask again.',
  })
}
