import type { Logger } from 'pino'

/** Work that has come due, done again and again for as long as the hub runs. */
export interface Worker {
  /** There is something to do: look now, not at the next turn. */
  wake(): void
  /** Resolves when everything that is due now has been looked at once. */
  settle(): Promise<void>
  close(): Promise<void>
}

export interface WorkerOptions {
  /** Between two looks, ms. */
  readonly everyMs: number
  /** One look at everything that is due. */
  readonly turn: () => Promise<void>
  readonly log: Logger
}

/** One turn at a time; a turn that fails is logged and the next one comes all the same. */
export function startWorker({ everyMs, turn, log }: WorkerOptions): Worker {
  let running: Promise<void> | null = null
  let again = false
  let closed = false
  const timer = setInterval(run, everyMs).unref()

  function run(): Promise<void> {
    if (closed) return Promise.resolve()
    if (running !== null) return running
    running = turn()
      .catch((error: unknown) => log.error({ err: error }, 'Payments that are due could not be looked at'))
      .finally(() => {
        running = null
        if (!again) return
        again = false
        void run()
      })
    return running
  }

  return {
    wake: () => {
      if (running === null) void run()
      else again = true
    },
    settle: async () => {
      await running
      await run()
    },
    close: async () => {
      closed = true
      clearInterval(timer)
      await running
    },
  }
}

/** Runs `work` over all items, at most `limit` at a time; one that fails is reported and holds up no other. */
export async function eachOf<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<unknown>,
  failed: (item: T, error: unknown) => Promise<unknown>,
): Promise<void> {
  const queue = items.values()
  const lanes = Array.from({ length: Math.min(limit, items.length) }, async () => {
    for (const item of queue) await work(item).catch((error: unknown) => failed(item, error))
  })
  await Promise.all(lanes)
}
