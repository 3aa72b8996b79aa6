import { Failure } from '../../contract/failure.ts'
import { templateToBytes } from '../../face/protection/templateBytes.ts'
import type { ReadHandle } from '../handles.ts'
import type { FaceKeys } from '../keys/face-keys.ts'
import { sealWith } from '../keys/sealing.ts'
import { sealContext } from '../keys/vault.ts'
import { pairsToReissue, readPageUnder, type ReissuedReference } from '../repositories/references.ts'
import type { StoredReference } from '../repositories/references.ts'
import type { ReissuePage } from './protocol.ts'
import type { ReferenceOpener } from './reference-opener.ts'

/** Every reference that is not under the active keys and can be opened, sealed anew, page by page. */
export function* reissuePages(
  db: ReadHandle,
  keys: FaceKeys,
  opener: ReferenceOpener,
  rowsAPage: number,
): Generator<ReissuePage> {
  for (const pair of pairsToReissue(keys)) {
    for (let ord = 0; ;) {
      const page = readPageUnder(db, pair, ord, rowsAPage)
      const last = page.at(-1)
      if (last === undefined) break
      ord = last.ord
      yield reissueRows(page, keys, opener)
    }
  }
}

function reissueRows(page: readonly StoredReference[], keys: FaceKeys, opener: ReferenceOpener): ReissuePage {
  const rows: ReissuedReference[] = []
  const unreadable: string[] = []
  for (const row of page) {
    const sealed = sealAnew(row, keys, opener)
    if (sealed === null) unreadable.push(row.referenceKey)
    else {
      const { referenceKey, sealingKeyId, transformKeyId } = row
      rows.push({ referenceKey, from: { sealingKeyId, transformKeyId }, sealed })
    }
  }
  return { rows, unreadable }
}

/** Null when its tag fails, or when it is no template that could be turned. */
function sealAnew(row: StoredReference, keys: FaceKeys, opener: ReferenceOpener): Uint8Array | null {
  const length = opener.lengthOf(row)
  if (!Number.isInteger(length) || length < 2 || length % 2 !== 0) return null
  const reference = new Float32Array(length)
  try {
    opener.open(row, reference)
  } catch (thrown) {
    if (thrown instanceof Failure) return null
    throw thrown
  }
  const plaintext = templateToBytes(reference)
  reference.fill(0)
  const sealed = sealWith(keys.sealing.bytes, sealContext('faceReference', row.referenceKey), plaintext)
  plaintext.fill(0)
  return sealed
}
