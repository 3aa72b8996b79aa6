import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'

export interface RotatingFileOptions {
  /** The newest file; older ones are `….1`, `….2` and so on. Its folder is made when it is missing. */
  readonly file: string
  /** A line that would make the file longer begins a new one. */
  readonly maxBytes: number
  /** How many older files stay. */
  readonly keep: number
}

export interface RotatingFile {
  write(line: string): void
  /** Lines that a full or broken disk swallowed. Logging never stops the till. */
  droppedLines(): number
  close(): void
}

export function openRotatingFile({ file, maxBytes, keep }: RotatingFileOptions): RotatingFile {
  let descriptor: number | null = null
  let length = 0
  let dropped = 0

  const open = (): number => {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    const opened = openSync(file, 'a', 0o600)
    length = fstatSync(opened).size
    return opened
  }
  const close = (): void => {
    if (descriptor !== null) closeSync(descriptor)
    descriptor = null
  }
  const rotate = (): void => {
    close()
    rmSync(`${file}.${keep}`, { force: true })
    for (let age = keep - 1; age >= 1; age -= 1) moveIfThere(`${file}.${age}`, `${file}.${age + 1}`)
    moveIfThere(file, `${file}.1`)
  }
  const append = (line: Buffer): void => {
    descriptor ??= open()
    if (length > 0 && length + line.length > maxBytes) {
      rotate()
      descriptor = open()
    }
    length += writeSync(descriptor, line)
  }
  return {
    write(line) {
      try {
        append(Buffer.from(line))
      } catch {
        dropped += 1
      }
    },
    droppedLines: () => dropped,
    close,
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown
  }
}
