import { createSecretKey } from 'node:crypto'
import { Failure } from '../../contract/failure.ts'
import { BYTES_PER_VALUE, bytesIntoTemplate } from '../../face/protection/templateBytes.ts'
import { createTemplateTransform, type ReversibleTransform } from '../../face/protection/templateTransform.ts'
import type { FaceKeys } from '../keys/face-keys.ts'
import type { FaceKey } from '../keys/secret-file.ts'
import { openWith } from '../keys/sealing.ts'
import { sealContext } from '../keys/vault.ts'
import type { StoredReference } from '../repositories/references.ts'

/** Opens stored references under whichever of the known keys they lie, and gives them under the active ones. */
export interface ReferenceOpener {
  /** Are both keys of this row known here? A row under a lost key is left alone: the key may come back. */
  knows(row: StoredReference): boolean
  /**
   * Writes the reference into `into`, under the active transform. Throws `vault.cannotOpen` when its tag fails, and
   * `vault.notATemplate` when what was sealed is not `into.length` values.
   */
  open(row: StoredReference, into: Float32Array): void
  /** Values of the template that was sealed, from the length of its row. */
  lengthOf(row: StoredReference): number
}

/** Bytes that sealing adds: nonce and tag. */
const SEAL_BYTES = 28

export function createReferenceOpener(keys: FaceKeys): ReferenceOpener {
  const sealing = new Map(
    [keys.sealing, ...retired(keys, 'sealing')].map(({ id, bytes }) => [id, createSecretKey(bytes)]),
  )
  const transforms = new Map([keys.transform, ...retired(keys, 'transform')].map((key) => [key.id, key]))
  const made = new Map<string, ReversibleTransform>()

  function transformOf(key: FaceKey, modelPackId: string, length: number): ReversibleTransform {
    const name = `${key.id} ${length} ${modelPackId}`
    let transform = made.get(name)
    if (transform === undefined) {
      transform = createTemplateTransform({ key: key.bytes, keyId: key.id, modelPackId, length })
      made.set(name, transform)
    }
    return transform
  }

  /** Only the rows of a rotation, or of the release before transforms, take this way. */
  function turnAnew(row: StoredReference, reference: Float32Array): void {
    const from = row.transformKeyId === null ? null : transforms.get(row.transformKeyId)
    if (from === undefined) throw new Error('This reference is under a transform that is not known here')
    const { modelPackId } = row
    const template =
      from === null ? reference : transformOf(from, modelPackId, reference.length).recover(reference)
    const anew = transformOf(keys.transform, modelPackId, reference.length).protect(template)
    reference.set(anew)
    anew.fill(0)
    if (template !== reference) template.fill(0)
  }

  return {
    knows: ({ sealingKeyId, transformKeyId }) =>
      sealing.has(sealingKeyId) && (transformKeyId === null || transforms.has(transformKeyId)),
    open(row, into) {
      const key = sealing.get(row.sealingKeyId)
      if (key === undefined) throw new Error('This reference is under a key that is not known here')
      const plaintext = openWith(key, sealContext('faceReference', row.referenceKey), row.sealed)
      try {
        if (plaintext.length !== into.byteLength) throw notATemplate(row, into.length)
        bytesIntoTemplate(plaintext, into)
      } finally {
        plaintext.fill(0)
      }
      if (row.transformKeyId !== keys.transform.id) turnAnew(row, into)
    },
    lengthOf: ({ sealed }) => (sealed.length - SEAL_BYTES) / BYTES_PER_VALUE,
  }
}

function retired({ retiring }: FaceKeys, purpose: 'sealing' | 'transform'): FaceKey[] {
  return retiring.filter((entry) => entry.purpose === purpose).map(({ key }) => key)
}

function notATemplate(row: StoredReference, length: number): Failure {
  return new Failure({
    code: 'vault.notATemplate',
    attempted: `read reference ${row.referenceKey}`,
    remedy: 'none',
    message: `What was sealed as a reference does not hold ${length} values. The person it belongs to has to enrol again.`,
  })
}
