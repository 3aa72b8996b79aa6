import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { createServer } from 'node:net'
import { Failure } from '../src-main/contract/failure.ts'

export interface FolderLock {
  release(): Promise<void>
}

/** One hub for one data folder. */
export async function lockFolder(dataDir: string): Promise<FolderLock> {
  const folder = await realpath(dataDir)
  return lockPath('hub', folder, () => inUse(folder))
}

/**
 * One process of a kind for one path. The lock is a name in Linux' abstract socket space: the kernel frees it with the
 * process, so there is no stale lock to judge after a power cut or SIGKILL.
 */
export async function lockPath(
  kind: 'hub' | 'simulator',
  lockedPath: string,
  taken: () => Failure,
): Promise<FolderLock> {
  const name = createHash('sha256').update(lockedPath).digest('hex')
  const server = createServer((socket) => socket.destroy()).unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? taken() : error)
    })
    server.listen(`\0facelane-${kind}-${name}`, resolve)
  })
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}

function inUse(folder: string): Failure {
  return new Failure({
    code: 'hub.inUse',
    attempted: `lock ${folder}`,
    remedy: 'staff',
    message: `Another hub is running on ${folder}. Stop it, or start this one with another --data folder.`,
  })
}
