import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src-main/contract/failure.ts'
import type { OsKeyStorePort } from '../../../src-main/ports/osKeyStore.ts'
import { openCustody, wrappingKeyFile } from '../../../src-main/store/keys/custody.ts'
import { keysDir } from '../../../src-main/store/keys/face-keys.ts'
import { sealWith, openWith } from '../../../src-main/store/keys/sealing.ts'
import { faceKeysStatus, keyFilesStatus } from '../../../src-main/store/keys/status.ts'
import { appendOne, openStore, random, temporaryFolder } from './fixtures.ts'
import { enrolPeople, loadAll } from './people.ts'

/** A keyring with a secret of its own, as an OS has; it can be locked, emptied and given a newer secret. */
class Keyring implements OsKeyStorePort {
  secret = random.bytes(32)
  locked = false
  refused: Failure | null = null
  sealAgain = false
  seals = 0

  async refusal(): Promise<Failure | null> {
    return this.refused
  }

  async seal(text: string): Promise<Uint8Array> {
    if (this.locked) throw new Error('the keyring is locked')
    this.seals += 1
    return sealWith(this.secret, 'keyring', Buffer.from(text))
  }

  async open(sealed: Uint8Array): Promise<{ text: string; sealAgain: boolean }> {
    if (this.locked) throw new Error('the keyring is locked')
    return {
      text: Buffer.from(openWith(this.secret, 'keyring', sealed)).toString(),
      sealAgain: this.sealAgain,
    }
  }
}

const refused = new Failure({
  code: 'keys.osStoreRefused',
  attempted: 'use the key store',
  remedy: 'staff',
  nativeCode: 'basic_text',
  message: 'It protects nothing.',
})

/** Opens the lane as a shell with this keyring does. */
async function openWithKeyring(dataDir: string, keyring: OsKeyStorePort | null) {
  const { custody, notice } = await openCustody(keysDir(dataDir), keyring)
  return { ...openStore(dataDir, { keyCustody: custody }), notice }
}

const faceKeyFiles = ['face.key', 'transform.key']

describe('face keys on a headless box', () => {
  it('lie in files that only their user may read, and are said to when they are not', async () => {
    const dataDir = temporaryFolder()
    const { store, notice } = await openWithKeyring(dataDir, null)
    store.close()
    expect(notice).toBeNull()
    for (const name of faceKeyFiles) {
      const file = path.join(keysDir(dataDir), name)
      expect([statSync(file).mode & 0o777, statSync(file).size]).toEqual([0o600, 32])
    }
    expect(keyFilesStatus(dataDir)).toEqual({ custody: 'files', readableByOthers: [] })
    rmSync(path.join(keysDir(dataDir), 'transform.key'))
    writeFileSync(path.join(keysDir(dataDir), 'transform.key'), random.bytes(32), { mode: 0o644 })
    expect(keyFilesStatus(dataDir).readableByOthers).toEqual(['transform.key'])
  })
})

describe('face keys under the OS key store', () => {
  it('lie wrapped in their files, and open again with the same key store only', async () => {
    const dataDir = temporaryFolder()
    const keyring = new Keyring()
    const first = await openWithKeyring(dataDir, keyring)
    enrolPeople(first.store, 3)
    const { sealing, transform } = first.store.vault.faceKeys()
    const inTheClear = [Buffer.from(sealing.bytes), Buffer.from(transform.bytes)]
    first.store.close()
    for (const name of readdirSync(keysDir(dataDir)))
      for (const key of inTheClear)
        expect(readFileSync(path.join(keysDir(dataDir), name)).includes(key)).toBe(false)
    expect(keyFilesStatus(dataDir).custody).toBe('osKeyStore')

    const second = await openWithKeyring(dataDir, keyring)
    expect([second.faceKey, (await loadAll(second.store)).rows.size]).toEqual(['opened', 3])
    expect(keyring.seals).toBe(1)
  })

  it('take over keys that lay in plain files, and no byte of those stays', async () => {
    const dataDir = temporaryFolder()
    const first = await openWithKeyring(dataDir, null)
    enrolPeople(first.store, 3)
    first.store.close()
    const before = faceKeyFiles.map((name) => readFileSync(path.join(keysDir(dataDir), name)))
    const second = await openWithKeyring(dataDir, new Keyring())
    expect([second.faceKey, (await loadAll(second.store)).rows.size]).toEqual(['opened', 3])
    for (const name of readdirSync(keysDir(dataDir)))
      for (const key of before)
        expect(readFileSync(path.join(keysDir(dataDir), name)).includes(key)).toBe(false)
  })

  it('are sealed anew when the OS has a newer key of its own', async () => {
    const dataDir = temporaryFolder()
    const keyring = new Keyring()
    ;(await openWithKeyring(dataDir, keyring)).store.close()
    const before = readFileSync(wrappingKeyFile(keysDir(dataDir)))
    keyring.sealAgain = true
    const { faceKey } = await openWithKeyring(dataDir, keyring)
    expect([faceKey, keyring.seals]).toEqual(['opened', 2])
    expect(readFileSync(wrappingKeyFile(keysDir(dataDir)))).not.toEqual(before)
  })

  it.each([
    ['is run by a shell that has none', null, null],
    ['finds it locked', (keyring: Keyring) => (keyring.locked = true), 'keys.osStoreClosed'],
    ['finds it emptied', (keyring: Keyring) => (keyring.secret = random.bytes(32)), 'keys.osStoreClosed'],
    ['may not trust it any more', (keyring: Keyring) => (keyring.refused = refused), 'keys.osStoreRefused'],
  ])(
    'stay closed and untouched when the lane %s: no faces, and the till goes on',
    async (_what, change, code) => {
      const dataDir = temporaryFolder()
      const keyring = new Keyring()
      const first = await openWithKeyring(dataDir, keyring)
      enrolPeople(first.store, 2)
      first.store.close()
      const before = faceKeyFiles.map((name) => readFileSync(path.join(keysDir(dataDir), name)))
      const { secret } = keyring
      change?.(keyring)

      const closed = await openWithKeyring(dataDir, change === null ? null : keyring)
      expect([closed.faceKey, closed.notice?.code ?? null]).toEqual(['closed', code])
      expect([...closed.store.references()]).toEqual([])
      const held = expect.objectContaining({ code: 'keys.heldElsewhere' }) as Error
      expect(() => closed.store.templateTransform({ modelPackId: 'pack-1', length: 64 })).toThrow(held)
      expect(() => closed.store.vault.seal('faceReference', 'row', new Uint8Array(4))).toThrow(held)
      await expect(closed.store.reissueReferences()).rejects.toThrow(held)
      expect(appendOne(closed.store).seq).toBeGreaterThan(0)
      closed.store.close()
      expect(faceKeyFiles.map((name) => readFileSync(path.join(keysDir(dataDir), name)))).toEqual(before)

      Object.assign(keyring, { locked: false, secret, refused: null })
      const again = await openWithKeyring(dataDir, keyring)
      expect([again.faceKey, (await loadAll(again.store)).rows.size]).toEqual(['opened', 2])
    },
  )

  it('are made in 0600 files when the key store is refused, and the refusal is told', async () => {
    const dataDir = temporaryFolder()
    const keyring = new Keyring()
    keyring.refused = refused
    const { notice, faceKey } = await openWithKeyring(dataDir, keyring)
    expect([notice?.code, faceKey, keyring.seals]).toEqual(['keys.osStoreRefused', 'created', 0])
    expect(faceKeysStatus(dataDir).custody).toBe('files')
  })

  it('are begun anew once staff removed what the lost key store had wrapped', async () => {
    const dataDir = temporaryFolder()
    const first = await openWithKeyring(dataDir, new Keyring())
    enrolPeople(first.store, 2)
    first.store.close()
    for (const name of ['wrapping.key', ...faceKeyFiles]) rmSync(path.join(keysDir(dataDir), name))
    const { store, faceKey } = await openWithKeyring(dataDir, new Keyring())
    expect([faceKey, (await loadAll(store)).notComparable]).toEqual(['recreated', 2])
    expect(faceKeysStatus(dataDir).references).toEqual({ current: 0, toReissue: 0, lost: 2 })
  })
})

describe('a key file that another program damaged', () => {
  it('is put aside, and the lane has an empty gallery and goes on', async () => {
    const dataDir = temporaryFolder()
    const first = openStore(dataDir)
    enrolPeople(first.store, 2)
    first.store.close()
    writeFileSync(path.join(keysDir(dataDir), 'transform.key'), 'rubbish')
    const { store, faceKey } = openStore(dataDir)
    expect([faceKey, (await loadAll(store)).rows.size]).toEqual(['recreated', 0])
    expect(readFileSync(path.join(keysDir(dataDir), 'transform.key.damaged'), 'utf8')).toBe('rubbish')
    expect(appendOne(store).seq).toBeGreaterThan(0)
  })
})
