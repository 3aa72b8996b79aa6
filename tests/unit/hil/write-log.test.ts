import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dice } from '../../chaos/schedule/dice.ts'
import { readWriteLog, replayWrites } from '../../hil/machine/writeLog.ts'

const sector = 512
const page = 4_096
const flush = 1n
const discard = 4n

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-write-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** An entry as dm-log-writes lays it down: place and length in sectors, flags, then the data. */
function entry(at: number, data: Buffer, flags = 0n, bytes = data.length): Buffer {
  const head = Buffer.alloc(sector)
  head.writeBigUInt64LE(BigInt(at / sector), 0)
  head.writeBigUInt64LE(BigInt(bytes / sector), 8)
  head.writeBigUInt64LE(flags, 16)
  return Buffer.concat([head, data])
}

function logOf(...entries: readonly Buffer[]): string {
  const head = Buffer.alloc(sector)
  head.writeBigUInt64LE(0x6a736677736872n, 0)
  head.writeBigUInt64LE(1n, 8)
  head.writeBigUInt64LE(BigInt(entries.length), 16)
  const file = path.join(folder, 'log')
  writeFileSync(file, Buffer.concat([head, ...entries]))
  return file
}

const full = (byte: number, bytes = page): Buffer => Buffer.alloc(bytes, byte)
const flushed = entry(0, Buffer.alloc(0), flush)

describe('the disk after a power cut', () => {
  it('keeps what was written before the last flush, and of the rest whole physical sectors as chance has it', async () => {
    const disk = path.join(folder, 'disk')
    writeFileSync(disk, Buffer.alloc(64 * page))
    const log = logOf(entry(0, full(1)), entry(page, full(2)), flushed, entry(2 * page, full(3, 60 * page)))
    const { lostSectors } = await replayWrites(disk, log, dice('seed', 'cut'))
    const after = readFileSync(disk)
    expect(after.subarray(0, page)).toEqual(full(1))
    expect(after.subarray(page, 2 * page)).toEqual(full(2))
    const rest = Array.from({ length: 60 }, (_, at) => after.subarray((2 + at) * page, (3 + at) * page))
    const kept = rest.filter((one) => one.equals(full(3))).length
    const lost = rest.filter((one) => one.equals(full(0))).length
    expect(kept + lost).toBe(60)
    expect(lost).toBe(lostSectors)
    expect(kept).toBeGreaterThan(10)
    expect(lost).toBeGreaterThan(10)
  })

  it('is the same for the same seed', async () => {
    const log = logOf(flushed, entry(0, full(7, 40 * page)))
    const disks = ['one', 'two'].map((name) => path.join(folder, name))
    for (const disk of disks) {
      writeFileSync(disk, Buffer.alloc(40 * page))
      await replayWrites(disk, log, dice('seed', 'cut'))
    }
    const [one, two] = disks.map((disk) => readFileSync(disk))
    expect(one).toEqual(two)
  })

  it('keeps the later of two flushed writes to one place', async () => {
    const disk = path.join(folder, 'disk')
    writeFileSync(disk, Buffer.alloc(page))
    await replayWrites(disk, logOf(entry(0, full(1)), entry(0, full(2)), flushed), dice('seed', 'cut'))
    expect(readFileSync(disk)).toEqual(full(2))
  })
})

describe('a log of writes', () => {
  it('tells what a flush has made certain from what came after it', async () => {
    const log = await readWriteLog(logOf(entry(0, full(1)), flushed, entry(page, full(2))))
    expect(log.flushed.map(({ at }) => at)).toEqual([0])
    expect(log.unflushed.map(({ at }) => at)).toEqual([page])
  })

  it('takes a discard for zeros without data of its own', async () => {
    const log = await readWriteLog(
      logOf(entry(page, Buffer.alloc(0), discard, page), entry(0, full(1)), flushed),
    )
    expect(log.flushed).toMatchObject([
      { at: page, bytes: page, dataAt: null },
      { at: 0, bytes: page },
    ])
  })

  it('leaves out a last write that came into the log in part', async () => {
    const file = logOf(entry(0, full(1)), flushed, entry(page, full(2)).subarray(0, sector + 100))
    const { flushed: certain, unflushed } = await readWriteLog(file)
    expect(certain).toHaveLength(1)
    expect(unflushed).toHaveLength(0)
  })

  it('has no head before the first flush', async () => {
    const file = logOf(entry(0, full(1)))
    writeFileSync(file, readFileSync(file).fill(0, 0, sector))
    const { flushed: certain, unflushed } = await readWriteLog(file)
    expect(certain).toHaveLength(0)
    expect(unflushed).toHaveLength(1)
    writeFileSync(file, '')
    expect(await readWriteLog(file)).toEqual({ flushed: [], unflushed: [] })
  })

  it('is refused when it is none', async () => {
    const file = path.join(folder, 'log')
    writeFileSync(file, full(1))
    await expect(readWriteLog(file)).rejects.toThrow('no log of writes')
  })
})
