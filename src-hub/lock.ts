import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { createServer } from 'node:net'
import { Failure } from '../src-main/contract/failure.ts'

export interface FolderLock {
  release(): Promise<void>
}

/**
 * One hub for one data folder. The lock is a name in Linux' abstract socket space: the kernel frees it with the
 * process, so there is no stale lock to judge after a power cut or SIGKILL.
 */
export async function lockFolder(dataDir: string): Promise<FolderLock> {
  const folder = await realpath(dataDir)
  const name = createHash('sha256').update(folder).digest('hex')
  const server = createServer((socket) => socket.destroy()).unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? inUse(folder) : error)
    })
    server.listen(`\0facelane-hub-${name}`, resolve)
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
