import { Failure } from '../../contract/failure.ts'
import type { OsKeyStorePort } from '../../ports/osKeyStore.ts'
import type { SafeStorageLike } from './electron-like.ts'

/**
 * Electron's asynchronous safeStorage as the OS key store. On Linux its `basic_text` back end encrypts under a password
 * that everybody knows: it is refused, and so is one that Electron cannot name. Use it once Electron is ready.
 */
export function createOsKeyStore(safeStorage: SafeStorageLike, platform: NodeJS.Platform): OsKeyStorePort {
  return {
    async refusal() {
      if (!(await safeStorage.isAsyncEncryptionAvailable())) return refused('not available')
      if (platform !== 'linux') return null
      const backend = safeStorage.getSelectedStorageBackend()
      return backend === 'basic_text' || backend === 'unknown' ? refused(backend) : null
    },
    seal: (text) => safeStorage.encryptStringAsync(text),
    async open(sealed) {
      const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(sealed))
      return { text: result, sealAgain: shouldReEncrypt }
    },
  }
}

function refused(nativeCode: string): Failure {
  return new Failure({
    code: 'keys.osStoreRefused',
    attempted: "use the operating system's key store",
    remedy: 'staff',
    nativeCode,
    message:
      "This machine offers no key store that protects anything, so the face keys lie in files that only this user may read. Set up the desktop's keyring (GNOME or KDE) for this user and start again, or encrypt the disk.",
  })
}
