import type { LaneStore } from '../../../src-main/store/lane-store.ts'
import { templateToBytes } from '../../../src-main/face/protection/templateBytes.ts'
import { openForReading } from '../../../src-main/store/database.ts'
import { syntheticPeople } from '../../unit/face/protection/synthetic.ts'
import { random, sampleSubject } from './fixtures.ts'

export const modelPackId = 'pack-1'
/** Short templates keep a thousand people quick; they still have to be turned in pairs. */
export const length = 64

/** What everybody is called here. */
export const named = { maskedName: '欧阳*明', maskedAccount: '138****8812' }

export interface Enrolled {
  readonly subjectKey: string
  readonly referenceKey: string
  /** As the engine gave it: neither protected nor sealed. */
  readonly template: Float32Array
}

/** Enrols synthetic people as the gallery does: protected by the store's transform, then sealed. */
export function enrolPeople(store: LaneStore, count: number, seed = 5, values = length): Enrolled[] {
  const transform = store.templateTransform({ modelPackId, length: values })
  return syntheticPeople(seed, count, values).map(([template]) => {
    const person = { subjectKey: random.key(), referenceKey: random.key(), template }
    const sealed = store.vault.seal(
      'faceReference',
      person.referenceKey,
      templateToBytes(transform.protect(template)),
    )
    putPerson(store, person, sealed)
    return person
  })
}

export function putPerson(store: LaneStore, person: Omit<Enrolled, 'template'>, sealed: Uint8Array): void {
  const { subjectKey, referenceKey } = person
  store.transact((tx) => {
    tx.putSubject(sampleSubject({ subjectKey, ...named }))
    tx.putReference({ referenceKey, subjectKey, sealed, modelPackId, createdAtMs: 1 })
  })
}

export interface LoadedAll {
  readonly rows: Map<string, Float32Array>
  readonly unreadable: { readonly referenceKey: string; readonly code: string }[]
  readonly notComparable: number
}

/** Everything the gallery would get, copied out of the chunks by the key of its reference. */
export async function loadAll(store: LaneStore, values = length, packId = modelPackId): Promise<LoadedAll> {
  const rows = new Map<string, Float32Array>()
  const unreadable: { referenceKey: string; code: string }[] = []
  let notComparable = 0
  const source = store.referenceSource({ modelPackId: packId, length: values })
  for await (const chunk of source.load(new AbortController().signal)) {
    chunk.owners.forEach(({ referenceKey }, index) => {
      rows.set(referenceKey, chunk.rows.slice(index * values, (index + 1) * values))
    })
    unreadable.push(
      ...chunk.unreadable.map(({ referenceKey, failure }) => ({ referenceKey, code: failure.code })),
    )
    notComparable += chunk.notComparable
  }
  return { rows, unreadable, notComparable }
}

export interface StoredRow {
  readonly reference_key: string
  readonly sealed: Buffer
  readonly vault_key_id: string
  readonly model_pack_id: string
  readonly transform_key_id: string | null
}

export function storedRows(dataDir: string): StoredRow[] {
  const db = openForReading(dataDir)
  try {
    return db.prepare<[], StoredRow>('SELECT * FROM reference ORDER BY rowid').all()
  } finally {
    db.close()
  }
}
