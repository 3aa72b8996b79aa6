import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { HubAddress } from './lane.ts'

const hubMain = path.resolve(import.meta.dirname, '..', '..', '..', 'src-hub', 'main.ts')

export interface BenchHub extends HubAddress {
  stop(): Promise<void>
}

/** The hub as a shop runs it, a process of its own, on a PostgreSQL that somebody else may use too. */
export async function startHub(dataDir: string, databaseUrl: string): Promise<BenchHub> {
  const args = ['--data', dataDir, '--port', '0', '--database-url', databaseUrl, '--log-level', 'error']
  const child = spawn(process.execPath, [hubMain, ...args, '--json-ready', '--stop-with-stdin'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = JSON.parse(line) as HubAddress
    return {
      ...ready,
      async stop() {
        child.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error('The hub did not start')
}
