import { Refusal } from '../refusal.ts'

/** Too much at once: come again after `retryAfterS` seconds. Nothing was read. */
export class TooBusy extends Refusal {
  readonly retryAfterS: number

  constructor(retryAfterS: number) {
    super(503, 'hub.busy', `The hub has more to do than it can. Ask again in ${retryAfterS} s.`)
    this.retryAfterS = retryAfterS
  }
}

export interface Gate {
  /**
   * Runs `work` as soon as there is room, or throws `TooBusy` at once when too many wait already. Work whose caller has
   * `gone` while it waited is not done: the caller sends it again, and others still wait for theirs.
   */
  pass<T>(work: () => Promise<T>, gone?: AbortSignal): Promise<T>
  /** Throws `TooBusy` while too many wait: asked before a body is read. */
  check(): void
}

export interface GateLimits {
  readonly running: number
  readonly waiting: number
  readonly retryAfterS: number
}

/** Back-pressure: batches of many lanes must take neither the memory nor every connection that payments need. */
export function createGate({ running: most, waiting: mostWaiting, retryAfterS }: GateLimits): Gate {
  const queue: (() => void)[] = []
  let running = 0
  const check = () => {
    if (queue.length >= mostWaiting) throw new TooBusy(retryAfterS)
  }
  return {
    check,
    async pass(work, gone) {
      if (running >= most) {
        check()
        // Whoever leaves hands over its place, so that nobody who comes later can take it.
        await new Promise<void>((resolve) => queue.push(resolve))
      } else {
        running += 1
      }
      try {
        if (gone?.aborted === true) throw new TooBusy(retryAfterS)
        return await work()
      } finally {
        const next = queue.shift()
        if (next === undefined) running -= 1
        else next()
      }
    },
  }
}
