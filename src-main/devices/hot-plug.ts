import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { createSubscriptions, type Unsubscribe } from '../../drivers/port/subscriptions.ts'
import type { ClockPort } from '../ports/clock.ts'

/** What came and what went since the last look, as paths. */
export interface PlugChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

export interface HotPlug {
  onChange(listener: (change: PlugChange) => void): Unsubscribe
  close(): void
}

/** Device files, the links of udev, and the devices on USB. */
export const systemFolders = [
  '/dev',
  '/dev/serial/by-id',
  '/dev/serial/by-path',
  '/dev/usb',
  '/sys/bus/usb/devices',
]

/**
 * A watch of the kernel (inotify) on /dev also tells of every byte written to a terminal or to /dev/null, and none works
 * on sysfs; the names are read in a fraction of a millisecond.
 */
const everyMs = 1000

/** Tells when something is plugged in or out, by the names in `folders`; one that does not exist is empty. */
export function watchPlugs(folders: readonly string[], clock: Pick<ClockPort, 'after'>): HotPlug {
  const changes = createSubscriptions<PlugChange>()
  let known: ReadonlySet<string> | null = null
  let closed = false
  let cancelTimer = (): void => undefined

  const look = async (): Promise<void> => {
    const lists = await Promise.all([...new Set(folders)].map(namesIn))
    if (closed) return
    const [before, now] = [known, new Set(lists.flat())]
    known = now
    cancelTimer = clock.after(everyMs, () => void look())
    if (before === null) return
    const added = [...now].filter((name) => !before.has(name))
    const removed = [...before].filter((name) => !now.has(name))
    if (added.length > 0 || removed.length > 0) changes.emit({ added, removed })
  }

  void look()
  return {
    onChange: (listener) => changes.add(listener),
    close() {
      closed = true
      cancelTimer()
    },
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.map((name) => path.join(folder, name))
}
