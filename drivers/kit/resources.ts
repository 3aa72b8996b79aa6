import { readdirSync } from 'node:fs'

/** What this process holds: timers, sockets, pipes, and files where the system tells (`/proc/self/fd`). */
export interface Resources {
  readonly files: number | null
  readonly active: Readonly<Record<string, number>>
}

export function resourcesNow(): Resources {
  const active: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) {
    // Work on its way through the thread pool and promises of `process.nextTick` belong to nobody.
    if (!fleeting.has(kind)) active[kind] = (active[kind] ?? 0) + 1
  }
  return { files: openFiles(), active }
}

const fleeting = new Set([
  'FSReqCallback',
  'FSReqPromise',
  'CloseReq',
  'Immediate',
  'WriteWrap',
  'ShutdownWrap',
])

/** What `after` holds that `before` did not; empty when nothing was left behind. */
export function leftBehind(before: Resources, after: Resources): string[] {
  const left = Object.entries(after.active)
    .filter(([kind, count]) => count > (before.active[kind] ?? 0))
    .map(([kind, count]) => `${count - (before.active[kind] ?? 0)} more ${kind}`)
  const files = (after.files ?? 0) - (before.files ?? 0)
  return files > 0 ? [...left, `${files} more open files`] : left
}

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return null
  }
}
