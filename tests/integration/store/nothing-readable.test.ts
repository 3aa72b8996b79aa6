import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { keysDir } from '../../../src-main/store/keys/face-keys.ts'
import { templateToBytes } from '../../../src-main/face/protection/templateBytes.ts'
import { filesBelow, templateTraces, TraceScanner, type Trace } from '../face/privacy/traces.ts'
import { openStore, tamper, temporaryFolder } from './fixtures.ts'
import { enrolPeople, loadAll, modelPackId, named, storedRows } from './people.ts'

const length = 512

/** The key files hold the keys: they are the one place that is left out. */
function databaseFiles(dataDir: string) {
  return filesBelow(dataDir).filter(({ name }) => !name.startsWith('keys'))
}

function textTraces(what: string, text: string): Trace[] {
  return (['utf8', 'utf16le', 'base64', 'hex'] as const).map((form) => {
    const written = form === 'base64' || form === 'hex' ? Buffer.from(text).toString(form) : text
    return { what: `${what} as ${form}`, bytes: Buffer.from(written, form === 'utf16le' ? form : 'utf8') }
  })
}

describe('the files of a lane where people enrolled', () => {
  it('hold neither their templates, protected or not, nor their names, nor a key, in the WAL as in the database', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    const people = enrolPeople(store, 30, 5, length)
    const transform = store.templateTransform({ modelPackId, length })
    const { sealing, transform: transformKey } = store.vault.faceKeys()
    const subjects = readFileSync(path.join(keysDir(dataDir), 'subjects.key'))
    const scanner = new TraceScanner([
      ...people.flatMap(({ template }) => templateTraces('a template', template)),
      ...people.flatMap(({ template }) => templateTraces('a reference', transform.protect(template))),
      ...textTraces('a name', named.maskedName),
      ...textTraces('an account', named.maskedAccount),
      ...[sealing.bytes, transformKey.bytes, subjects].map((bytes) => ({ what: 'a key', bytes })),
    ])
    const look = () => databaseFiles(dataDir).map(({ name, bytes }) => [name, scanner.scan(bytes)])
    const names = databaseFiles(dataDir).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['lane.sqlite', 'lane.sqlite-wal', 'lane.sqlite-shm']))
    expect(look().filter(([, found]) => found?.length !== 0)).toEqual([])
    store.close()
    expect(look().filter(([, found]) => found?.length !== 0)).toEqual([])
    // The same scanner sees a key where it may lie.
    expect(scanner.scan(readFileSync(path.join(keysDir(dataDir), 'face.key')))).toEqual(['a key'])
  })

  it('hold another ciphertext for each reference, even for the same template twice, and none opens in another row', async () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    const [first] = enrolPeople(store, 1, 5, length)
    const [second] = enrolPeople(store, 1, 5, length)
    expect(first?.template).toEqual(second?.template)
    const [a, b] = storedRows(dataDir)
    if (a === undefined || b === undefined) throw new Error('Two were enrolled')
    expect(a.sealed.length).toBe(b.sealed.length)
    const chunks = (sealed: Buffer) => new Set(sealed.toString('hex').match(/.{16}/g))
    const ofB = chunks(b.sealed)
    expect([...chunks(a.sealed)].filter((chunk) => ofB.has(chunk))).toEqual([])
    tamper(dataDir, `UPDATE reference SET sealed = x'${b.sealed.toString('hex')}' WHERE rowid = 1`)
    const { rows, unreadable } = await loadAll(store, length)
    expect([[...rows.keys()], unreadable]).toEqual([
      [b.reference_key],
      [{ referenceKey: a.reference_key, code: 'vault.cannotOpen' }],
    ])
  })

  it('hold no byte of a deleted reference afterwards, the WAL included, also when it is deleted by its replacement', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    const [leaves, stays] = enrolPeople(store, 40, 5, length)
    if (leaves === undefined || stays === undefined) throw new Error('Forty were enrolled')
    const sealedOf = (key: string) => {
      const row = storedRows(dataDir).find(({ reference_key }) => reference_key === key)
      if (row === undefined) throw new Error('No such row')
      return new TraceScanner(
        Array.from({ length: 20 }, (_, index) => ({
          what: 'ciphertext',
          bytes: row.sealed.subarray(index * 100, index * 100 + 32),
        })),
      )
    }
    const gone = sealedOf(leaves.referenceKey)
    const kept = sealedOf(stays.referenceKey)
    const foundBy = (scanner: TraceScanner) =>
      databaseFiles(dataDir).some(({ bytes }) => scanner.scan(bytes).length > 0)
    expect([foundBy(gone), foundBy(kept)]).toEqual([true, true])
    store.transact((tx) => tx.deleteSubject(leaves.subjectKey))
    expect([foundBy(gone), foundBy(kept)]).toEqual([false, true])

    const sealed = store.vault.seal('faceReference', stays.referenceKey, templateToBytes(leaves.template))
    const { referenceKey, subjectKey } = stays
    store.transact((tx) => tx.putReference({ referenceKey, subjectKey, sealed, modelPackId, createdAtMs: 2 }))
    store.close()
    expect(foundBy(kept)).toBe(false)
  })
})
