import type { DeletionProof } from '../../src-main/contract/rights.ts'
import { checkDeletionProof, type ProofVerdict } from '../../src-main/domain/rights/proof.ts'
import { isSignedBy, sha256 } from '../crypto.ts'
import { headerColumns, headerOf, type HeaderRow } from '../entries/header.ts'
import type { Queryable } from '../store/database.ts'

interface ProofRow extends HeaderRow {
  payload: Buffer
  prev_hash: Buffer
  hash: Buffer
  signature: Buffer | null
  public_key: Buffer
}

/** The entry of a deletion as the lane signed it, with the key under which the lane joined; null when there is none. */
export async function findDeletionProof(database: Queryable, token: string): Promise<DeletionProof | null> {
  const [row] = await database.query<ProofRow>(
    `SELECT ${headerColumns}, e.payload, e.prev_hash, e.hash, e.signature, p.public_key
     FROM member_face f
     JOIN journal_entry e ON e.lane_id = f.lane_id AND e.epoch = f.deleted_epoch AND e.seq = f.deleted_seq
     JOIN lane_position p ON p.lane_id = f.lane_id AND p.epoch = f.deleted_epoch
     WHERE f.receipt_token = $1`,
    [token],
  )
  if (row === undefined) return null
  return {
    kind: 'facelane.deletionReceipt',
    formatVersion: 1,
    publicKey: row.public_key.toString('base64'),
    entry: {
      header: headerOf(row),
      payload: row.payload.toString('base64'),
      prevHash: row.prev_hash.toString('hex'),
      hash: row.hash.toString('hex'),
      signature: row.signature === null ? null : row.signature.toString('base64'),
    },
  }
}

export function checkProof(proof: DeletionProof): ProofVerdict {
  return checkDeletionProof(proof, {
    sha256,
    fromBase64: (text) => Buffer.from(text, 'base64'),
    isSignedBy,
  })
}
