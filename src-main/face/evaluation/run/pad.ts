import { baseName, readTable } from '../csv/file.ts'
import type { SequenceRow } from '../csv/rows.ts'
import { readSequences } from '../csv/rows.ts'
import type { ImageFile } from '../images/analyse.ts'
import type { Outcomes } from '../images/outcome.ts'
import type { PadCurvePoint, PadRates, PadSequence, PadSets } from '../pad.ts'
import {
  mapValues,
  nonResponse,
  padCurve,
  padRatesPerFrame,
  padRatesPerSequence,
  padSequences,
} from '../pad.ts'
import { imagePath } from '../protocol/imagePath.ts'
import type { Provenance } from '../provenance.ts'
import { provenanceOf } from '../provenance.ts'
import type { EvaluationSetup } from './setup.ts'
import { distinctFiles, lookAtImages, nothingUsable, requireFolder } from './setup.ts'

export interface PadRequest {
  /** Tables with the columns image, sequence, subject; an attack table's base name is its species. */
  readonly bonaFide: string
  readonly attacks: readonly string[]
  readonly imagesDir: string
  /** Only sequences whose name matches, such as those of one session. */
  readonly sequences?: RegExp
  /** Instead of the shipped threshold, 0..1. */
  readonly threshold?: number
}

export interface PadFigures {
  readonly threshold: number
  readonly sequences: string | null
  readonly perFrame: PadRates
  readonly perSequence: PadRates
  /** Frames without a face: they are in none of the rates above. */
  readonly nonResponse: ReturnType<typeof nonResponse>
  /** Frames with a face that the lane's quality gate would not have used; they are in the rates. */
  readonly rejectedByQualityGate: {
    readonly bonaFide: number
    readonly attacks: Readonly<Record<string, number>>
  }
  readonly curve: readonly PadCurvePoint[]
}

export interface PadResult {
  readonly provenance: Provenance
  readonly figures: PadFigures
  readonly sets: PadSets
  readonly outcomes: Outcomes
}

/** Throws `Failure` with an `evaluate.…` code, or the engine's. */
export async function evaluatePad(request: PadRequest, setup: EvaluationSetup): Promise<PadResult> {
  const files: ImageFile[] = []
  const read = async (file: string): Promise<SequenceRow[]> => {
    const table = await readTable(file)
    const rows = readSequences(table).filter(({ sequence }) => request.sequences?.test(sequence) ?? true)
    for (const { image, line } of rows) {
      files.push({ image, file: imagePath(request.imagesDir, image, { table: table.name, line }) })
    }
    return rows
  }
  const bonaFide = await read(request.bonaFide)
  const attacks: [species: string, rows: SequenceRow[]][] = []
  for (const file of request.attacks) attacks.push([baseName(file), await read(file)])
  if (files.length === 0) {
    nothingUsable('choose the sequences', 'No sequence has a name that --sequences matches.')
  }
  await requireFolder(request.imagesDir)
  const outcomes = await lookAtImages(distinctFiles(files), { pad: true, embed: 'none' }, setup)
  const sets = {
    bonaFide: padSequences(bonaFide, outcomes),
    attacks: Object.fromEntries(attacks.map(([species, rows]) => [species, padSequences(rows, outcomes)])),
  }
  const dataset = [request.bonaFide, ...request.attacks].map(baseName).join('+')
  return {
    provenance: provenanceOf(outcomes, { ...setup, dataset }),
    figures: padFigures(sets, request, setup),
    sets,
    outcomes,
  }
}

function padFigures(sets: PadSets, request: PadRequest, setup: EvaluationSetup): PadFigures {
  const threshold = request.threshold ?? setup.policy.padThreshold
  const policy = { ...setup.policy, padThreshold: threshold }
  const rejected = (sequences: readonly PadSequence[]) =>
    sequences.reduce((sum, { rejectedByGate }) => sum + rejectedByGate, 0)
  return {
    threshold,
    sequences: request.sequences?.source ?? null,
    perFrame: padRatesPerFrame(sets, threshold),
    perSequence: padRatesPerSequence(sets, policy),
    nonResponse: nonResponse(sets),
    rejectedByQualityGate: {
      bonaFide: rejected(sets.bonaFide),
      attacks: mapValues(sets.attacks, rejected),
    },
    curve: padCurve(sets, policy),
  }
}
