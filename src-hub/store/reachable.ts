import { stat } from 'node:fs/promises'
import path from 'node:path'

const othersExecute = 0o001
const othersReadExecute = 0o005

/** Whether a user without rights of their own may enter every folder down to `directory`. */
export async function canOthersReach(directory: string): Promise<boolean> {
  for (let folder = path.resolve(directory); ; folder = path.dirname(folder)) {
    const { mode } = await stat(folder)
    if ((mode & othersExecute) === 0) return false
    if (folder === path.dirname(folder)) return true
  }
}

/** Reachable, and its content may be listed and run. */
export async function canOthersRead(directory: string): Promise<boolean> {
  const { mode } = await stat(directory)
  return (mode & othersReadExecute) === othersReadExecute && (await canOthersReach(directory))
}
