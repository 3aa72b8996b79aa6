/** One waiting call of a lane. */
export interface Wait {
  /** Sleeps until a ring for this lane, the time is over, a newer call of the lane came, or `over` ends. */
  nap(ms: number, over: AbortSignal): Promise<void>
  /** A ring came that no page has answered yet. */
  rang(): boolean
  /** A newer call of the same lane waits now: a lane has one connection for this, and the older one is dead. */
  replaced(): boolean
  end(): void
}

export interface Bell {
  waitFor(laneId: string): Wait
  /** Null wakes every lane. */
  ring(laneId: string | null): void
}

export function createBell(): Bell {
  const waits = new Map<string, LaneWait>()
  return {
    waitFor(laneId) {
      waits.get(laneId)?.replace()
      const wait = new LaneWait(() => {
        if (waits.get(laneId) === wait) waits.delete(laneId)
      })
      waits.set(laneId, wait)
      return wait
    },
    ring(laneId) {
      if (laneId !== null) return waits.get(laneId)?.ring()
      for (const wait of waits.values()) wait.ring()
    },
  }
}

class LaneWait implements Wait {
  readonly end: () => void
  #rang = false
  #replaced = false
  #wake: (() => void) | null = null

  constructor(end: () => void) {
    this.end = end
  }

  async nap(ms: number, over: AbortSignal): Promise<void> {
    if (over.aborted || this.#replaced) return
    const rangBefore = this.#rang
    const { promise, resolve } = Promise.withResolvers<null>()
    const wake = () => resolve(null)
    const timer = setTimeout(wake, ms)
    over.addEventListener('abort', wake, { once: true })
    this.#wake = wake
    await promise
    this.#wake = null
    clearTimeout(timer)
    over.removeEventListener('abort', wake)
    // Short naps follow a ring until a page came of it, or until it turned out to be old news.
    if (rangBefore) this.#rang = false
  }

  rang(): boolean {
    return this.#rang
  }

  replaced(): boolean {
    return this.#replaced
  }

  ring(): void {
    this.#rang = true
    this.#wake?.()
  }

  replace(): void {
    this.#replaced = true
    this.#wake?.()
  }
}
