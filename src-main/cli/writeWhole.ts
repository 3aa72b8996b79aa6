import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { exportNotWritten } from '../journal/exporting.ts'

/**
 * Writes an export that only its owner may read. It has its name once all of it is on the disk, so that an export of
 * before is not lost to one that fails. Throws `queue.notWritten`, and what `write` throws.
 */
export async function writeWhole<T>(file: string, write: (to: Writable) => Promise<T>): Promise<T> {
  const part = `${file}.part`
  const to = createWriteStream(part, { mode: 0o600, flush: true })
  const closed = finished(to).catch((thrown: unknown) => {
    throw exportNotWritten(thrown)
  })
  try {
    await once(to, 'open').catch(() => closed)
    const result = await write(to)
    to.end()
    await closed
    await rename(part, file).catch((thrown: unknown) => {
      throw exportNotWritten(thrown)
    })
    return result
  } catch (thrown) {
    to.destroy()
    await closed.catch(() => undefined)
    await rm(part, { force: true })
    throw thrown
  }
}
