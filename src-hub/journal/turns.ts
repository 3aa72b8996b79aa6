/** One piece of work of a lane at a time, in the order in which they came; different lanes do not wait for each other. */
export interface Turns {
  take<T>(laneId: string, work: () => Promise<T>): Promise<T>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return {
    async take(laneId, work) {
      const before = last.get(laneId) ?? Promise.resolve()
      // Whatever became of the one before: its own caller hears of it.
      const mine = before.then(work, work)
      last.set(laneId, mine)
      try {
        return await mine
      } finally {
        if (last.get(laneId) === mine) last.delete(laneId)
      }
    },
  }
}
