import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import type { Dice } from '../../chaos/schedule/dice.ts'

/**
 * What a disk was told to write, and when it was told to flush: the log of QEMU's `blklogwrites`, in the format of Linux'
 * dm-log-writes (Documentation/admin-guide/device-mapper/log-writes.rst; struct log_write_super and log_write_entry in
 * drivers/md/dm-log-writes.c). Sectors of 512 bytes; all numbers little-endian.
 */
export interface LoggedWrite {
  /** On the disk, bytes. */
  readonly at: number
  readonly bytes: number
  /** In the log, bytes; null for a discard, which has no data. */
  readonly dataAt: number | null
}
export interface WriteLog {
  /** Promised to be there after a power cut. */
  readonly flushed: readonly LoggedWrite[]
  /** Of these a disk with a cache may have kept any part. */
  readonly unflushed: readonly LoggedWrite[]
}

const magic = 0x6a736677736872n
const sector = 512
const flagFlush = 1n
const flagDiscard = 4n
/** A disk writes a physical sector whole or not at all. */
const atom = 4_096

export async function readWriteLog(file: string): Promise<WriteLog> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const head = await bytesAt(handle, 0, 24)
    // The head is written with the first flush.
    const named = head.readBigUInt64LE(0)
    if (named !== magic && named !== 0n)
      throw new Error(`${file} is no log of writes: has QEMU a blklogwrites driver?`)
    const flushed: LoggedWrite[] = []
    let unflushed: LoggedWrite[] = []
    for (let at = sector; at + sector <= size; at += sector) {
      const entry = await bytesAt(handle, at, 32)
      const flags = entry.readBigUInt64LE(16)
      const bytes = Number(entry.readBigUInt64LE(8)) * sector
      if ((flags & flagFlush) !== 0n) {
        flushed.push(...unflushed)
        unflushed = []
      }
      if (bytes === 0) continue
      const isDiscard = (flags & flagDiscard) !== 0n
      const dataAt = isDiscard ? null : at + sector
      // The last one may not have come into the log as a whole.
      if (dataAt !== null && dataAt + bytes > size) break
      unflushed.push({ at: Number(entry.readBigUInt64LE(0)) * sector, bytes, dataAt })
      if (dataAt !== null) at += bytes
    }
    return { flushed, unflushed }
  } finally {
    await handle.close()
  }
}

/**
 * Brings the disk to a state that a power cut may leave: everything that was flushed, and of the rest whatever chance
 * keeps, physical sector by physical sector. Returns how many sectors were lost.
 */
export async function replayWrites(
  disk: string,
  logFile: string,
  chance: Dice,
): Promise<{ readonly lostSectors: number }> {
  const { flushed, unflushed } = await readWriteLog(logFile)
  const [target, log] = await Promise.all([open(disk, 'r+'), open(logFile, 'r')])
  let lostSectors = 0
  const write = async ({ at, bytes, dataAt }: LoggedWrite, offset: number): Promise<void> => {
    const data = dataAt === null ? Buffer.alloc(bytes) : await bytesAt(log, dataAt + offset, bytes)
    await target.write(data, 0, bytes, at + offset)
  }
  try {
    for (const one of flushed) await write(one, 0)
    for (const one of unflushed) {
      for (let offset = 0; offset < one.bytes; offset += atom) {
        const bytes = Math.min(atom, one.bytes - offset)
        if (chance.chance(0.5)) await write({ ...one, bytes }, offset)
        else lostSectors += 1
      }
    }
  } finally {
    await Promise.all([target.close(), log.close()])
  }
  return { lostSectors }
}

async function bytesAt(handle: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const { buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, at)
  return buffer
}
