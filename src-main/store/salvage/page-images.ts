/**
 * Every image of a page that a dead database has: the file's pages, and those of its write-ahead log up to the last
 * commit. Needs no readable schema, index or checksum: what is found in the pages proves itself by its hash.
 * Source: "Database File Format" and "WAL-mode File Format", sqlite.org/fileformat2.html.
 */
export interface PageImages {
  /** Bytes of a page that hold content. */
  readonly usableSize: number
  /** Oldest first; `number` counts from 1. A page of the log comes again as often as it was written. */
  readonly all: readonly PageImage[]
  /** The newest image of a page; null when there is none. */
  newest(number: number): Buffer | null
}

export interface PageImage {
  readonly number: number
  readonly bytes: Buffer
}

const OUR_PAGE_SIZE = 4096
const FILE_MAGIC = 'SQLite format 3\0'
const LOG_MAGIC = 0x377f0682
const LOG_HEADER_LENGTH = 32
const FRAME_HEADER_LENGTH = 24

export function readPageImages(file: Buffer, log: Buffer): PageImages {
  const { pageSize, reserved } = readSizes(file, log)
  const all: PageImage[] = []
  for (let offset = 0; offset + pageSize <= file.length; offset += pageSize) {
    all.push({ number: offset / pageSize + 1, bytes: file.subarray(offset, offset + pageSize) })
  }
  all.push(...committedFrames(log, pageSize))
  const newest = new Map(all.map(({ number, bytes }) => [number, bytes]))
  return { usableSize: pageSize - reserved, all, newest: (number) => newest.get(number) ?? null }
}

function readSizes(file: Buffer, log: Buffer): { pageSize: number; reserved: number } {
  const isWhole = file.length >= 100 && file.toString('latin1', 0, 16) === FILE_MAGIC
  const fromFile = isWhole ? file.readUInt16BE(16) : 0
  const fromLog = hasLogHeader(log) ? log.readUInt32BE(8) : 0
  const pageSize = [fromFile === 1 ? 65_536 : fromFile, fromLog].find(isPageSize) ?? OUR_PAGE_SIZE
  return { pageSize, reserved: isWhole ? file.readUInt8(20) : 0 }
}

function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && Number.isInteger(Math.log2(size))
}

/** The lowest bit says which byte order its checksums have. */
function hasLogHeader(log: Buffer): boolean {
  return log.length >= LOG_HEADER_LENGTH && (log.readUInt32BE(0) & ~1) >>> 0 === LOG_MAGIC
}

/**
 * Frames of the present round of the log, damaged ones left out: a torn frame must not hide the commits behind it.
 * What follows the last commit was never promised to anybody.
 */
function committedFrames(log: Buffer, pageSize: number): PageImage[] {
  const frameLength = FRAME_HEADER_LENGTH + pageSize
  if (log.length < LOG_HEADER_LENGTH + frameLength) return []
  const salts = hasLogHeader(log) ? log.subarray(16, 24) : log.subarray(40, 48)
  const frames: PageImage[] = []
  let committed = 0
  for (let at = LOG_HEADER_LENGTH; at + frameLength <= log.length; at += frameLength) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) continue
    frames.push({
      number: log.readUInt32BE(at),
      bytes: log.subarray(at + FRAME_HEADER_LENGTH, at + frameLength),
    })
    const endsCommit = log.readUInt32BE(at + 4) !== 0
    if (endsCommit) committed = frames.length
  }
  return frames.slice(0, committed)
}
