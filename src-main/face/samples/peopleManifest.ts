import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { packagedFileSchema, packageSourceSchema } from '../models/manifest.ts'

const cornersSchema = z.object({ left: z.number(), top: z.number(), right: z.number(), bottom: z.number() })

/** One camera scene: a view into a photograph, in that photograph's pixels. */
const sceneSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  about: z.string().min(1),
  photo: z.string(),
  view: z.object({
    centreX: z.number(),
    centreY: z.number(),
    /** How much of the photograph fills the frame's width. */
    widthPx: z.number().positive(),
    /** Clockwise turn of the view, to bring a leaning head upright. */
    turnDegrees: z.number(),
  }),
  /** Faces of other people, made unrecognisable: the one-person gate is not loosened for samples. */
  mask: z.array(cornersSchema),
  shownAs: z.enum(['person', 'print']),
  expectedFaces: z.number().int().nonnegative(),
})
export type Scene = z.infer<typeof sceneSchema>

const peopleManifestSchema = z.object({
  formatVersion: z.literal(1),
  source: packageSourceSchema,
  photos: z.array(packagedFileSchema.extend({ id: z.string() })).min(1),
  scenes: z.array(sceneSchema).min(1),
})
export type PeopleManifest = z.infer<typeof peopleManifestSchema>

export async function readPeopleManifest(path: string): Promise<PeopleManifest> {
  return peopleManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')))
}
