import { unreachable } from '../../contract/result.ts'
import { judgePad } from '../../domain/face/burst.ts'
import type { CapturePolicy } from '../../domain/face/policy.ts'
import type { SequenceRow } from './csv/rows.ts'
import type { Outcomes } from './images/outcome.ts'
import type { Rate } from './metrics/rate.ts'
import { rateOf } from './metrics/rate.ts'

/** One capture: its frames' bona fide scores in the order of capture; frames without a face have none. */
export interface PadSequence {
  readonly sequence: string
  readonly subject: string
  readonly scores: readonly number[]
  readonly failedToAcquire: number
  /** Of the scored frames, those that the lane's quality gate would not have used. */
  readonly rejectedByGate: number
}

export function padSequences(rows: readonly SequenceRow[], outcomes: Outcomes): PadSequence[] {
  const sequences = new Map<string, { subject: string; images: string[] }>()
  for (const { sequence, subject, image } of rows) {
    const known = sequences.get(sequence)
    if (known === undefined) sequences.set(sequence, { subject, images: [image] })
    else known.images.push(image)
  }
  return [...sequences].map(([sequence, { subject, images }]) => {
    const faces = images.flatMap((image) => {
      const outcome = outcomes.get(image)
      const score = outcome?.kind === 'acquired' ? outcome.face.padScore : undefined
      return outcome?.kind === 'acquired' && score !== undefined
        ? [{ score, ok: outcome.face.passesGate }]
        : []
    })
    return {
      sequence,
      subject,
      scores: faces.map(({ score }) => score),
      failedToAcquire: images.length - faces.length,
      rejectedByGate: faces.filter(({ ok }) => !ok).length,
    }
  })
}

/**
 * Whether the lane would take the capture for bona fide: its frames are looked at one by one, as on a camera, and the
 * first verdict that is not in doubt stands. A capture that ends in doubt is not accepted.
 */
export function isAccepted(scores: readonly number[], policy: CapturePolicy): boolean {
  for (let frames = 1; frames <= scores.length; frames++) {
    const verdict = judgePad(scores.slice(0, frames), policy)
    switch (verdict) {
      case 'bonaFide':
        return true
      case 'attack':
        return false
      case 'doubtful':
        break
      default:
        return unreachable(verdict)
    }
  }
  return false
}

/** ISO/IEC 30107-3: BPCER of the bona fide set, APCER of each attack species, never averaged over species. */
export interface PadRates {
  readonly bpcer: Rate
  readonly apcer: Readonly<Record<string, Rate>>
}

export interface PadSets {
  readonly bonaFide: readonly PadSequence[]
  readonly attacks: Readonly<Record<string, readonly PadSequence[]>>
}

/** Of the frames that were acquired: bona fide ones below the threshold, attacks at or above it. */
export function padRatesPerFrame({ bonaFide, attacks }: PadSets, threshold: number): PadRates {
  const accepted = (set: readonly PadSequence[]): [number, number] => {
    const scores = set.flatMap((sequence) => sequence.scores)
    return [scores.filter((score) => score >= threshold).length, scores.length]
  }
  return ratesOf(accepted(bonaFide), mapValues(attacks, accepted))
}

/** Of the captures with a face in them: bona fide ones the lane would refuse, attacks it would accept. */
export function padRatesPerSequence({ bonaFide, attacks }: PadSets, policy: CapturePolicy): PadRates {
  const accepted = (set: readonly PadSequence[]): [number, number] => {
    const seen = set.filter(({ scores }) => scores.length > 0)
    return [seen.filter(({ scores }) => isAccepted(scores, policy)).length, seen.length]
  }
  return ratesOf(accepted(bonaFide), mapValues(attacks, accepted))
}

function ratesOf(
  [accepted, n]: readonly [number, number],
  attacks: Readonly<Record<string, readonly [number, number]>>,
): PadRates {
  return { bpcer: rateOf(n - accepted, n), apcer: mapValues(attacks, ([passed, of]) => rateOf(passed, of)) }
}

export function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}

export interface PadCurvePoint {
  readonly threshold: number
  readonly perFrame: PadRates
  readonly perSequence: PadRates
}

const curveSteps = 20

/** Both kinds of rate at thresholds from 0.05 to 0.95. */
export function padCurve(sets: PadSets, policy: CapturePolicy): PadCurvePoint[] {
  return Array.from({ length: curveSteps - 1 }, (_, index) => {
    const threshold = (index + 1) / curveSteps
    return {
      threshold,
      perFrame: padRatesPerFrame(sets, threshold),
      perSequence: padRatesPerSequence(sets, { ...policy, padThreshold: threshold }),
    }
  })
}

/** ISO/IEC 30107-3 non-response: frames in which no face was found, bona fide and for each species. */
export function nonResponse({ bonaFide, attacks }: PadSets): {
  readonly bpnrr: Rate
  readonly apnrr: Readonly<Record<string, Rate>>
} {
  const count = (set: readonly PadSequence[]): Rate => {
    const failed = set.reduce((sum, { failedToAcquire }) => sum + failedToAcquire, 0)
    return rateOf(failed, set.reduce((sum, { scores }) => sum + scores.length, 0) + failed)
  }
  return { bpnrr: count(bonaFide), apnrr: mapValues(attacks, count) }
}
