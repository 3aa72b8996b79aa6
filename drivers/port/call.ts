import type { Failure } from '../../src-main/contract/failure.ts'
import { systemDriverClock, type DriverClock } from './clock.ts'
import { abortedFailure, deviceFailure } from './failures.ts'

/** What every long call takes: it settles within `timeoutMs`, or at once when `signal` fires or the device closes. */
export interface CallOptions {
  /** Greater than 0; from the call to its settling. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs `work` under the caller's limits. `closing` ends it too; its reason must be the `Failure` to reject with.
 * `work` gets one signal for all three and must stop touching the device when it fires.
 */
export function runCall<T>(
  attempted: string,
  call: CallOptions,
  closing: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  clock: DriverClock = systemDriverClock,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stopped = new AbortController()
    const stop = (failure: Failure): void => {
      cleanUp()
      stopped.abort(failure)
      reject(failure)
    }
    const onAbort = (): void => stop(abortedFailure(attempted))
    const onClosing = (): void => stop(closing.reason as Failure)
    const cancelTimer = clock.after(call.timeoutMs, () =>
      stop(deviceFailure('timeout', attempted, `No answer within ${call.timeoutMs} ms: ${attempted}.`)),
    )
    const cleanUp = (): void => {
      cancelTimer()
      call.signal?.removeEventListener('abort', onAbort)
      closing.removeEventListener('abort', onClosing)
    }
    if (closing.aborted) return onClosing()
    if (call.signal?.aborted === true) return onAbort()
    call.signal?.addEventListener('abort', onAbort)
    closing.addEventListener('abort', onClosing)
    work(stopped.signal).then(
      (value) => {
        cleanUp()
        resolve(value)
      },
      (thrown: unknown) => {
        cleanUp()
        reject(thrown)
      },
    )
  })
}
