import { z } from 'zod'
import type { LockOut } from '../../domain/face/lockout.ts'
import type { ReadHandle, WriteHandle } from '../handles.ts'
import { putMeta, readMeta } from './meta.ts'

const lockOutSchema = z.object({
  attacksAtMs: z.array(z.number()),
  locks: z.number().int().nonnegative(),
  lockedUntilMs: z.number(),
})

/** Null when nothing was written; what cannot be read closes no tender either. */
export function readLockOut(db: ReadHandle): LockOut | null {
  const text = readMeta(db, 'lockOut')
  if (text === null) return null
  return lockOutSchema.safeParse(parsed(text)).data ?? null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export function putLockOut(db: WriteHandle, state: LockOut): void {
  putMeta(db, 'lockOut', JSON.stringify(state))
}
