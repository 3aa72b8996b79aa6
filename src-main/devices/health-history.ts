import type { DeviceStateName } from './device-status.ts'

export interface HealthChange {
  /** Wall clock, ms UTC. */
  readonly atMs: number
  readonly state: DeviceStateName
  readonly detailCode: string | null
}

export interface HealthHistory {
  add(change: HealthChange): void
  /** Oldest first. */
  changes(): readonly HealthChange[]
}

const kept = 32

/** The last changes of a device's state. */
export function createHealthHistory(): HealthHistory {
  const changes: HealthChange[] = []
  return {
    add(change) {
      changes.push(change)
      if (changes.length > kept) changes.shift()
    },
    changes: () => [...changes],
  }
}
