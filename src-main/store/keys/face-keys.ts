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

/** The folder of all keys in a lane's data folder. */
export function keysDir(dataDir: string): string {
  return path.join(dataDir, 'keys')
}

export function activeKeyFile(dir: string, purpose: Purpose): string {
  return path.join(dir, `${names[purpose]}.key`)
}

export function retiringKeyFile(dir: string, purpose: Purpose): string {
  return path.join(dir, `${names[purpose]}.retiring.key`)
}

/** Opens or creates the keys; `keys.heldElsewhere` when this custody may not, and then nothing was touched. */
export function openFaceKeys(dir: string, custody: KeyCustody): Result<FaceKeys, Failure> {
  try {
    const read = (file: string) => readSecret(file, custody)
    // All four before any is made: half a set would cost the other half.
    const stored = {
      sealing: read(activeKeyFile(dir, 'sealing')),
      transform: read(activeKeyFile(dir, 'transform')),
    }
    const retired = {
      sealing: read(retiringKeyFile(dir, 'sealing')),
      transform: read(retiringKeyFile(dir, 'transform')),
    }
    const active = (purpose: Purpose) => stored[purpose] ?? makeKey(dir, purpose, custody)
    const transform = active('transform')
    // Killed between the two new keys of `replaceFaceKeys`: the sealing key is still the one that retires.
    const begunOnly =
      retired.transform !== null &&
      retired.transform.id !== transform.id &&
      stored.sealing !== null &&
      stored.sealing.id === retired.sealing?.id
    const sealing = begunOnly ? makeKey(dir, 'sealing', custody) : active('sealing')
    const retiring = purposes.flatMap((purpose) => {
      const key = retired[purpose]
      if (key === null) return []
      const replaced = purpose === 'sealing' ? sealing : transform
      if (key.id !== replaced.id) return [{ purpose, key }]
      destroySecret(retiringKeyFile(dir, purpose))
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
export function replaceFaceKeys(dir: string, keys: FaceKeys, custody: KeyCustody): FaceKeys {
  if (keys.retiring.length > 0) throw new Error('A rotation has to be completed before the next one')
  for (const purpose of purposes) writeSecret(retiringKeyFile(dir, purpose), keys[purpose], custody)
  const transform = makeKey(dir, 'transform', custody)
  const sealing = makeKey(dir, 'sealing', custody)
  const retiring = purposes.map((purpose) => ({ purpose, key: keys[purpose] }))
  return { sealing, transform, retiring, custody: keys.custody }
}

/** When no row needs them any more. */
export function destroyRetiringKeys(dir: string, keys: FaceKeys): FaceKeys {
  for (const { purpose, key } of keys.retiring) {
    destroySecret(retiringKeyFile(dir, purpose))
    key.bytes.fill(0)
  }
  return { ...keys, retiring: [] }
}

function makeKey(dir: string, purpose: Purpose, custody: KeyCustody): FaceKey {
  const key = newSecret()
  writeSecret(activeKeyFile(dir, purpose), key, custody)
  return key
}
