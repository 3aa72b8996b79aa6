import path from 'node:path'
import { Failure } from '../../contract/failure.ts'
import type { Result } from '../../contract/result.ts'
import { err, ok } from '../../contract/result.ts'
import type { CustodyKind, KeyCustody } from './custody.ts'
import { destroySecret, newSecret, readSecret, writeSecret, type FaceKey } from './secret-file.ts'

/** The two keys of every reference: one seals its row, one turns its template. Each row remembers the ids of both. */
export interface FaceKeys {
  readonly sealing: FaceKey
  readonly transform: FaceKey
  /** Keys of a rotation that is not complete: they open and recover, nothing new comes under them. */
  readonly retiring: readonly { readonly purpose: 'sealing' | 'transform'; readonly key: FaceKey }[]
  readonly custody: CustodyKind
}

const purposes = ['sealing', 'transform'] as const
type Purpose = (typeof purposes)[number]
const names: Readonly<Record<Purpose, string>> = { sealing: 'face', transform: 'transform' }

export function activeKeyFile(keysDir: string, purpose: Purpose): string {
  return path.join(keysDir, `${names[purpose]}.key`)
}

export function retiringKeyFile(keysDir: string, purpose: Purpose): string {
  return path.join(keysDir, `${names[purpose]}.retiring.key`)
}

/** Opens or creates the keys; `keys.heldElsewhere` when this custody may not, and then nothing was touched. */
export function openFaceKeys(keysDir: string, custody: KeyCustody): Result<FaceKeys, Failure> {
  try {
    const read = (file: string) => readSecret(file, custody)
    // All four before any is made: half a set would cost the other half.
    const stored = {
      sealing: read(activeKeyFile(keysDir, 'sealing')),
      transform: read(activeKeyFile(keysDir, 'transform')),
    }
    const retired = {
      sealing: read(retiringKeyFile(keysDir, 'sealing')),
      transform: read(retiringKeyFile(keysDir, 'transform')),
    }
    const active = (purpose: Purpose) => stored[purpose] ?? makeKey(keysDir, purpose, custody)
    const transform = active('transform')
    // Killed between the two new keys of `replaceFaceKeys`: the sealing key is still the one that retires.
    const begunOnly =
      retired.transform !== null &&
      retired.transform.id !== transform.id &&
      stored.sealing !== null &&
      stored.sealing.id === retired.sealing?.id
    const sealing = begunOnly ? makeKey(keysDir, 'sealing', custody) : active('sealing')
    const retiring = purposes.flatMap((purpose) => {
      const key = retired[purpose]
      if (key === null) return []
      const replaced = purpose === 'sealing' ? sealing : transform
      if (key.id !== replaced.id) return [{ purpose, key }]
      destroySecret(retiringKeyFile(keysDir, purpose))
      return []
    })
    return ok({ sealing, transform, retiring, custody: custody.kind })
  } catch (thrown) {
    if (thrown instanceof Failure) return err(thrown)
    throw thrown
  }
}

/**
 * Puts two new keys in place of the active ones, which retire. Killed at any point, `openFaceKeys` finds the old pair or
 * the new one: the retiring copies come first, and the sealing key last.
 */
export function replaceFaceKeys(keysDir: string, keys: FaceKeys, custody: KeyCustody): FaceKeys {
  if (keys.retiring.length > 0) throw new Error('A rotation has to be completed before the next one')
  for (const purpose of purposes) writeSecret(retiringKeyFile(keysDir, purpose), keys[purpose], custody)
  const transform = makeKey(keysDir, 'transform', custody)
  const sealing = makeKey(keysDir, 'sealing', custody)
  const retiring = purposes.map((purpose) => ({ purpose, key: keys[purpose] }))
  return { sealing, transform, retiring, custody: keys.custody }
}

/** When no row needs them any more. */
export function destroyRetiringKeys(keysDir: string, keys: FaceKeys): FaceKeys {
  for (const { purpose, key } of keys.retiring) {
    destroySecret(retiringKeyFile(keysDir, purpose))
    key.bytes.fill(0)
  }
  return { ...keys, retiring: [] }
}

function makeKey(keysDir: string, purpose: Purpose, custody: KeyCustody): FaceKey {
  const key = newSecret()
  writeSecret(activeKeyFile(keysDir, purpose), key, custody)
  return key
}
