import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import path from 'node:path'
import { once } from 'node:events'
import { paths } from '../../../src-main/cli/paths.ts'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command as somebody types it; `input` is what they type afterwards. */
export async function facelane(args: readonly string[], input = ''): Promise<Ran> {
  const main = path.join(paths.root, 'src-main', 'cli', 'main.ts')
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, stdout, stderr }
}

/** The one object of `--json`; throws when there is anything else on stdout. */
export function answerOf({ stdout }: Ran): unknown {
  const lines = stdout.split('\n').filter((line) => line !== '')
  if (lines.length !== 1) throw new Error(`Expected one line, got ${lines.length}: ${stdout}`)
  return JSON.parse(lines[0] ?? '')
}
