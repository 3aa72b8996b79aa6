import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { Failure } from '../../contract/failure.ts'
import { paths } from '../paths.ts'

const readySchema = z.object({
  url: z.string(),
  publicUrl: z.string(),
  joinTokenFile: z.string(),
  operatorTokenFile: z.string(),
})
export type HubReady = z.infer<typeof readySchema>

export interface HubProcessOptions {
  readonly dataDir: string
  readonly host: string
  readonly port: number
  /** Payment providers outside the hub; null is its own money only. */
  readonly providersFile: string | null
  /** The hub's own lines: its log, and why it ended. */
  readonly onLine: (line: string) => void
}

/** The hub as a process of its own, as in a shop: it can be stopped under the lane's feet and started again. */
export interface HubProcess {
  running(): boolean
  /** Settles when it answers. Throws `Failure` `hub.didNotStart` with its last words. */
  start(): Promise<HubReady>
  /** Clean stop; settles when it is gone. */
  stop(): Promise<void>
}

const stopLimitMs = 15_000

export function createHubProcess(options: HubProcessOptions): HubProcess {
  const { dataDir, host, port, providersFile, onLine } = options
  let child: ChildProcess | null = null
  return {
    running: () => child !== null,
    async start() {
      if (child) throw new Error('The hub runs already')
      const where = ['--data', dataDir, '--host', host, '--port', String(port)]
      if (providersFile !== null) where.push('--providers', providersFile)
      // The pipe is its leash: a hub whose parent was killed ends by itself.
      const args = [...process.execArgv, paths.hubMain, ...where, '--json-ready', '--stop-with-stdin']
      const started = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
      child = started
      const lastWords: string[] = []
      const errors = createInterface({ input: started.stderr })
      errors.on('line', (line) => {
        lastWords.push(line)
        lastWords.splice(0, lastWords.length - 5)
        onLine(line)
      })
      started.once('exit', () => {
        if (child === started) child = null
      })
      const ready = await Promise.race([firstLine(started), once(started, 'close').then(() => null)])
      if (ready !== null) return readySchema.parse(JSON.parse(ready))
      throw new Failure({
        code: 'hub.didNotStart',
        attempted: 'start the hub',
        remedy: 'staff',
        message: `The hub did not start: ${lastWords.join(' ').trim() || 'it said nothing'}`,
      })
    },
    async stop() {
      const stopping = child
      if (!stopping) return
      const gone = once(stopping, 'exit')
      stopping.kill('SIGTERM')
      const limit = setTimeout(() => stopping.kill('SIGKILL'), stopLimitMs)
      await gone
      clearTimeout(limit)
    },
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The hub has no standard output')
  const lines = createInterface({ input: child.stdout })
  const [line] = (await once(lines, 'line')) as [string]
  return line
}
