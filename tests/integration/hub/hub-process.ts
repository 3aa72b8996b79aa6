import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface HubProcess {
  readonly url: string
  readonly publicUrl: string
  readonly joinTokenFile: string
  readonly operatorTokenFile: string
  readonly exited: Promise<number | null>
  errors(): string
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL, and wait until the process is gone. */
  kill(): Promise<void>
  closeStdin(): void
}

const main = new URL('../../../src-hub/main.ts', import.meta.url).pathname

/** A hub as its users run it: a process of its own. Rejects with what it said when it does not get ready. */
export async function startHubProcess(
  dataDir: string,
  port = 0,
  extra: readonly string[] = [],
): Promise<HubProcess> {
  const child = spawn(
    process.execPath,
    [
      main,
      '--data',
      dataDir,
      '--port',
      String(port),
      '--json-ready',
      '--stop-with-stdin',
      '--log-level',
      'warn',
      ...extra,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const ready = new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once('line', resolve),
  )
  const line = await Promise.race([ready, exited.then(() => null)])
  if (line === null) throw new Error(`The hub did not start: ${errors}`)
  const announced = JSON.parse(line) as Pick<
    HubProcess,
    'url' | 'publicUrl' | 'joinTokenFile' | 'operatorTokenFile'
  >
  return {
    ...announced,
    exited,
    errors: () => errors,
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
    closeStdin: () => child.stdin.end(),
  }
}
