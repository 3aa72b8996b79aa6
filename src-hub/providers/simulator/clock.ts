/** The simulator's own clock: the machine's, moved by whoever tests. */
export interface SimulatorClock {
  /** ms UTC. */
  now(): number
  advance(ms: number): void
}

export function createClock(machineMs: () => number): SimulatorClock {
  let shiftMs = 0
  return { now: () => machineMs() + shiftMs, advance: (ms) => void (shiftMs += ms) }
}
