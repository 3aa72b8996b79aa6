import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../../src-main/contract/failure.ts'
import { type Entry, entrySchema } from './entries.ts'

/** The simulator's log: NDJSON, one line an effect. What `append` returned from has reached the disk. */
export interface LogFile {
  readonly path: string
  /** What stood in it when it was opened, oldest first. */
  readonly entries: readonly Entry[]
  /** All of it or, when it throws, nothing. */
  append(entries: readonly Entry[]): void
  close(): void
}

/**
 * Opens the log and drops a last line without its end: a kill in the middle of a write. Its effect was answered to
 * nobody, for nothing is answered before its line is on the disk. Throws `Failure` `simulator.log` for any other line that
 * cannot be read.
 */
export function openLog(file: string): LogFile {
  mkdirSync(path.dirname(file), { recursive: true })
  const descriptor = openSync(file, 'a+')
  const bytes = readFileSync(file)
  const end = bytes.lastIndexOf('\n') + 1
  if (end < bytes.length) {
    ftruncateSync(descriptor, end)
    fsyncSync(descriptor)
  }
  let size = end
  const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1)
  const entries = lines.map((line, index) => parse(line, index + 1, file))
  return {
    path: file,
    entries,
    append(added) {
      if (added.length === 0) return
      const text = Buffer.from(added.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
      try {
        for (let written = 0; written < text.length;) written += writeSync(descriptor, text, written)
        fsyncSync(descriptor)
      } catch (thrown) {
        // A part of a line on a full disk: the next one must not stand behind it.
        ftruncateSync(descriptor, size)
        throw thrown
      }
      size += text.length
    },
    close: () => closeSync(descriptor),
  }
}

function parse(line: string, number: number, file: string): Entry {
  try {
    return entrySchema.parse(JSON.parse(line))
  } catch {
    throw new Failure({
      code: 'simulator.log',
      attempted: `read ${file}`,
      remedy: 'staff',
      message: `Line ${number} of ${file} is not the simulator's. Name another file with --log, or move this one away.`,
    })
  }
}
