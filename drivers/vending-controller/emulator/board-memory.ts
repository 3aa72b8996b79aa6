import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { BoardOutcome } from '../motor-board/messages.ts'

export type Remembered =
  | { readonly state: 'running' }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'ended'; readonly outcome: BoardOutcome }

/** What the board keeps without power: jobs by key, oldest first. */
export interface BoardMemory {
  find(key: string): Remembered | null
  /** On the disk, where there is one, before it returns. */
  write(key: string, what: Remembered): void
  /** Jobs that were running when the power went become `interrupted`. */
  start(): void
}

/** `file`: appended and fsynced, so that it outlives the emulator's process; null: it outlives its power only. */
export function openBoardMemory(file: string | null): BoardMemory {
  const jobs = new Map<string, Remembered>(file === null ? [] : read(file))
  const write = (key: string, what: Remembered): void => {
    jobs.set(key, what)
    if (file !== null) append(file, JSON.stringify([key, what]))
  }
  return {
    find: (key) => jobs.get(key) ?? null,
    write,
    start() {
      for (const [key, { state }] of [...jobs]) {
        if (state === 'running') write(key, { state: 'ended', outcome: 'interrupted' })
      }
    },
  }
}

function read(file: string): [string, Remembered][] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    // The last line is empty, or was being written when the process died.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as [string, Remembered])
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return []
    throw thrown
  }
}

export function append(file: string, line: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const handle = openSync(file, 'a')
  try {
    writeSync(handle, `${line}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
