import type { CardRefusal, CardSlot, MemberCardFormat } from './smart-card-rw-port.ts'

/** What the process that holds the smart card service is started with. */
export interface ReaderWatchOptions {
  /** Part of the reader's name; empty for any reader. */
  readonly reader: string
  readonly member: MemberCardFormat
}

/** What it tells. */
export type ReaderWatchEvent =
  | { readonly kind: 'slots'; readonly slots: readonly CardSlot[] }
  | { readonly kind: 'read'; readonly reader: string; readonly memberNumber: string }
  | {
      readonly kind: 'refused'
      readonly reader: string
      readonly reason: CardRefusal
      readonly statusWord: string | null
    }
  /** The smart card service died; a new process has to be started. */
  | { readonly kind: 'serviceLost'; readonly code: string }
