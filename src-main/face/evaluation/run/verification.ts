import { baseName, readTable } from '../csv/file.ts'
import type { PairRow } from '../csv/rows.ts'
import { readPairs } from '../csv/rows.ts'
import type { ImageFile } from '../images/analyse.ts'
import type { Outcomes } from '../images/outcome.ts'
import { eraseTemplates } from '../images/outcome.ts'
import { imagePath } from '../protocol/imagePath.ts'
import type { Provenance } from '../provenance.ts'
import { provenanceOf } from '../provenance.ts'
import type { ScoredPairRow, VerificationFigures } from '../verification.ts'
import { scorePairs, verificationFigures } from '../verification.ts'
import type { EvaluationSetup, Exclusion } from './setup.ts'
import { distinctFiles, exclusionOf, lookAtImages, readExcluded, requireFolder } from './setup.ts'

export interface VerificationRequest {
  /** A table with the columns image_a, image_b, mated and, if it is cut into folds, fold. */
  readonly pairs: string
  readonly imagesDir: string
  /** A table with the column image: label errata to be left out of a second set of figures. */
  readonly exclude?: string
}

export interface VerificationResult {
  readonly provenance: Provenance
  readonly figures: VerificationFigures
  readonly scored: readonly ScoredPairRow[]
  readonly outcomes: Outcomes
  readonly exclusion?: Exclusion<VerificationFigures>
}

/** Throws `Failure` with an `evaluate.…` code, or the engine's. */
export async function evaluateVerification(
  request: VerificationRequest,
  setup: EvaluationSetup,
): Promise<VerificationResult> {
  const table = await readTable(request.pairs)
  const pairs = readPairs(table)
  const exclusions = await readExcluded(request.exclude)
  await requireFolder(request.imagesDir)
  const files = distinctFiles(filesOf(pairs, request.imagesDir, table.name))
  const outcomes = await lookAtImages(files, { pad: false, embed: 'both' }, setup)
  const scored = scorePairs(pairs, outcomes, setup.comparator)
  eraseTemplates(outcomes)
  const result = {
    provenance: provenanceOf(outcomes, { ...setup, dataset: baseName(request.pairs) }),
    figures: verificationFigures(scored),
    scored,
    outcomes,
  }
  if (exclusions === undefined) return result
  const kept = scored.filter(
    ({ imageA, imageB }) => !exclusions.images.has(imageA) && !exclusions.images.has(imageB),
  )
  const has = (image: string) => outcomes.has(image)
  return { ...result, exclusion: exclusionOf(exclusions, has, verificationFigures(kept)) }
}

function* filesOf(pairs: readonly PairRow[], imagesDir: string, table: string): Generator<ImageFile> {
  for (const { line, imageA, imageB } of pairs) {
    yield { image: imageA, file: imagePath(imagesDir, imageA, { table, line }) }
    yield { image: imageB, file: imagePath(imagesDir, imageB, { table, line }) }
  }
}
