import { fuse } from '../../domain/face/embedding.ts'
import type { Comparator } from './comparator.ts'
import type { Outcomes } from './images/outcome.ts'
import type { EnrolledPerson, IdentificationProtocol, Probe } from './protocol/identification.ts'

export interface Candidate {
  /** The name the lane's decision knows a person by. */
  readonly subjectKey: string
  readonly comparisonScore: number
  /** The reference that scored; of fused references the first. */
  readonly image: string
}

/** What a search of the whole gallery found. */
export interface Search {
  readonly probe: Probe
  /** Rank 1 first, one entry a person; empty when the probe was not acquired or nobody is enrolled. */
  readonly candidates: readonly Candidate[]
}

export interface Gallery {
  readonly people: readonly { readonly person: string; readonly references: readonly Reference[] }[]
  /** People of whom no reference was acquired. */
  readonly failedToEnrol: readonly string[]
}

interface Reference {
  readonly image: string
  readonly template: Float32Array
}

/** One template a reference, or with `fuseReferences` one a person: the mean of their references, weighed by quality. */
export function enrol(
  people: IdentificationProtocol['gallery'],
  outcomes: Outcomes,
  fuseReferences: boolean,
): Gallery {
  const enrolled = people.map((person) => ({
    person: person.person,
    references: fuseReferences ? fusedReference(person, outcomes) : referencesOf(person, outcomes),
  }))
  return {
    people: enrolled.filter(({ references }) => references.length > 0),
    failedToEnrol: enrolled.filter(({ references }) => references.length === 0).map(({ person }) => person),
  }
}

function referencesOf({ images }: EnrolledPerson, outcomes: Outcomes): Reference[] {
  return images.flatMap((image) => {
    const outcome = outcomes.get(image)
    const template = outcome?.kind === 'acquired' ? outcome.face.embedding : undefined
    return template === undefined ? [] : [{ image, template }]
  })
}

function fusedReference(person: EnrolledPerson, outcomes: Outcomes): Reference[] {
  const references = referencesOf(person, outcomes)
  const weighed = references.map(({ image, template }) => {
    const outcome = outcomes.get(image)
    return { embedding: template, weight: outcome?.kind === 'acquired' ? outcome.face.quality : 0 }
  })
  const template = fuse(weighed)
  const first = references[0]
  return template === undefined || first === undefined ? [] : [{ image: first.image, template }]
}

/** Compares the probe with every reference; of several references of a person the best counts. */
export function search(
  probe: Probe,
  template: Float32Array | undefined,
  gallery: Gallery,
  { comparator, length }: { readonly comparator: Comparator; readonly length: number },
): Search {
  if (template === undefined) return { probe, candidates: [] }
  const candidates: Candidate[] = []
  for (const { person, references } of gallery.people) {
    const candidate = bestReference(person, references, template, comparator)
    const last = candidates[length - 1]
    if (last !== undefined && !(candidate.comparisonScore > last.comparisonScore)) continue
    const rank = candidates.findIndex((other) => candidate.comparisonScore > other.comparisonScore)
    candidates.splice(rank < 0 ? candidates.length : rank, 0, candidate)
    if (candidates.length > length) candidates.pop()
  }
  return { probe, candidates }
}

function bestReference(
  person: string,
  references: readonly Reference[],
  probe: Float32Array,
  comparator: Comparator,
): Candidate {
  let best: Candidate = { subjectKey: person, comparisonScore: -Infinity, image: '' }
  for (const { image, template } of references) {
    const comparisonScore = comparator(probe, template)
    if (comparisonScore > best.comparisonScore) best = { subjectKey: person, comparisonScore, image }
  }
  return best
}
