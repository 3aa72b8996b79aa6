import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** What a test has to put back, in the order of its making. */
export interface CleanUps {
  add(cleanUp: () => unknown): void
  folder(): string
  run(): Promise<void>
}

export function cleanUps(): CleanUps {
  const due: (() => unknown)[] = []
  return {
    add: (cleanUp) => void due.push(cleanUp),
    folder() {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-system-'))
      due.push(() => {
        rmSync(folder, { recursive: true, force: true })
      })
      return folder
    },
    async run() {
      for (const cleanUp of due.splice(0).reverse()) await cleanUp()
    },
  }
}
