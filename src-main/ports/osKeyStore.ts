import type { Failure } from '../contract/failure.ts'

/** The operating system's own place for secrets (Keychain, DPAPI, libsecret, KWallet), as a shell that has one offers it. */
export interface OsKeyStorePort {
  /** Why a secret must not be given to it on this machine; null when it may. Answers once the shell is ready. */
  refusal(): Promise<Failure | null>
  /** Rejects when the store is locked or gone. */
  seal(text: string): Promise<Uint8Array>
  /** `sealAgain`: the store has a newer key of its own; what was opened should be sealed anew. Rejects as `seal` does. */
  open(sealed: Uint8Array): Promise<{ readonly text: string; readonly sealAgain: boolean }>
}
