import { open, type FileHandle } from 'node:fs/promises'

/** A log that stands outside the product: one JSON line a fact, on the disk before the fact is acted on. */
export interface Evidence {
  /** Settles when the line is on the disk. */
  note(fact: Readonly<Record<string, unknown>>): Promise<void>
  close(): Promise<void>
}

export async function openEvidence(file: string): Promise<Evidence> {
  const handle = await open(file, 'a', 0o600)
  const writer = createGroupWriter(handle)
  return {
    note: (fact) => writer.write(`${JSON.stringify({ atMs: Date.now(), ...fact })}\n`),
    async close() {
      await writer.idle()
      await handle.close()
    },
  }
}

/** Lines that come while the disk is busy go down together: each still waits until it is there. */
function createGroupWriter(handle: FileHandle) {
  let waiting: { readonly line: string; readonly done: () => void; readonly failed: (e: unknown) => void }[] =
    []
  let running: Promise<void> | null = null
  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await handle.appendFile(batch.map(({ line }) => line).join(''))
        await handle.datasync()
        for (const { done } of batch) done()
      } catch (thrown) {
        for (const { failed } of batch) failed(thrown)
      }
    }
    running = null
  }
  return {
    write(line: string): Promise<void> {
      return new Promise((done, failed) => {
        waiting.push({ line, done, failed })
        running ??= drain()
      })
    },
    async idle(): Promise<void> {
      await running
    },
  }
}
