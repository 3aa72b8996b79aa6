import { systemDriverClock, type DriverClock } from '../port/clock.ts'

/** What a device has said and nobody has heard yet. */
export interface Answers<A> {
  push(answer: A): void
  /** The oldest one, or the next to come within `limitMs`; null when none does. Rejects with the signal's reason. */
  next(limitMs: number, signal: AbortSignal): Promise<A | null>
  /** Forgets what came so far: it belongs to an earlier question. */
  clear(): void
}

/** More than this many unheard answers belong to nobody. */
const maxHeld = 64

export function createAnswers<A>(clock: DriverClock = systemDriverClock): Answers<A> {
  let held: A[] = []
  let waiting: ((answer: A) => void) | null = null
  return {
    push(answer) {
      if (waiting !== null) return waiting(answer)
      held.push(answer)
      if (held.length > maxHeld) held.shift()
    },
    next(limitMs, signal) {
      return new Promise<A | null>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error)
        const first = held.shift()
        if (first !== undefined) return resolve(first)
        const settle = (): void => {
          waiting = null
          cancel()
          signal.removeEventListener('abort', stop)
        }
        const stop = (): void => {
          settle()
          reject(signal.reason as Error)
        }
        const cancel = clock.after(limitMs, () => {
          settle()
          resolve(null)
        })
        waiting = (answer) => {
          settle()
          resolve(answer)
        }
        signal.addEventListener('abort', stop)
      })
    },
    clear() {
      held = []
    },
  }
}
