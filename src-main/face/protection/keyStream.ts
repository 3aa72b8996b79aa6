import { createCipheriv, hkdfSync } from 'node:crypto'

const BLOCK_BYTES = 16 * 1024
const zeros = Buffer.alloc(BLOCK_BYTES)

/**
 * Numbers that only the key and `purpose` decide, for ever the same on every machine: HKDF-SHA-256 (RFC 5869) makes a
 * key and a counter block for AES-256-CTR (NIST SP 800-38A, 6.5), whose key stream is read as little-endian words.
 * Only integer and correctly rounded operations follow, so no library's sine can change a template.
 */
export class KeyStream {
  readonly #cipher: ReturnType<typeof createCipheriv>
  #block = Buffer.alloc(0)
  #offset = 0

  /** `key`: 32 random bytes. */
  constructor(key: Uint8Array, purpose: string) {
    const derived = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), purpose, 48))
    this.#cipher = createCipheriv('aes-256-ctr', derived.subarray(0, 32), derived.subarray(32))
    derived.fill(0)
  }

  /** Uniform integer in [0, 2^32). */
  word(): number {
    if (this.#offset === this.#block.length) {
      this.#block.fill(0)
      this.#block = this.#cipher.update(zeros)
      this.#offset = 0
    }
    const word = this.#block.readUInt32LE(this.#offset)
    this.#offset += 4
    return word
  }

  /** Uniform integer in [0, limit), without the bias of a remainder. */
  below(limit: number): number {
    const fair = 2 ** 32 - (2 ** 32 % limit)
    for (;;) {
      const word = this.word()
      if (word < fair) return word % limit
    }
  }

  /** Uniform in (-1, 1), a multiple of 2^-32 away from both ends. */
  signedUnit(): number {
    return (this.word() - 2 ** 31 + 0.5) / 2 ** 31
  }

  /** Overwrites what has not been read. */
  close(): void {
    this.#block.fill(0)
    this.#offset = this.#block.length
  }
}
