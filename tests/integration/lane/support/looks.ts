import type { EnrolmentOutcome, IdentificationOutcome } from '../../../../src-main/ports/faceCapture.ts'

const measures = {
  threshold: 0.48,
  padScore: 0.97,
  padThreshold: 0.5,
  modelPackId: 'pack-1',
  challengePassed: false,
  frameToDecisionMs: 420,
}

export function match(subjectKey: string): IdentificationOutcome {
  return { kind: 'match', candidate: { subjectKey, comparisonScore: 0.71 }, measures }
}

export function ambiguous(...subjectKeys: string[]): IdentificationOutcome {
  const candidates = subjectKeys.map((subjectKey) => ({ subjectKey, comparisonScore: 0.6 }))
  return { kind: 'ambiguous', candidates, measures }
}

/** A reference that points along one axis: two of different axes are strangers. */
export function reference(axis: number): Extract<EnrolmentOutcome, { kind: 'reference' }> {
  const vector = new Float32Array(512)
  vector[axis] = 1
  return {
    kind: 'reference',
    reference: vector,
    frames: 5,
    padScore: 0.95,
    modelPackId: 'pack-1',
    alreadyKnown: null,
  }
}
