import { setTimeout as sleep } from 'node:timers/promises'
import type { LaneConfig } from '../../config/load.ts'
import { createDeviceSupervisor } from '../../devices/supervisor.ts'
import { createClock } from '../../platform/clock.ts'
import { createRandom } from '../../platform/random.ts'
import { laneDrivers } from '../../runtime/drivers.ts'
import { aborted } from '../waiting.ts'
import { laneReport } from './lane-report.ts'

export interface Seen {
  /** Wall clock, ms UTC. */
  readonly atMs: number
  readonly name: string
  readonly category: string
  readonly address: string
  readonly state: string
  readonly detailCode: string | null
  /** `lane`: told by the running lane; `own`: opened by this command, because no lane runs. */
  readonly by: 'lane' | 'own'
}

const lookMs = 500

/** Tells each state of each device, and each change, until `stop`. */
export async function monitor(
  config: LaneConfig,
  stop: AbortSignal,
  tell: (seen: Seen) => void,
): Promise<void> {
  if (laneReport(config.dataDir) === null) await watchDevices(config, stop, tell)
  else await watchLane(config.dataDir, stop, tell)
}

async function watchLane(dataDir: string, stop: AbortSignal, tell: (seen: Seen) => void): Promise<void> {
  const told = new Map<string, string>()
  while (!stop.aborted) {
    for (const { name, category, address, state, detailCode, sinceMs } of laneReport(dataDir)?.devices ??
      []) {
      const now = JSON.stringify([state, detailCode, sinceMs])
      if (told.get(name) === now) continue
      told.set(name, now)
      tell({ atMs: sinceMs, name, category, address, state, detailCode, by: 'lane' })
    }
    await sleep(lookMs, undefined, { signal: stop }).catch(() => undefined)
  }
}

/** Without a lane the devices are free: the same supervisor that a lane has opens and watches them. */
async function watchDevices(
  config: LaneConfig,
  stop: AbortSignal,
  tell: (seen: Seen) => void,
): Promise<void> {
  const silent = (): void => undefined
  const random = createRandom()
  const devices = createDeviceSupervisor({
    clock: createClock(random.key()),
    random,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    drivers: await laneDrivers(config, null),
  })
  const say = ({
    name,
    category,
    address,
    state,
    detailCode,
    sinceMs,
  }: ReturnType<typeof devices.statuses>[number]) =>
    tell({ atMs: sinceMs, name, category, address, state, detailCode, by: 'own' })
  devices.statuses().forEach(say)
  devices.onStatus(say)
  await aborted(stop)
  await devices.close()
}
