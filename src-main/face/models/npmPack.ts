import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../../contract/failure.ts'
import type { PackageSource } from './manifest.ts'

/**
 * Fetches the package's tarball into `dir` through the user's own npm (registry, proxy and certificates as they
 * configured them), runs none of its code, and checks its SHA-512. Returns the tarball's path.
 * Throws `Failure`: `models.network`, `models.integrity`, `models.disk`.
 */
export async function packTarball(
  source: PackageSource,
  dir: string,
  projectDir: string,
  signal?: AbortSignal,
): Promise<string> {
  const spec = `${source.package}@${source.version}`
  await runNpm(
    ['pack', spec, '--ignore-scripts', '--json', '--pack-destination', dir],
    spec,
    projectDir,
    signal,
  )
  const name = (await readdir(dir)).find((file) => file.endsWith('.tgz'))
  if (name === undefined) throw networkFailure(spec, 'noTarball', 'npm fetched nothing')
  const path = join(dir, name)
  await verifyIntegrity(path, source)
  return path
}

async function runNpm(args: string[], spec: string, cwd: string, signal?: AbortSignal): Promise<void> {
  const cli = process.env['npm_execpath']
  const [command, prefix] = cli?.endsWith('.js') === true ? [process.execPath, [cli]] : ['npm', []]
  const child = spawn(command, [...prefix, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-8000)))
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    child.once('close', (exitCode) => resolve(exitCode ?? 'killed'))
  })
  if (code !== 0) throw npmFailure(spec, code, log)
}

function npmFailure(spec: string, code: number | string, log: string): Failure {
  if (code === 'ENOENT') return networkFailure(spec, code, 'npm is not on the PATH')
  if (code === 'ABORT_ERR') return networkFailure(spec, code, 'it was called off')
  const nativeCode = /npm (?:error|ERR!) code (\S+)/.exec(log)?.[1] ?? String(code)
  if (nativeCode === 'EINTEGRITY') return integrityFailure(spec)
  if (['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT'].includes(nativeCode))
    return diskFailure(`fetch ${spec}`, nativeCode)
  return networkFailure(spec, nativeCode, `npm ended with ${nativeCode}`)
}

async function verifyIntegrity(path: string, source: PackageSource): Promise<void> {
  const hash = createHash('sha512')
  await pipeline(createReadStream(path), hash)
  if (`sha512-${hash.digest('base64')}` !== source.integrity) {
    throw integrityFailure(`${source.package}@${source.version}`)
  }
}

function networkFailure(spec: string, nativeCode: string, detail: string): Failure {
  return new Failure({
    code: 'models.network',
    attempted: `fetch ${spec} with npm`,
    remedy: 'retry',
    nativeCode,
    message: `The package ${spec} could not be fetched: ${detail}. Check the network and npm's registry and proxy settings ("npm ping"), then try again.`,
  })
}

export function integrityFailure(what: string): Failure {
  return new Failure({
    code: 'models.integrity',
    attempted: `verify ${what}`,
    remedy: 'staff',
    message: `${what} is not what was released (its hash differs) and was refused. Somebody may have altered it: check the npm registry in use, then run "npm run facelane -- models fetch".`,
  })
}

export function diskFailure(attempted: string, nativeCode: string): Failure {
  return new Failure({
    code: 'models.disk',
    attempted,
    remedy: 'staff',
    nativeCode,
    message: `Writing failed (${nativeCode}). Free about 150 MB, check that the folder may be written to, then try again.`,
  })
}
