import type { ScannerFrame } from './scan-text.ts'

/** From what a scanner sends to reads. */
export interface ScanDecoder {
  /** Any chunking of the same bytes gives the same frames. */
  push(bytes: Uint8Array): ScannerFrame[]
  /** After how many ms without a byte `silence` is to be called; null when silence means nothing. */
  readonly silenceMs: number | null
  /** What the end of the sending says: a read that ends so, or half a one. */
  silence(): ScannerFrame[]
}
