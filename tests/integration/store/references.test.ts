import { describe, expect, it } from 'vitest'
import { compare } from '../../../src-main/domain/face/embedding.ts'
import { templateToBytes } from '../../../src-main/face/protection/templateBytes.ts'
import type { LaneStore } from '../../../src-main/store/lane-store.ts'
import { openStore, random, tamper, temporaryFolder } from './fixtures.ts'
import { enrolPeople, length, loadAll, modelPackId, putPerson, storedRows, type Enrolled } from './people.ts'

/** What a gallery of `store` would score for the person's own template. */
async function scoresOf(store: LaneStore, people: readonly Enrolled[]): Promise<number[]> {
  const transform = store.templateTransform({ modelPackId, length })
  const { rows } = await loadAll(store)
  return people.map(({ referenceKey, template }) => {
    const row = rows.get(referenceKey)
    return row === undefined ? Number.NaN : compare(transform.protect(template), row)
  })
}

const never = new AbortController().signal

describe('loading references from the vault', () => {
  it('gives every one of them under the transform of the gallery, in more than one chunk', async () => {
    const { store } = openStore(temporaryFolder())
    const people = enrolPeople(store, 2_050)
    let chunks = 0
    const source = store.referenceSource({ modelPackId, length })
    for await (const { rows, owners } of source.load(never)) {
      expect(rows).toHaveLength(owners.length * length)
      chunks += 1
    }
    expect(chunks).toBe(2)
    for (const score of await scoresOf(store, people)) expect(score).toBeCloseTo(1, 4)
  })

  it('gives nothing that compares with a template that is not protected', async () => {
    const { store } = openStore(temporaryFolder())
    const [person] = enrolPeople(store, 1, 5, 512)
    const { rows } = await loadAll(store, 512)
    const [row] = [...rows.values()]
    if (person === undefined || row === undefined) throw new Error('Nobody is there')
    expect(Math.abs(compare(person.template, row))).toBeLessThan(0.25)
  })

  it('reports rows whose seal is broken or swapped, and rows that are no templates, and deletes none', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const people = enrolPeople(first.store, 5)
    const referenceKey = random.key()
    const three = first.store.vault.seal('faceReference', referenceKey, new Uint8Array([1, 2, 3]))
    putPerson(first.store, { subjectKey: random.key(), referenceKey }, three)
    first.store.close()
    const [a, b, c] = people.map((person) => person.referenceKey)
    tamper(
      dataDir,
      `UPDATE reference SET sealed = zeroblob(length(sealed)) WHERE reference_key = '${a}';
       CREATE TEMP TABLE swap AS SELECT reference_key, sealed FROM reference WHERE reference_key IN ('${b}', '${c}');
       UPDATE reference SET sealed = (SELECT sealed FROM swap WHERE swap.reference_key <> reference.reference_key)
         WHERE reference_key IN ('${b}', '${c}');`,
    )
    const { store } = openStore(dataDir)
    const { rows, unreadable } = await loadAll(store)
    expect(unreadable.toSorted((x, y) => x.code.localeCompare(y.code))).toEqual([
      ...[a, b, c].map((key) => ({ referenceKey: key, code: 'vault.cannotOpen' })),
      { referenceKey, code: 'vault.notATemplate' },
    ])
    expect([...rows.keys()].toSorted()).toEqual(
      people
        .slice(3)
        .map((p) => p.referenceKey)
        .toSorted(),
    )
    expect(storedRows(dataDir)).toHaveLength(6)
  })

  it('counts what cannot be compared: another model pack, and keys that are lost', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    enrolPeople(first.store, 3)
    expect(await loadAll(first.store, length, 'pack-2')).toMatchObject({ notComparable: 3, unreadable: [] })
    first.store.close()
    tamper(dataDir, "UPDATE reference SET transform_key_id = 'lost' WHERE rowid = 1")
    tamper(dataDir, "UPDATE reference SET vault_key_id = 'lost' WHERE rowid = 2")
    const { rows, notComparable, unreadable } = await loadAll(openStore(dataDir).store)
    expect([rows.size, notComparable, unreadable]).toEqual([1, 2, []])
  })

  it('ends at once when it is called off, and when the consumer has seen enough', async () => {
    const { store } = openStore(temporaryFolder())
    enrolPeople(store, 2_050)
    const source = store.referenceSource({ modelPackId, length })
    for await (const { owners } of source.load(never)) {
      expect(owners).toHaveLength(2_000)
      break
    }
    const calledOff = new AbortController()
    const load = async () => {
      for await (const { owners } of source.load(calledOff.signal))
        calledOff.abort(new Error(`enough after ${owners.length}`))
    }
    await expect(load()).rejects.toThrow('enough after 2000')
  })

  it('says by name that the database cannot be read', async () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    enrolPeople(store, 1)
    tamper(dataDir, 'ALTER TABLE reference RENAME TO elsewhere; PRAGMA user_version = 990')
    await expect(loadAll(store)).rejects.toMatchObject({ code: 'store.fromTheFuture' })
  })
})

describe('references that the release before had sealed without a transform', () => {
  it('are compared at once and re-issued without anybody enrolling again', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const people = enrolPeople(first.store, 130)
    first.store.close()
    const old = openStore(dataDir).store
    for (const { referenceKey, subjectKey, template } of people)
      putPerson(
        old,
        { referenceKey, subjectKey },
        old.vault.seal('faceReference', referenceKey, templateToBytes(template)),
      )
    old.close()
    tamper(dataDir, 'UPDATE reference SET transform_key_id = NULL')

    const { store } = openStore(dataDir)
    for (const score of await scoresOf(store, people)) expect(score).toBeCloseTo(1, 4)
    const progress: number[] = []
    const report = await store.reissueReferences({ onProgress: (done) => progress.push(done) })
    expect(report).toEqual({ reissued: 130, unreadable: 0, destroyedKeys: 0 })
    expect(progress).toEqual([50, 100, 130])
    const transformKeyId = store.templateTransform({ modelPackId, length }).keyId
    expect(storedRows(dataDir).every((row) => row.transform_key_id === transformKeyId)).toBe(true)
    for (const score of await scoresOf(store, people)) expect(score).toBeCloseTo(1, 4)
    expect(await store.reissueReferences()).toEqual({ reissued: 0, unreadable: 0, destroyedKeys: 0 })
  })
})
