import { laneEventSchema, type LaneEventOf } from '../../contract/events.ts'
import type { DeletionProof } from '../../contract/rights.ts'
import { encodeHead, linkHash, type Sha256 } from '../journal/format.ts'

/** What the runtime brings: this module is pure. */
export interface ProofCrypto {
  readonly sha256: Sha256
  readonly fromBase64: (text: string) => Uint8Array
  /** Ed25519; `publicKey` is raw, 32 bytes. */
  readonly isSignedBy: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean
}

export type ProofVerdict =
  | {
      readonly kind: 'valid'
      readonly deletion: LaneEventOf<'face.deleted'>
      readonly laneId: string
      readonly atMs: number
    }
  /** `hash`: the content was changed. `signature`: it is not this key's. `notADeletion`: genuine, about something else. */
  | { readonly kind: 'invalid'; readonly why: 'hash' | 'signature' | 'notADeletion' }

/**
 * Recomputes the hash of the entry and checks the lane's signature over it. Whether `publicKey` is the lane's, the
 * receipt's page at the hub says.
 */
export function checkDeletionProof({ entry, publicKey }: DeletionProof, crypto: ProofCrypto): ProofVerdict {
  const { header, prevHash, hash, signature } = entry
  const payload = crypto.fromBase64(entry.payload)
  if (linkHash(crypto.sha256, prevHash, header, payload) !== hash) return { kind: 'invalid', why: 'hash' }
  const signed =
    signature !== null &&
    crypto.isSignedBy(crypto.fromBase64(publicKey), encodeHead(header, hash), crypto.fromBase64(signature))
  if (!signed) return { kind: 'invalid', why: 'signature' }
  const event = laneEventSchema.safeParse(parseJson(payload))
  if (!event.success || event.data.type !== 'face.deleted') return { kind: 'invalid', why: 'notADeletion' }
  return { kind: 'valid', deletion: event.data, laneId: header.laneId, atMs: header.at.atMs }
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload))
  } catch {
    return undefined
  }
}
