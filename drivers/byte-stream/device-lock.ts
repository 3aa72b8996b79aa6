import { createServer } from 'node:net'
import { deviceFailure, systemCause } from '../port/failures.ts'

/**
 * Keeps two lanes off a device that the operating system lets several programs use at once: a name that only one process
 * can listen on, free again however that process ends. Rejects with `device.claimed`. The returned function gives it back.
 */
export function lockDevice(what: string, id: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const lock = createServer()
    lock.unref()
    lock.once('error', (thrown) =>
      reject(
        deviceFailure(
          'claimed',
          `open ${what}`,
          `Another program has ${what} open.`,
          systemCause(thrown, `lock ${what}`),
        ),
      ),
    )
    // The leading zero makes it a name of Linux's own, which leaves no file behind.
    lock.listen(`\0facelane-${id}`, () =>
      resolve(() => new Promise((released) => lock.close(() => released()))),
    )
  })
}
