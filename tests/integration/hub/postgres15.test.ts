import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { type OtherServer, startPostgres15, whyNoPostgres15 } from './debian-postgres.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const missing = whyNoPostgres15()
const where = missing === null ? '' : ` (not here: ${missing})`

/** The files whose hubs run on the server of the environment variable; the others are about the embedded one. */
const sameTests = ['journal', 'feed', 'quarantine', 'payments', 'ledger', 'migrations', 'members', 'deferred']
  .map((name) => `${name}.test.ts`)
  .filter((name) => readdirSync(import.meta.dirname).includes(name))
  .map((name) => path.join('tests/integration/hub', name))

describe.skipIf(missing !== null)(`a hub on Debian's PostgreSQL 15${where}`, () => {
  let server: OtherServer
  beforeAll(async () => {
    server = await startPostgres15()
  })
  afterAll(() => server.close())

  it('is on that server indeed', async () => {
    const client = new pg.Client({ connectionString: server.url('postgres') })
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    await client.end()
    expect(rows[0]?.server_version).toMatch(/^15\./)
  })

  it('passes the same tests with the same SQL', { timeout: 600_000 }, async () => {
    expect(sameTests.length).toBeGreaterThan(5)
    const { code, report } = await runTests(server.url('postgres'), sameTests)
    expect(report).toMatch(/\d+ passed/)
    expect(code, report).toBe(0)
  })
})

/** The same runner in a process of its own, with the server in its environment. */
async function runTests(
  databaseUrl: string,
  files: readonly string[],
): Promise<{ code: number | null; report: string }> {
  const runner = path.join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(
    process.execPath,
    [runner, 'run', '--project', 'integration', '--reporter', 'dot', ...files],
    {
      cwd: root,
      env: { ...process.env, FACELANE_TEST_DATABASE_URL: databaseUrl, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let report = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (report = (report + text).slice(-20_000)))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, report }
}
