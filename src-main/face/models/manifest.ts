import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Failure } from '../../contract/failure.ts'
import { sha256Schema } from '../../contract/values.ts'

/** A plain name: no folder, no "..", so that a manifest cannot write outside its pack. */
const fileNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be a plain file name')

export const packageSourceSchema = z.object({
  package: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be an exact version'),
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/, 'must be the tarball\'s "sha512-…" integrity'),
  tarballBytes: z.number().int().positive(),
  licence: z.string().min(1),
})
export type PackageSource = z.infer<typeof packageSourceSchema>

export const packagedFileSchema = z.object({
  /** Where the file lies in the tarball. */
  path: z.string().startsWith('package/'),
  file: fileNameSchema,
  sha256: sha256Schema,
  bytes: z.number().int().positive(),
})
export type PackagedFile = z.infer<typeof packagedFileSchema>

const tensorSchema = z.object({ name: z.string().min(1), shape: z.array(z.number().int().positive()).min(2) })

const preprocessingSchema = z.object({
  order: z.enum(['rgb', 'bgr', 'grey']),
  subtract: z.number(),
  divide: z.number().positive(),
  /** What is cut out: the whole frame, the detector's box, the box with its surroundings, or the aligned face. */
  crop: z.enum(['frame', 'box', 'context', 'aligned']),
  cropScale: z.number().positive(),
  /** The picture's rows are the tensor's columns. */
  transposed: z.boolean().default(false),
})

export const modelRoles = ['detector', 'landmarks', 'aligner', 'pad', 'embedder'] as const
export type ModelRole = (typeof modelRoles)[number]

const modelSchema = packagedFileSchema.extend({
  /** The package it comes in. */
  package: z.string().min(1),
  role: z.enum(modelRoles),
  format: z.enum(['onnx', 'tflite']).default('onnx'),
  input: tensorSchema,
  outputs: z.array(tensorSchema).min(1),
  preprocessing: preprocessingSchema,
})
export type ModelEntry = z.infer<typeof modelSchema>

/** Not every package carries its licence as a file. */
const modelPackageSchema = packageSourceSchema.extend({ licenceFile: packagedFileSchema.optional() })
export type ModelPackage = z.infer<typeof modelPackageSchema>

const modelPackSchema = z
  .object({
    id: fileNameSchema,
    packages: z.array(modelPackageSchema).min(1),
    embeddingLength: z.number().int().positive(),
    models: z.array(modelSchema),
  })
  .refine((pack) => modelRoles.every((role) => pack.models.filter((m) => m.role === role).length === 1), {
    message: `needs exactly one model for each role: ${modelRoles.join(', ')}`,
  })
  .refine((pack) => pack.models.every((model) => packageOf(pack, model) !== undefined), {
    message: 'needs the package of every model among its packages',
  })
export type ModelPack = z.infer<typeof modelPackSchema>

function packageOf(pack: { readonly packages: readonly ModelPackage[] }, model: ModelEntry) {
  return pack.packages.find((source) => source.package === model.package)
}

export const modelManifestSchema = z.object({
  formatVersion: z.literal(1),
  packs: z.array(modelPackSchema).min(1),
})
export type ModelManifest = z.infer<typeof modelManifestSchema>

/** Reads and checks `models/manifest.json`; throws `Failure` with code `models.manifest`. */
export async function readModelManifest(path: string): Promise<ModelManifest> {
  const attempted = `read the model manifest ${path}`
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (thrown) {
    throw manifestFailure(attempted, thrown instanceof Error ? thrown.message : String(thrown))
  }
  const parsed = modelManifestSchema.safeParse(json)
  if (!parsed.success) throw manifestFailure(attempted, z.prettifyError(parsed.error))
  return parsed.data
}

function manifestFailure(attempted: string, detail: string): Failure {
  return new Failure({
    code: 'models.manifest',
    attempted,
    remedy: 'staff',
    message: `The model manifest cannot be used: ${detail}. Restore models/manifest.json from the release.`,
  })
}

/** The pack new references are made with: the first of the manifest. */
export function currentPack(manifest: ModelManifest): ModelPack {
  return manifest.packs[0]!
}

export function modelFor(pack: ModelPack, role: ModelRole): ModelEntry {
  const entry = pack.models.find((model) => model.role === role)
  if (entry === undefined) throw new Error(`The pack ${pack.id} has no ${role}`)
  return entry
}

/** The package a model comes in; the schema saw to it that there is one. */
export function sourceOf(pack: ModelPack, model: ModelEntry): ModelPackage {
  const source = packageOf(pack, model)
  if (source === undefined) throw new Error(`The pack ${pack.id} has no package ${model.package}`)
  return source
}
