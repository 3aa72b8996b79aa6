import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore, quickFolder } from './fixtures.ts'

const seller = path.join(import.meta.dirname, 'seller.ts')
const SALES = 3

function canInject(): boolean {
  try {
    execFileSync('strace', ['-f', '-e', 'inject=pwrite64:error=ENOSPC:when=1', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

interface Faults {
  /** One system call fails, or all from this one on. */
  readonly fault: string
  readonly dataDir: string
}

/** What the seller said while the kernel, to its eyes, answered so. Only writes into the lane's database are touched. */
function sellUnder({ fault, dataDir }: Faults): string[] {
  const files = ['lane.sqlite', 'lane.sqlite-wal'].flatMap((name) => ['-P', path.join(dataDir, name)])
  const args = ['-f', '-qq', '-o', '/dev/null', ...files, '-e', `inject=${fault}`]
  return execFileSync('strace', [...args, process.execPath, seller, dataDir, String(SALES)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .split('\n')
    .filter((line) => line !== '')
}

/** How many writes of this kind three purchases make, the opening of the folder included. */
function countWrites(call: string): number {
  const dataDir = quickFolder()
  openStore(dataDir).store.close()
  const report = path.join(dataDir, 'calls.txt')
  const files = ['lane.sqlite', 'lane.sqlite-wal'].flatMap((name) => ['-P', path.join(dataDir, name)])
  execFileSync(
    'strace',
    [
      '-f',
      '-qq',
      ...files,
      '-e',
      `trace=${call}`,
      '-c',
      '-o',
      report,
      process.execPath,
      seller,
      dataDir,
      String(SALES),
    ],
    { stdio: 'ignore' },
  )
  // Columns: % time, seconds, usecs/call, calls, [errors], syscall.
  const rows = readFileSync(report, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  return Number(rows.find((columns) => columns.at(-1) === call)?.[3] ?? 0)
}

/** Whatever was told as sold is there, the chain holds, and the lane sells again. */
async function expectSound(dataDir: string, said: readonly string[]): Promise<void> {
  const lastSold = Math.max(-1, ...said.flatMap((line) => /^sold (\d+)$/.exec(line)?.[1] ?? []).map(Number))
  const { store, epochBeginning } = openStore(dataDir)
  expect(epochBeginning).toBeNull()
  expect(store.journal.head()?.seq ?? -1).toBeGreaterThanOrEqual(lastSold)
  expect(await store.verify({ from: 'genesis' })).toMatchObject({ ok: true })
  store.close()
  expect(said.filter((line) => line.startsWith('failed ') && !knownFailures.includes(line.slice(7)))).toEqual(
    [],
  )
}

const knownFailures = ['store.diskFull', 'store.ioError', 'store.readOnly']
const injectable = canInject()
const where = injectable ? '' : ' (not tried here: strace is missing or may not trace)'

describe(`a purchase on a disk that fails at one of its writes${where}`, () => {
  const cases = [
    ['is full', 'pwrite64:error=ENOSPC', 'pwrite64', 'store.diskFull'],
    ['has a write error', 'pwrite64:error=EIO', 'pwrite64', 'store.ioError'],
    ['does not sync', 'fsync:error=EIO', 'fsync', 'store.ioError'],
  ] as const
  for (const [what, fault, call, code] of cases) {
    it(
      `loses nothing it had told as sold and sells on when the disk ${what}, at whichever write`,
      { timeout: 240_000 },
      async () => {
        expect(injectable).toBe(canInject())
        if (!injectable) return
        const writes = countWrites(call)
        expect(writes).toBeGreaterThan(10)
        const codes = new Set<string>()
        // Every write of a short run would take minutes; nine spread over all of them meet each kind of page.
        const step = Math.max(1, Math.floor(writes / 9))
        for (let when = 1; when <= writes; when += step) {
          const dataDir = quickFolder()
          openStore(dataDir).store.close()
          const said = sellUnder({ fault: `${fault}:when=${when}`, dataDir })
          for (const line of said) if (line.startsWith('failed ')) codes.add(line.slice(7))
          // One fault, early on: the purchases after it find the disk well again.
          if (said[0] === 'ready' && when < writes / 3) expect(said.at(-1)).toMatch(/^sold /)
          await expectSound(dataDir, said)
        }
        expect([...codes]).toContain(code)
      },
    )
  }
})
