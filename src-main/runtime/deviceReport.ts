import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { DeviceReport } from '../contract/deviceReport.ts'
import { failureData } from '../contract/failure.ts'
import type { LaneConfig } from '../config/load.ts'
import type { DeviceHealth } from '../devices/device-status.ts'
import type { DeviceSupervisor } from '../devices/supervisor.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'

/** Where other programs of this machine find out how the devices of a running lane are. */
export function deviceReportFile(dataDir: string): string {
  return path.join(dataDir, 'devices.json')
}

export interface DeviceReportDeps {
  readonly config: Pick<LaneConfig, 'dataDir' | 'laneId'>
  readonly devices: Pick<DeviceSupervisor, 'health' | 'onStatus'>
  readonly clock: Pick<ClockPort, 'nowMs' | 'after'>
  readonly log: LogPort
}

/** A cable with a loose contact changes several times a second. */
const leastMs = 500
/** Counts go on while no state changes. */
const atLatestMs = 60_000

/** Keeps `devices.json` as the devices are, until the returned function is called, which takes it away. */
export function reportDevices({ config, devices, clock, log }: DeviceReportDeps): () => void {
  const file = deviceReportFile(config.dataDir)
  let cancelTimer = (): void => undefined
  let resting = false
  let changed = false

  const write = (): void => {
    changed = false
    const report: DeviceReport = {
      version: 1,
      laneId: config.laneId,
      pid: process.pid,
      writtenAtMs: clock.nowMs(),
      devices: devices.health().map(reported),
    }
    try {
      writeFileSync(`${file}.new`, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    } catch (thrown) {
      // A full disk is told where money is written; this file only informs.
      log.warn({ failure: failureData(thrown) }, 'devices.json could not be written')
    }
    resting = true
    cancelTimer = clock.after(leastMs, () => {
      resting = false
      cancelTimer = clock.after(atLatestMs, write)
      if (changed) note()
    })
  }
  const note = (): void => {
    changed = true
    if (resting) return
    cancelTimer()
    write()
  }

  const unsubscribe = devices.onStatus(note)
  note()
  return () => {
    unsubscribe()
    cancelTimer()
    rmSync(file, { force: true })
  }
}

function reported(device: DeviceHealth): DeviceReport['devices'][number] {
  const { category, name, address, state, detailCode, sinceMs, breaker } = device
  const { lastHealthyAtMs, history, statistics } = device
  return {
    ...{ category, name, address, state, detailCode, sinceMs, breaker, lastHealthyAtMs },
    history: [...history],
    statistics: statistics && {
      opened: statistics.opened,
      lost: statistics.lost,
      calls: statistics.calls,
      failures: statistics.failures,
    },
  }
}
