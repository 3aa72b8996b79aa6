import type { PersonRow } from '../csv/rows.ts'

/** Who is enrolled with which images, and who looks at the camera afterwards. */
export interface IdentificationProtocol {
  readonly gallery: readonly EnrolledPerson[]
  readonly probes: readonly Probe[]
}

export interface EnrolledPerson {
  readonly person: string
  /** One or more. */
  readonly images: readonly string[]
}

export interface Probe {
  readonly image: string
  readonly person: string
  /** Whether the person is enrolled; otherwise the probe is a stranger's. */
  readonly mated: boolean
}

/** From two tables: a probe is mated when its person is in the gallery. */
export function protocolFromTables(
  gallery: readonly PersonRow[],
  probes: readonly PersonRow[],
): IdentificationProtocol {
  const people = new Map<string, string[]>()
  for (const { person, image } of gallery) {
    const images = people.get(person)
    if (images === undefined) people.set(person, [image])
    else if (!images.includes(image)) images.push(image)
  }
  return {
    gallery: [...people].map(([person, images]) => ({ person, images })),
    probes: probes.map(({ image, person }) => ({ image, person, mated: people.has(person) })),
  }
}

/** Leaves images out. A person without any reference left takes their probes along: they are no strangers. */
export function withoutImages(
  protocol: IdentificationProtocol,
  excluded: ReadonlySet<string>,
): IdentificationProtocol {
  const gallery = protocol.gallery
    .map(({ person, images }) => ({ person, images: images.filter((image) => !excluded.has(image)) }))
    .filter(({ images }) => images.length > 0)
  const enrolled = new Set(gallery.map(({ person }) => person))
  const probes = protocol.probes.filter(
    ({ image, person, mated }) => !excluded.has(image) && (!mated || enrolled.has(person)),
  )
  return { gallery, probes }
}

export interface TreePerson {
  readonly person: string
  /** In name order, relative to the folder of the tree. */
  readonly images: readonly string[]
}

export interface TreeRule {
  /** How many of a person's first images are references; 1 or more. */
  readonly enrol: number
  /** Probes begin after that many images of a person, at least `enrol`: the same probes for 1, 2 and 3 references. */
  readonly probesAfter: number
}

/** People with two or more images are enrolled, those with one are strangers; nobody with none is anything. */
export function protocolFromTree(tree: readonly TreePerson[], rule: TreeRule): IdentificationProtocol {
  const enrolled = tree.filter(({ images }) => images.length > 1)
  const strangers = tree.filter(({ images }) => images.length === 1)
  const asProbes = (people: readonly TreePerson[], from: number, mated: boolean): Probe[] =>
    people.flatMap(({ person, images }) => images.slice(from).map((image) => ({ image, person, mated })))
  return {
    gallery: enrolled.map(({ person, images }) => ({ person, images: images.slice(0, rule.enrol) })),
    probes: [
      ...asProbes(enrolled, Math.max(rule.enrol, rule.probesAfter), true),
      ...asProbes(strangers, 0, false),
    ],
  }
}
