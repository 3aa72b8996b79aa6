import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore, random, temporaryFolder } from './fixtures.ts'

const ROUNDS = 20

interface Acknowledged {
  readonly epoch: string
  readonly seq: number
  readonly attemptKey: string
}

/** Lets a child commit and kills it in the middle of whatever it is doing, after 1 to 30 acknowledged commits. */
async function commitUntilKilled(dataDir: string): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'committer.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const killAfter = 1 + Math.floor(random.unit() * 30)
  const ended = once(child, 'close')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.split('\n').length > killAfter) child.kill('SIGKILL')
  })
  await ended
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [epoch = '', seq = '', attemptKey = ''] = line.split(' ')
      return { epoch, seq: Number(seq), attemptKey }
    })
}

describe('a lane process killed while it commits', () => {
  it(`has after each of ${ROUNDS} kills every commit it had acknowledged, in a chain without a gap`, async () => {
    const dataDir = temporaryFolder()
    const acknowledged: Acknowledged[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      acknowledged.push(...(await commitUntilKilled(dataDir)))
      const { store, epochBeginning } = openStore(dataDir)
      const last = acknowledged.at(-1)
      expect(epochBeginning).toBeNull()
      expect(store.journal.epoch).toBe(last?.epoch)
      // One commit may be on disk whose line was not written yet; it carries at most three entries.
      const head = store.journal.head()?.seq ?? -1
      expect(head).toBeGreaterThanOrEqual(last?.seq ?? 0)
      expect(head).toBeLessThanOrEqual((last?.seq ?? 0) + 3)
      for (const { attemptKey } of acknowledged)
        expect(store.attempt(attemptKey)?.attemptKey).toBe(attemptKey)
      expect(await store.verify({ from: 'genesis' })).toMatchObject({ ok: true, entries: head + 1 })
      store.close()
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS)
  })
})
