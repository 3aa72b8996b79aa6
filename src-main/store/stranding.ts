import { laneEventSchema } from '../contract/events.ts'
import { Failure } from '../contract/failure.ts'
import type { ReadHandle } from './handles.ts'
import { schemaVersion } from './migrations/index.ts'
import { readAckedOrd, readEntriesAfter, type JournalRow } from './repositories/journal.ts'

/** Entries that the hub does not have yet and that nobody could bring to it any more. */
export interface Stranding {
  readonly why: 'otherLane' | 'unreadable'
  readonly entries: number
  /** The lane that wrote them. */
  readonly laneId: string
}

/**
 * What of the journal would be stranded if this version, running as `laneId`, took the folder over: entries of another
 * lane, because a lane sends only its own, and entries that this version cannot read. Null when all is well. `laneId`
 * null asks only for the second. Entries about the lane itself, which carry no money and no person, do not count.
 */
export function strandingOf(db: ReadHandle, laneId: string | null): Stranding | null {
  if (schemaVersion(db) === 0) return null
  let stranded: Stranding | null = null
  for (const row of readEntriesAfter(db, readAckedOrd(db))) {
    if (isHousekeeping(row)) continue
    const { laneId: writer } = row.header
    const why = laneId !== null && writer !== laneId ? 'otherLane' : isReadable(row) ? null : 'unreadable'
    if (why !== null) stranded ??= { why, entries: 0, laneId: writer }
    if (why !== null && stranded !== null) stranded = { ...stranded, entries: stranded.entries + 1 }
  }
  return stranded
}

export function strandingMessage({ why, entries, laneId }: Stranding): string {
  switch (why) {
    case 'otherLane':
      return `${entries} entries of ${laneId} are not at the hub yet, and another lane cannot send them. Start this folder as ${laneId} until "facelane queue status" shows none waiting, or bring them over with "facelane queue export" and "queue import" and give this lane a new data folder.`
    case 'unreadable':
      return `${entries} entries of ${laneId} are not at the hub yet, and this version cannot read them. Start the version that wrote them until "facelane queue status" shows none waiting, then upgrade.`
  }
}

/** Throws `queue.upgradeWouldStrand`; nothing was changed. */
export function assertNothingStranded(db: ReadHandle, laneId: string | null): void {
  const stranding = strandingOf(db, laneId)
  if (stranding === null) return
  throw new Failure({
    code: 'queue.upgradeWouldStrand',
    attempted: 'take over a data folder whose journal is not drained',
    remedy: 'staff',
    nativeCode: `${stranding.why} ${stranding.entries}`,
    message: strandingMessage(stranding),
  })
}

function isHousekeeping({ header }: JournalRow): boolean {
  return ['journal', 'lane', 'catalogue'].includes(header.aggregate.kind)
}

function isReadable({ header, payload }: JournalRow): boolean {
  try {
    const event = laneEventSchema.safeParse(JSON.parse(payload.toString()))
    return header.formatVersion === 1 && event.success && event.data.type === header.type
  } catch {
    return false
  }
}
