import { describe, expect, it } from 'vitest'
import { createOsKeyStore } from '../../../src-main/shell/electron/os-key-store.ts'
import type { SafeStorageLike } from '../../../src-main/shell/electron/electron-like.ts'

/** Electron's safeStorage as far as the shell uses it; its cipher is none. */
function safeStorage(change: Partial<SafeStorageLike> = {}): SafeStorageLike {
  return {
    isAsyncEncryptionAvailable: async () => true,
    getSelectedStorageBackend: () => 'gnome_libsecret',
    encryptStringAsync: async (text) => Buffer.from(`sealed ${text}`),
    decryptStringAsync: async (sealed) => ({
      result: sealed.toString().replace('sealed ', ''),
      shouldReEncrypt: false,
    }),
    ...change,
  }
}

describe("the operating system's key store", () => {
  it.each(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'])(
    'is used on Linux over %s',
    async (backend) => {
      const store = createOsKeyStore(safeStorage({ getSelectedStorageBackend: () => backend }), 'linux')
      expect(await store.refusal()).toBeNull()
    },
  )

  it.each(['basic_text', 'unknown'])(
    'is refused on Linux over %s, by name and with what to do',
    async (backend) => {
      const store = createOsKeyStore(safeStorage({ getSelectedStorageBackend: () => backend }), 'linux')
      expect(await store.refusal()).toMatchObject({
        code: 'keys.osStoreRefused',
        nativeCode: backend,
        message: expect.stringContaining('keyring') as string,
      })
    },
  )

  it.each(['win32', 'darwin'] as const)(
    'is used on %s, where there is no back end to ask for',
    async (platform) => {
      const noBackend = () => {
        throw new Error('getSelectedStorageBackend is there on Linux only')
      }
      const store = createOsKeyStore(safeStorage({ getSelectedStorageBackend: noBackend }), platform)
      expect(await store.refusal()).toBeNull()
    },
  )

  it('is refused everywhere when encryption is not available', async () => {
    const store = createOsKeyStore(safeStorage({ isAsyncEncryptionAvailable: async () => false }), 'darwin')
    expect(await store.refusal()).toMatchObject({ code: 'keys.osStoreRefused', nativeCode: 'not available' })
  })

  it('gives back what was sealed, and says when it should be sealed anew', async () => {
    const store = createOsKeyStore(safeStorage(), 'linux')
    expect(await store.open(await store.seal('c2VjcmV0'))).toEqual({ text: 'c2VjcmV0', sealAgain: false })
    const renewed = createOsKeyStore(
      safeStorage({ decryptStringAsync: async () => ({ result: 'x', shouldReEncrypt: true }) }),
      'linux',
    )
    expect(await renewed.open(new Uint8Array(1))).toEqual({ text: 'x', sealAgain: true })
  })
})
