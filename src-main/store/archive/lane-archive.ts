import type { Position } from '../../contract/journal.ts'
import type { ReadHandle, WriteHandle } from '../handles.ts'
import { putBackedUpOrd, readArchivedUpTo, readBackedUpOrd, readHorizon } from '../repositories/archive.ts'
import { readAckedOrd, readOrd } from '../repositories/journal.ts'

/** What of the acknowledged entries is still here; all of it can be sent again (`journal.rewind`). */
export interface LaneArchive {
  /**
   * The hub reports everything up to here as backed up: with that, and after 35 days, it may be dropped. Idempotent; a
   * position that is not here, not acknowledged or already known changes nothing.
   */
  backedUp(position: Position): void
  facts(): ArchiveFacts
}

export interface ArchiveFacts {
  /** Entries that were moved out of the journal and are still here. */
  readonly archived: number
  /** Entries that were dropped, because they are old and backed up. */
  readonly dropped: number
}

export interface LaneArchiveParts {
  readonly db: ReadHandle
  readonly write: (work: (db: WriteHandle) => void) => void
}

export function createLaneArchive({ db, write }: LaneArchiveParts): LaneArchive {
  return {
    backedUp(position) {
      const ord = readOrd(db, position)
      if (ord === null || ord > readAckedOrd(db) || ord <= readBackedUpOrd(db)) return
      write((writer) => {
        putBackedUpOrd(writer, ord)
      })
    },
    facts: () => archiveFacts(db),
  }
}

export function archiveFacts(db: ReadHandle): ArchiveFacts {
  const dropped = readHorizon(db)?.ord ?? 0
  return { archived: readArchivedUpTo(db) - dropped, dropped }
}
