import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { planEnvironment, type HookPlan } from '../hooks/plan.ts'

export interface ChildOptions {
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
  readonly hooks: HookPlan
  readonly onErrorLine: (line: string) => void
}

/** One process of the campaign. Its stdin is its leash: it ends when the campaign ends. */
export interface Child {
  readonly pid: number
  /** The first line on stdout, as JSON. Rejects with the last words when it ends before. */
  readonly ready: Promise<unknown>
  readonly gone: Promise<void>
  isGone(): boolean
  signal(name: NodeJS.Signals): void
  /** SIGKILL; settles when the process is no more. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const registerHooks = new URL('../hooks/register.ts', import.meta.url).pathname
const stopLimitMs = 20_000

export function startChild({ name, script, args, hooks, onErrorLine }: ChildOptions): Child {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', registerHooks, script, ...args],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...planEnvironment(hooks) },
    },
  )
  const lastWords: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastWords.push(line)
    lastWords.splice(0, lastWords.length - 30)
    onErrorLine(line)
  })
  // A killed child leaves a broken pipe behind.
  child.stdin.on('error', () => undefined)
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let ended = false
  void gone.then(() => (ended = true))
  const ready = firstLine(child, gone).then((line) => {
    if (line === null) throw new Error(`${name} ended before it was ready:\n${lastWords.join('\n')}`)
    return JSON.parse(line) as unknown
  })
  ready.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    ready,
    gone,
    isGone: () => ended,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async stop() {
      child.kill('SIGTERM')
      const limit = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
      await gone
      clearTimeout(limit)
    },
  }
}

function firstLine(child: ChildProcess, gone: Promise<void>): Promise<string | null> {
  const { stdout } = child
  if (stdout === null) throw new Error('The child has no standard output')
  const line = new Promise<string>((resolve) => createInterface({ input: stdout }).once('line', resolve))
  return Promise.race([line, gone.then(() => null)])
}
