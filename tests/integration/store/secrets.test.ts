import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRecovery } from '../../../src-main/store/keys/recovery.ts'
import { openVault } from '../../../src-main/store/keys/vault.ts'
import type { LaneStore } from '../../../src-main/store/lane-store.ts'
import { openForReading } from '../../../src-main/store/database.ts'
import { openStore, random, sampleSubject, temporaryFolder } from './fixtures.ts'

const cannotOpen = expect.objectContaining({ code: 'vault.cannotOpen' }) as Error

function enrol(store: LaneStore) {
  const subject = sampleSubject()
  const referenceKey = random.key()
  const sealed = store.vault.seal('faceReference', referenceKey, new Uint8Array([1, 2, 3]))
  const personal = store.transact((tx) => {
    tx.putSubject(subject)
    tx.putReference({
      referenceKey,
      subjectKey: subject.subjectKey,
      sealed,
      modelPackId: 'pack-1',
      createdAtMs: 1,
    })
    const box = tx.sealPersonal(subject.subjectKey, { maskedName: subject.maskedName })
    tx.append(
      { kind: 'subject', id: subject.subjectKey },
      {
        type: 'face.enrolled',
        subjectKey: subject.subjectKey,
        referenceKey,
        accountId: subject.accountId,
        modelPackId: 'pack-1',
        frames: 5,
        personal: box,
      },
    )
    return box
  })
  return { subject, personal }
}

describe('the vault', () => {
  it('opens what it sealed, only for the same purpose and the same row', () => {
    const { vault } = openVault(path.join(temporaryFolder(), 'keys'))
    const secret = new Uint8Array([1, 2, 3])
    const sealed = vault.seal('faceReference', 'row-1', secret)
    expect([...vault.open('faceReference', 'row-1', sealed)]).toEqual([1, 2, 3])
    expect(() => vault.open('faceReference', 'row-2', sealed)).toThrow(cannotOpen)
    expect(() => vault.open('subjectKey', 'row-1', sealed)).toThrow(cannotOpen)
    expect(() => vault.open('faceReference', 'row-1', sealed.subarray(0, 20))).toThrow(cannotOpen)
    for (const index of [0, 12, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(() => vault.open('faceReference', 'row-1', changed)).toThrow(cannotOpen)
    }
  })

  it('says whether its keys are new, the known ones, or new ones in place of others', () => {
    const keysDir = path.join(temporaryFolder(), 'keys')
    const first = openVault(keysDir)
    expect(first.faceKey).toBe('created')
    const known = {
      faceReference: first.vault.faceKeys().sealing.id,
      transform: first.vault.faceKeys().transform.id,
      subjectKey: first.vault.subjectKeyId,
    }
    expect(openVault(keysDir, { known })).toMatchObject({ faceKey: 'opened', subjectWrappingKey: 'opened' })
    rmSync(path.join(keysDir, 'face.key'))
    expect(openVault(keysDir, { known })).toMatchObject({
      faceKey: 'recreated',
      subjectWrappingKey: 'opened',
    })
  })

  it('keeps a damaged key file beside the new one', () => {
    const keysDir = path.join(temporaryFolder(), 'keys')
    openVault(keysDir)
    writeFileSync(path.join(keysDir, 'face.key'), 'short')
    openVault(keysDir)
    expect(readFileSync(path.join(keysDir, 'face.key.damaged'), 'utf8')).toBe('short')
    expect(readFileSync(path.join(keysDir, 'face.key'))).toHaveLength(32)
  })
})

describe('a lost key', () => {
  it('of the faces means an empty gallery, and its return fills it again', () => {
    const dataDir = temporaryFolder()
    const keyFile = path.join(dataDir, 'keys', 'face.key')
    const first = openStore(dataDir)
    const { subject } = enrol(first.store)
    first.store.close()
    const key = readFileSync(keyFile)
    rmSync(keyFile)

    const second = openStore(dataDir)
    expect(second.faceKey).toBe('recreated')
    expect(second.epochBeginning).toBeNull()
    expect([...second.store.references()]).toEqual([])
    expect(second.store.subject(subject.subjectKey)).toEqual(subject)
    second.store.close()

    writeFileSync(keyFile, key)
    expect([...openStore(dataDir).store.references()]).toHaveLength(1)
  })

  it('of the subjects leaves a lane that sells, enrols anew and verifies', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    const { subject } = enrol(first.store)
    first.store.close()
    rmSync(path.join(dataDir, 'keys', 'subjects.key'))
    const { store } = openStore(dataDir)
    expect(store.subject(subject.subjectKey)).toBeNull()
    expect(store.subjectByAccount(subject.accountId)).toBeNull()
    const again = sampleSubject({ accountId: subject.accountId })
    store.transact((tx) => tx.putSubject(again))
    expect(store.subjectByAccount(subject.accountId)).toEqual(again)
    expect((await store.verify({ from: 'genesis' })).ok).toBe(true)
  })
})

describe('deleting a subject', () => {
  it('makes every ciphertext of that person unreadable while the chain still verifies', async () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    const { subject, personal } = enrol(store)
    const other = enrol(store)
    expect(store.openPersonal(subject.subjectKey, personal.box)).toEqual({ maskedName: subject.maskedName })

    const references = store.transact((tx) => {
      const gone = tx.deleteSubject(subject.subjectKey)
      tx.append(
        { kind: 'subject', id: subject.subjectKey },
        { type: 'face.deleted', subjectKey: subject.subjectKey, references: gone },
      )
      return gone
    })
    expect(references).toBe(1)
    expect(store.openPersonal(subject.subjectKey, personal.box)).toBeNull()
    expect(store.subject(subject.subjectKey)).toBeNull()
    expect(store.subjectByAccount(subject.accountId)).toBeNull()
    expect([...store.references()].map((row) => row.subjectKey)).toEqual([other.subject.subjectKey])
    expect(store.openPersonal(other.subject.subjectKey, other.personal.box)).not.toBeNull()
    expect(await store.verify({ from: 'genesis' })).toMatchObject({ ok: true })
  })

  it('leaves no byte of the wrapped key in any file of the folder', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    const { subject } = enrol(store)
    const wrapped = wrappedKeyOf(dataDir, subject.subjectKey)
    const isThere = () => databaseFiles(dataDir).some((bytes) => bytes.includes(wrapped))
    expect(isThere()).toBe(true)
    store.transact((tx) => tx.deleteSubject(subject.subjectKey))
    expect(isThere()).toBe(false)
  })

  it('never wrote a name in the clear', () => {
    const dataDir = temporaryFolder()
    const { store } = openStore(dataDir)
    enrol(store)
    const name = Buffer.from('王*明')
    expect(databaseFiles(dataDir).some((bytes) => bytes.includes(name))).toBe(false)
  })
})

describe('the merchant recovery file', () => {
  const kinds = {
    X25519: () => generateKeyPairSync('x25519'),
    RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  }
  for (const [kind, generate] of Object.entries(kinds)) {
    it(`gives the journal keys back to the holder of the ${kind} private key, and to nobody else`, () => {
      const dataDir = temporaryFolder()
      const { publicKey, privateKey } = generate()
      const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
      const { laneKey } = openStore(dataDir, { recoveryPublicKey: pem })
      const recovered = openRecovery(dataDir, privateKey)
      expect(recovered.laneKeyPem).toBe(laneKey.privateKeyPem)
      expect(Buffer.from(recovered.subjectWrappingKey, 'base64')).toEqual(
        readFileSync(path.join(dataDir, 'keys', 'subjects.key')),
      )
      expect(readFileSync(path.join(dataDir, 'recovery.json'), 'utf8')).not.toContain('PRIVATE')
      expect(() => openRecovery(dataDir, generate().privateKey)).toThrow(cannotOpen)
    })
  }

  it('is written once and again only when a key changed', () => {
    const dataDir = temporaryFolder()
    const pem = kinds.X25519().publicKey.export({ format: 'pem', type: 'spki' }).toString()
    const read = () => readFileSync(path.join(dataDir, 'recovery.json'), 'utf8')
    openStore(dataDir, { recoveryPublicKey: pem }).store.close()
    const before = read()
    openStore(dataDir, { recoveryPublicKey: pem }).store.close()
    expect(read()).toBe(before)
    const other = kinds.X25519().publicKey.export({ format: 'pem', type: 'spki' }).toString()
    openStore(dataDir, { recoveryPublicKey: other }).store.close()
    expect(read()).not.toBe(before)
  })

  it('is refused a key that cannot wrap, by name', () => {
    const dataDir = temporaryFolder()
    const signing = createPublicKey(generateKeyPairSync('ed25519').privateKey)
    const pem = signing.export({ format: 'pem', type: 'spki' }).toString()
    const refused = expect.objectContaining({ code: 'vault.badRecoveryKey' }) as Error
    expect(() => openStore(dataDir, { recoveryPublicKey: pem })).toThrow(refused)
    expect(() => openStore(dataDir, { recoveryPublicKey: 'nonsense' })).toThrow(refused)
    expect(existsSync(path.join(dataDir, 'recovery.json'))).toBe(false)
  })
})

function databaseFiles(dataDir: string): Buffer[] {
  return readdirSync(dataDir)
    .filter((name) => name.startsWith('lane.sqlite'))
    .map((name) => readFileSync(path.join(dataDir, name)))
}

function wrappedKeyOf(dataDir: string, subjectKey: string): Buffer {
  const db = openForReading(dataDir)
  const sql = 'SELECT wrapped FROM subject_secret WHERE subject_key = ?'
  const row = db.prepare<[string], { wrapped: Buffer }>(sql).get(subjectKey)
  db.close()
  return row?.wrapped ?? Buffer.alloc(0)
}
