import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { compare } from '../../../src-main/domain/face/embedding.ts'
import { fileCustody } from '../../../src-main/store/keys/custody.ts'
import { openFaceKeys, replaceFaceKeys, type FaceKeys } from '../../../src-main/store/keys/face-keys.ts'
import { faceKeysStatus } from '../../../src-main/store/keys/status.ts'
import type { LaneStore } from '../../../src-main/store/lane-store.ts'
import { openStore, random, tamper, temporaryFolder } from './fixtures.ts'
import { enrolPeople, length, loadAll, modelPackId, storedRows, type Enrolled } from './people.ts'

function keyFiles(dataDir: string): string[] {
  return readdirSync(path.join(dataDir, 'keys')).toSorted()
}

const settledFiles = ['face.key', 'lane.pem', 'subjects.key', 'transform.key']

/** Everybody is found with their own template, and with nothing else. */
async function expectEverybody(store: LaneStore, people: readonly Enrolled[]): Promise<void> {
  const transform = store.templateTransform({ modelPackId, length })
  const { rows, unreadable, notComparable } = await loadAll(store)
  expect([rows.size, unreadable, notComparable]).toEqual([people.length, [], 0])
  for (const { referenceKey, template } of people) {
    const row = rows.get(referenceKey)
    expect(row && compare(transform.protect(template), row)).toBeCloseTo(1, 4)
  }
}

describe('a rotation of the face keys', () => {
  it('issues every reference anew under two new keys and destroys the old ones', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const people = enrolPeople(first.store, 120)
    first.store.close()
    const before = storedRows(dataDir)
    const oldFiles = ['face.key', 'transform.key'].map((name) =>
      readFileSync(path.join(dataDir, 'keys', name)),
    )

    const { store, rotation, faceKey } = openStore(dataDir, { rotateFaceKeys: true })
    expect([rotation, faceKey]).toEqual(['begun', 'opened'])
    expect(faceKeysStatus(dataDir)).toMatchObject({
      rotation: 'underWay',
      references: { current: 0, toReissue: 120, lost: 0 },
    })
    expect(await store.reissueReferences()).toEqual({ reissued: 120, unreadable: 0, destroyedKeys: 2 })
    expect(faceKeysStatus(dataDir)).toEqual({
      custody: 'files',
      readableByOthers: [],
      rotation: 'none',
      references: { current: 120, toReissue: 0, lost: 0 },
    })
    const after = storedRows(dataDir)
    for (const [index, row] of after.entries()) {
      expect(row.reference_key).toBe(before[index]?.reference_key)
      expect(row.vault_key_id).not.toBe(before[index]?.vault_key_id)
      expect(row.transform_key_id).not.toBe(before[index]?.transform_key_id)
      expect(row.sealed).not.toEqual(before[index]?.sealed)
    }
    expect(keyFiles(dataDir)).toEqual(settledFiles)
    const files = everyFile(dataDir)
    for (const old of oldFiles) expect(files.some((bytes) => bytes.includes(old))).toBe(false)
    for (const { sealed } of before) expect(files.some((bytes) => bytes.includes(sealed))).toBe(false)
    await expectEverybody(store, people)
    store.close()
    await expectEverybody(openStore(dataDir).store, people)
  })

  it('gives references that do not compare with those of before', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    enrolPeople(first.store, 40, 5, 512)
    const before = await loadAll(first.store, 512)
    first.store.close()
    const { store } = openStore(dataDir, { rotateFaceKeys: true })
    await store.reissueReferences()
    const after = await loadAll(store, 512)
    for (const [key, row] of before.rows) {
      const anew = after.rows.get(key)
      expect(anew && Math.abs(compare(row, anew))).toBeLessThan(0.25)
    }
  })

  it('leaves the lane whole while it runs: everybody is found, and who enrols or leaves meanwhile is right too', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const people = enrolPeople(first.store, 210)
    first.store.close()
    const { store } = openStore(dataDir, { rotateFaceKeys: true })
    await expectEverybody(store, people)
    const enrolled: Enrolled[] = []
    const [leaves] = people.splice(200, 1)
    const report = await store.reissueReferences({
      onProgress: (done) => {
        if (done !== 50) return
        enrolled.push(...enrolPeople(store, 1, 99))
        store.transact((tx) => tx.deleteSubject(leaves?.subjectKey ?? ''))
      },
    })
    expect(report).toEqual({ reissued: 209, unreadable: 0, destroyedKeys: 2 })
    await expectEverybody(store, [...people, ...enrolled])
  })

  it('is not held up by a row that nothing can open, and does not delete it', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const [broken, ...people] = enrolPeople(first.store, 4)
    first.store.close()
    const key = broken?.referenceKey ?? ''
    tamper(dataDir, `UPDATE reference SET sealed = zeroblob(length(sealed)) WHERE reference_key = '${key}'`)
    const { store } = openStore(dataDir, { rotateFaceKeys: true })
    expect(await store.reissueReferences()).toEqual({ reissued: 3, unreadable: 1, destroyedKeys: 2 })
    expect(storedRows(dataDir)).toHaveLength(4)
    expect((await loadAll(store)).rows.size).toBe(people.length)
  })

  it('that is called off goes on later from where it was, without a third pair of keys', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const people = enrolPeople(first.store, 200)
    first.store.close()
    const { store } = openStore(dataDir, { rotateFaceKeys: true })
    const stopping = new AbortController()
    const cut = store.reissueReferences({
      signal: stopping.signal,
      onProgress: () => stopping.abort(new Error('closing time')),
    })
    await expect(cut).rejects.toThrow('closing time')
    store.close()
    const again = openStore(dataDir, { rotateFaceKeys: true })
    expect(again.rotation).toBe('resumed')
    const { reissued, destroyedKeys } = await again.store.reissueReferences()
    expect([reissued > 0 && reissued < 200, destroyedKeys]).toEqual([true, 2])
    await expectEverybody(again.store, people)
  })
})

describe('a rotation killed', () => {
  it('while it replaces the key files leaves keys that open every reference, and is begun whole or not at all', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const people = enrolPeople(first.store, 3)
    first.store.close()
    const old = path.join(dataDir, 'keys')
    const opened = openFaceKeys(old, fileCustody)
    if (!opened.ok) throw opened.error
    const anew = path.join(temporaryFolder(), 'keys')
    cpSync(old, anew, { recursive: true })
    replaceFaceKeys(anew, opened.value, fileCustody)
    // The order of the writes; each of them is atomic.
    const writes = ['face.retiring.key', 'transform.retiring.key', 'transform.key', 'face.key']
    for (let written = 0; written <= writes.length; written += 1) {
      const folder = path.join(temporaryFolder(), 'lane')
      cpSync(dataDir, folder, { recursive: true })
      for (const name of writes.slice(0, written))
        cpSync(path.join(anew, name), path.join(folder, 'keys', name))
      const { store } = openStore(folder)
      await expectEverybody(store, people)
      const { sealing, transform, retiring } = store.vault.faceKeys() satisfies FaceKeys
      const isNew = [sealing.id !== opened.value.sealing.id, transform.id !== opened.value.transform.id]
      expect(isNew).toEqual(written < 3 ? [false, false] : [true, true])
      expect(retiring).toHaveLength(written < 3 ? 0 : 2)
      await store.reissueReferences()
      expect(keyFiles(folder)).toEqual(settledFiles)
      await expectEverybody(store, people)
    }
  })

  const kills = 10
  it(`at ${kills} moments of its work loses nobody, and the next start goes on`, async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const people = enrolPeople(first.store, 600)
    first.store.close()
    const seen = new Set<string>()
    for (let kill = 0; kill < kills; kill += 1) {
      seen.add(await rotateUntilKilled(dataDir, 1 + (kill % 7)))
      const { store } = openStore(dataDir)
      await expectEverybody(store, people)
      store.close()
    }
    // Not one moment tried many times: the children died in different steps of their work.
    expect(seen.size).toBeGreaterThan(3)
    const { store } = openStore(dataDir)
    await store.reissueReferences()
    const { sealing, transform } = store.vault.faceKeys()
    for (const row of storedRows(dataDir))
      expect([row.vault_key_id, row.transform_key_id]).toEqual([sealing.id, transform.id])
    expect(keyFiles(dataDir)).toEqual(settledFiles)
    await expectEverybody(store, people)
  })
})

describe('a rotation that is asked for where the keys are closed', () => {
  it('waits for the shell that can open them', () => {
    const dataDir = temporaryFolder()
    const custody = { kind: 'osKeyStore', wrappingKey: random.bytes(32) } as const
    openStore(dataDir, { keyCustody: custody }).store.close()
    const elsewhere = openStore(dataDir, { rotateFaceKeys: true })
    expect([elsewhere.rotation, elsewhere.faceKey]).toEqual(['waiting', 'closed'])
    elsewhere.store.close()
    expect(faceKeysStatus(dataDir)).toMatchObject({ custody: 'osKeyStore', rotation: 'waiting' })
    const atHome = openStore(dataDir, { keyCustody: custody })
    expect([atHome.rotation, atHome.faceKey]).toEqual(['begun', 'opened'])
    expect(faceKeysStatus(dataDir)).toMatchObject({ custody: 'osKeyStore', rotation: 'underWay' })
  })
})

/** Rotates in a process of its own and kills it some time after its line `lines`; returns the last thing it said. */
async function rotateUntilKilled(dataDir: string, lines: number): Promise<string> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'rotator.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.split('\n').length > lines) void sleep(random.unit() * 8).then(() => child.kill('SIGKILL'))
  })
  await ended
  return output.trimEnd().split('\n').at(-1) ?? ''
}

function everyFile(dataDir: string): Buffer[] {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
}
