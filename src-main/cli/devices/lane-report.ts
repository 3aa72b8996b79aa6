import { readFileSync } from 'node:fs'
import { deviceReportSchema, type DeviceReport } from '../../contract/deviceReport.ts'
import { deviceReportFile } from '../../runtime/deviceReport.ts'

/** What the running lane of this data folder says about its devices; null when none runs. */
export function laneReport(dataDir: string): DeviceReport | null {
  try {
    const report = deviceReportSchema.parse(JSON.parse(readFileSync(deviceReportFile(dataDir), 'utf8')))
    return isAlive(report.pid) ? report : null
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    // Alive, and somebody else's.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}
