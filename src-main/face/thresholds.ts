import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Failure } from '../contract/failure.ts'
import type { CapturePolicy } from '../domain/face/policy.ts'
import { defaultCaptureBehaviour } from '../domain/face/policy.ts'

/** A decision limit with the measurement it rests on: which set, how many, what rate, when. */
const evidencedSchema = z.object({
  value: z.number(),
  evidence: z.array(
    z.object({
      rate: z.string().min(1),
      figure: z.number(),
      set: z.string().min(1),
      n: z.number().int().positive(),
      date: z.iso.date(),
      note: z.string().optional(),
    }),
  ),
})

const matchSchema = evidencedSchema.extend({
  cohort: z.object({
    size: z.number().int().positive(),
    floor: z.number(),
    weight: z.number().nonnegative(),
  }),
})

const thresholdsSchema = z.object({
  formatVersion: z.literal(1),
  packs: z.record(
    z.string(),
    z.object({ match: matchSchema, matchMargin: evidencedSchema, pad: evidencedSchema }),
  ),
})
export type Thresholds = z.infer<typeof thresholdsSchema>

/** Reads `models/thresholds.json`; throws `Failure` with code `models.thresholds`. */
export async function readThresholds(path: string): Promise<Thresholds> {
  try {
    return thresholdsSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    const detail = thrown instanceof z.ZodError ? z.prettifyError(thrown) : String(thrown)
    throw thresholdsFailure(`read ${path}`, detail)
  }
}

/** The lane's policy for one model pack; throws `Failure` (`models.thresholds`) when nothing was measured for it. */
export function capturePolicy(
  thresholds: Thresholds,
  packId: string,
  behaviour: Partial<CapturePolicy> = {},
): CapturePolicy {
  const measured = thresholds.packs[packId]
  if (measured === undefined) throw thresholdsFailure(`choose thresholds for ${packId}`, 'the pack has none')
  return {
    ...defaultCaptureBehaviour,
    matchThreshold: measured.match.value,
    cohort: measured.match.cohort,
    matchMargin: measured.matchMargin.value,
    padThreshold: measured.pad.value,
    ...behaviour,
  }
}

function thresholdsFailure(attempted: string, detail: string): Failure {
  return new Failure({
    code: 'models.thresholds',
    attempted,
    remedy: 'staff',
    message: `The decision thresholds cannot be used: ${detail}. Restore models/thresholds.json from the release.`,
  })
}
