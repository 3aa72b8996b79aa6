import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { paths } from '../paths.ts'

/** Electron's own program where its download has been made; null on machines that only have the npm package. */
export function electronProgram(): string | null {
  const folder = path.join(paths.root, 'node_modules', 'electron')
  const named = path.join(folder, 'path.txt')
  if (!existsSync(named)) return null
  const program = path.join(folder, 'dist', readFileSync(named, 'utf8').trim())
  return existsSync(program) ? program : null
}

/** The production window over the same lane: its main process runs the runtime itself. */
export function openElectron(program: string, dataDir: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(program, [paths.root, '--data', dataDir], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
}
