import type { ClockPort } from '../../ports/clock.ts'
import type { LogPort } from '../../ports/log.ts'
import type { ContentsLike } from './electron-like.ts'

/** First wait, longest wait, and how long a page must live to be called well again; all ms. */
export const recoveryTimes = {
  firstMs: 500,
  longestMs: 30_000,
  wellAfterMs: 60_000,
  patienceMs: 10_000,
} as const

/**
 * Brings the page back when its process dies or hangs. The lane goes on meanwhile and loses nothing: the page is only a
 * picture of it. Waits longer each time, so that a page that dies at once does not burn the machine.
 */
export function keepAlive(contents: ContentsLike, clock: ClockPort, log: LogPort): void {
  let waitMs: number = recoveryTimes.firstMs
  let cancelWell = (): void => undefined
  let cancelPatience = (): void => undefined

  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    cancelWell()
    cancelPatience()
    if (reason === 'clean-exit') return
    log.error({ reason, exitCode, retryInMs: waitMs }, 'The page died and will be loaded again')
    clock.after(waitMs, () => {
      if (contents.isDestroyed()) return
      contents.reload()
      cancelWell = clock.after(recoveryTimes.wellAfterMs, () => (waitMs = recoveryTimes.firstMs))
    })
    waitMs = Math.min(waitMs * 2, recoveryTimes.longestMs)
  })
  contents.on('unresponsive', () => {
    log.warn({ patienceMs: recoveryTimes.patienceMs }, 'The page does not answer')
    cancelPatience()
    cancelPatience = clock.after(recoveryTimes.patienceMs, () => {
      if (!contents.isDestroyed()) contents.forcefullyCrashRenderer()
    })
  })
  contents.on('responsive', () => cancelPatience())
}
