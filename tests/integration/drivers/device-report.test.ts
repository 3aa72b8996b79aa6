import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { parseAddress } from '../../../drivers/byte-stream/address.ts'
import { createSerialStream } from '../../../drivers/byte-stream/serial.ts'
import { until } from '../../../drivers/kit/rig.ts'
import { systemDriverClock } from '../../../drivers/port/clock.ts'
import { emulateScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import { createSerialScanner } from '../../../drivers/scanner/serial-scanner.ts'
import { deviceReportSchema, type ReportedDevice } from '../../../src-main/contract/deviceReport.ts'
import { scannerDriver } from '../../../src-main/devices/drivers.ts'
import { watchPlugs } from '../../../src-main/devices/hot-plug.ts'
import { createDeviceSupervisor } from '../../../src-main/devices/supervisor.ts'
import type { LogPort } from '../../../src-main/ports/log.ts'
import { deviceReportFile, reportDevices } from '../../../src-main/runtime/deviceReport.ts'
import { wires } from '../../conformance/drivers/support/wires.ts'
import { createSystemTree } from '../../unit/drivers/support/system-tree.ts'

const quiet = (): void => undefined
const log: LogPort = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const clock = { ...systemDriverClock, nowMs: () => Date.now() }
const deps = { clock, random: { unit: () => 0 }, log }
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

describe('devices.json of a running lane', () => {
  test('says how each device is, how it has been, and is gone with the lane', async () => {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'facelane-report-'))
    closers.push(() => rmSync(dataDir, { recursive: true }))
    const scanner = await emulateScanner()
    closers.push(() => scanner.close())
    const devices = createDeviceSupervisor({
      ...deps,
      drivers: { scanner: scannerDriver({ address: scanner.address }, clock) },
    })
    closers.push(() => devices.close())
    const file = deviceReportFile(dataDir)
    const stop = reportDevices({ config: { dataDir, laneId: 'lane-1' }, devices, clock, log })
    const read = (): ReportedDevice | undefined =>
      deviceReportSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).devices[0]

    await until(() => read()?.state === 'ready')
    expect(read()).toMatchObject({ category: 'Scanner', name: 'scanner', address: scanner.address })
    await scanner.unplug()
    await until(() => read()?.state === 'lost')
    await scanner.replug()
    await until(() => read()?.state === 'ready')
    const { history, statistics, breaker, lastHealthyAtMs } = read() ?? {}
    const states = (history ?? []).map(({ state }) => state)
    // Lost twice over: gone, and then not to be found.
    expect(states.filter((state, at) => state !== states[at - 1])).toEqual(['ready', 'lost', 'ready'])
    expect(statistics).toMatchObject({ opened: 2, lost: 1 })
    expect([breaker, typeof lastHealthyAtMs]).toEqual(['closed', 'number'])
    stop()
    expect(existsSync(file)).toBe(false)
  })
})

const ptys = wires.filter((kind) => kind !== 'tcp')

describe(`a scanner known by its serial number${ptys.length === 0 ? ' (not run: no pseudo-terminals here)' : ''}`, () => {
  test.runIf(ptys.length > 0)(
    'is found again under another name as soon as it is plugged in again',
    async () => {
      const tree = createSystemTree()
      closers.push(() => tree.remove())
      const parsed = parseAddress('serial:by-id:A50285BI?baud=9600')
      if (!parsed.ok || parsed.value.kind !== 'serial') throw new Error('not a serial address')
      const address = parsed.value
      const plugged = async (tty: string, place: string) => {
        const scanner = await emulateScanner({ kinds: ptys })
        const [, terminal = ''] = /^serial:([^?]+)/.exec(scanner.address) ?? []
        symlinkSync(terminal, path.join(tree.dev, tty))
        tree.plug(tty, { place, serialNumber: 'A50285BI' })
        return scanner
      }
      const devices = createDeviceSupervisor({
        ...deps,
        // Twenty times the wait: only the plug may end it.
        random: { unit: () => 39 },
        hotPlug: watchPlugs([tree.dev], clock),
        drivers: {
          scanner: {
            category: 'Scanner',
            name: 'scanner',
            address: 'serial:by-id:A50285BI',
            create: () => createSerialScanner({ name: 'scanner', stream: createSerialStream(address, tree) }),
          },
        },
      })
      closers.push(() => devices.close())
      const scans: string[] = []
      devices.onScan(({ data }) => {
        scans.push(data)
        devices.scanner().enableData()
      })

      const first = await plugged('ttyUSB0', '1-1')
      await until(() => devices.statuses()[0]?.state === 'ready')
      await first.scan('6901234567892')
      await until(() => scans.length === 1)
      rmSync(path.join(tree.dev, 'ttyUSB0'))
      tree.unplug('ttyUSB0', '1-1')
      await first.close()
      await until(() => devices.statuses()[0]?.state === 'lost')
      const again = await plugged('ttyUSB4', '1-3')
      closers.push(() => again.close())
      await until(() => devices.statuses()[0]?.state === 'ready')
      await again.scan('4006381333931')
      await until(() => scans.length === 2)
      expect(scans).toEqual(['6901234567892', '4006381333931'])
    },
  )
})
