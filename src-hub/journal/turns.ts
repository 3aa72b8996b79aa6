/** One piece of work of a lane at a time; different lanes do not wait for each other. */
export interface Turns {
  /**
   * `prepare` begins at once, beside everything else; `work` follows in its turn, with what was prepared. Of those that
   * are there, the lowest `place` is next: calls that a lane sent one after the other may arrive in another order.
   */
  take<Prepared, T>(
    laneId: string,
    place: number,
    prepare: () => Promise<Prepared>,
    work: (prepared: Prepared) => Promise<T>,
  ): Promise<T>
}

interface Waiting {
  readonly place: number
  /** Settles, and never fails, when it could begin. */
  readonly ready: Promise<unknown>
  /** Never fails: whoever waits for it hears of that. */
  readonly run: () => Promise<void>
}

export function createTurns(): Turns {
  const lanes = new Map<string, Waiting[]>()

  async function serve(laneId: string, waiting: Waiting[]): Promise<void> {
    for (let next = lowest(waiting); next !== null; next = lowest(waiting)) {
      await next.ready
      // Meanwhile one may have come that goes before it.
      if (lowest(waiting) !== next) continue
      waiting.splice(waiting.indexOf(next), 1)
      await next.run()
    }
    lanes.delete(laneId)
  }

  return {
    take<Prepared, T>(
      laneId: string,
      place: number,
      prepare: () => Promise<Prepared>,
      work: (prepared: Prepared) => Promise<T>,
    ): Promise<T> {
      const preparing = prepare()
      const done = Promise.withResolvers<T>()
      const mine = {
        place,
        ready: preparing.catch(() => undefined),
        run: () => preparing.then(work).then((value) => done.resolve(value), done.reject),
      }
      const waiting = lanes.get(laneId)
      if (waiting === undefined) {
        const first = [mine]
        lanes.set(laneId, first)
        void serve(laneId, first)
      } else waiting.push(mine)
      return done.promise
    },
  }
}

/** The first of those in the lowest place. */
function lowest(waiting: readonly Waiting[]): Waiting | null {
  return waiting.reduce<Waiting | null>(
    (best, one) => (best === null || one.place < best.place ? one : best),
    null,
  )
}
