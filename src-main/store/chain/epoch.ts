import { statSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { laneEventSchema, type LaneEventOf } from '../../contract/events.ts'
import { keySchema, type Key } from '../../contract/values.ts'
import { databaseFile } from '../database.ts'
import { readIfThere, writeDurably } from '../durable-file.ts'
import type { ReadHandle, WriteHandle } from '../handles.ts'
import { readGenesis, readLastEntry } from '../repositories/journal.ts'
import { putMeta, readMeta } from '../repositories/meta.ts'

/** Why an epoch begins; an epoch that goes on has none. */
export type EpochBeginning = 'first' | 'restored' | 'copied' | 'keyLost' | 'renamed'

/**
 * Stands beside the database and remembers what the database remembers too. `openings` counts the starts: a database
 * that knows fewer came back from a backup. The inode tells a copied folder from the one it was copied from.
 */
const markerSchema = z.object({
  instanceKey: keySchema,
  openings: z.number().int(),
  databaseInode: z.string(),
})
type Marker = z.infer<typeof markerSchema>

export interface Identity {
  readonly laneId: string
  readonly publicKey: string
}

/** What the last entry and the marker say about this folder: null when the current epoch simply goes on. */
export function whyNewEpoch(db: ReadHandle, dataDir: string, identity: Identity): EpochBeginning | null {
  const last = readLastEntry(db)
  if (last === null) return 'first'
  const marker = readMarker(dataDir)
  const openings = Number(readMeta(db, 'openings') ?? '0')
  if (marker === null || marker.instanceKey !== readMeta(db, 'instanceKey')) return 'restored'
  if (openings < marker.openings) return 'restored'
  if (marker.databaseInode !== inodeOf(dataDir)) return 'copied'
  if (last.header.laneId !== identity.laneId) return 'renamed'
  return genesisOf(db, last.header.epoch)?.publicKey === identity.publicKey ? null : 'keyLost'
}

/**
 * Counts this start in the database, inside the caller's transaction, and returns what must be written beside it once
 * that has committed. In this order a crash between the two leaves the database ahead, which is no restore.
 */
export function countOpening(db: WriteHandle, newInstanceKey: Key | null): Omit<Marker, 'databaseInode'> {
  const openings = Number(readMeta(db, 'openings') ?? '0') + 1
  const instanceKey = newInstanceKey ?? keySchema.parse(readMeta(db, 'instanceKey'))
  putMeta(db, 'openings', String(openings))
  putMeta(db, 'instanceKey', instanceKey)
  return { instanceKey, openings }
}

export function writeMarker(dataDir: string, marker: Omit<Marker, 'databaseInode'>): void {
  const whole: Marker = { ...marker, databaseInode: inodeOf(dataDir) }
  writeDurably(markerFile(dataDir), `${JSON.stringify(whole)}\n`)
}

/** The genesis of an epoch as its payload says, unverified; null when the entry is missing or no genesis. */
export function genesisOf(db: ReadHandle, epoch: Key): LaneEventOf<'journal.genesis'> | null {
  const row = readGenesis(db, epoch)
  return row === null ? null : parseGenesis(row.payload)
}

export function parseGenesis(payload: Buffer): LaneEventOf<'journal.genesis'> | null {
  try {
    const event = laneEventSchema.parse(JSON.parse(payload.toString()))
    return event.type === 'journal.genesis' ? event : null
  } catch {
    return null
  }
}

function readMarker(dataDir: string): Marker | null {
  const bytes = readIfThere(markerFile(dataDir))
  if (bytes === null) return null
  try {
    return markerSchema.parse(JSON.parse(bytes.toString()))
  } catch {
    return null
  }
}

function markerFile(dataDir: string): string {
  return path.join(dataDir, 'instance.json')
}

function inodeOf(dataDir: string): string {
  return String(statSync(databaseFile(dataDir), { bigint: true }).ino)
}
