/** What a secret is for; a ciphertext opens only under the purpose it was sealed for. */
export type VaultPurpose = 'faceReference' | 'subjectKey'

/** Authenticated encryption at rest (AES-256-GCM); keys never leave the implementation. */
export interface VaultPort {
  /** Returns nonce || ciphertext || tag. `boundTo` (a row's own key) is authenticated: rows cannot be swapped. */
  seal(purpose: VaultPurpose, boundTo: string, plaintext: Uint8Array): Uint8Array
  /** Throws a `Failure` with code `vault.cannotOpen` when key, purpose, row or bytes do not agree. */
  open(purpose: VaultPurpose, boundTo: string, sealed: Uint8Array): Uint8Array
}
