import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

/** Replaces `file` so that after a power cut it holds the old bytes or the new ones, never a part. Mode 0600. */
export function writeDurably(file: string, bytes: Uint8Array | string): void {
  const temporary = `${file}.new`
  const descriptor = openSync(temporary, 'w', 0o600)
  try {
    const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    for (let offset = 0; offset < data.length;) offset += writeSync(descriptor, data, offset)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(temporary, file)
  syncFolder(path.dirname(file))
}

/** Makes the names in a folder durable: a new file is lost with the power until its folder is synced. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/** The bytes of `file`, or null when there is none; every other trouble throws. */
export function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch (thrown) {
    if (isMissing(thrown)) return null
    throw thrown
  }
}

/**
 * `writeDurably` for a secret in place of another: the old bytes are overwritten once the new ones are safe. Flash and
 * copying file systems may keep the old blocks all the same.
 */
export function replaceAndWipe(file: string, bytes: Uint8Array): void {
  const old = openIfThere(file)
  try {
    writeDurably(file, bytes)
    if (old !== null) wipe(old)
  } finally {
    if (old !== null) closeSync(old)
  }
}

/** Overwrites and removes a file, if it is there; durable when it returns. */
export function destroyFile(file: string): void {
  const descriptor = openIfThere(file)
  if (descriptor === null) return
  try {
    wipe(descriptor)
  } finally {
    closeSync(descriptor)
  }
  unlinkSync(file)
  syncFolder(path.dirname(file))
}

function wipe(descriptor: number): void {
  writeSync(descriptor, Buffer.alloc(fstatSync(descriptor).size), 0, undefined, 0)
  fsyncSync(descriptor)
}

function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r+')
  } catch (thrown) {
    if (isMissing(thrown)) return null
    throw thrown
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
}
