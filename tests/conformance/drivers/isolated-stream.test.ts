import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createIsolatedStream } from '../../../drivers/isolation/isolated-stream.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { countListeners } from '../../../drivers/kit/listeners.ts'
import { bringUp, until } from '../../../drivers/kit/rig.ts'
import { emulateScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import type { ScannerPort } from '../../../drivers/scanner/scanner-port.ts'
import { createSerialScanner } from '../../../drivers/scanner/serial-scanner.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { wires } from './support/wires.ts'

const hangMs = 1000

async function rig(kind: VirtualSerialKind) {
  const emulator = await emulateScanner({ baud: 115_200, kinds: [kind] })
  const driver = (): ScannerPort =>
    createSerialScanner({ name: 'scanner', stream: createIsolatedStream(emulator.address, { hangMs }) })
  const { stream, listeners } = countListeners(createIsolatedStream(emulator.address, { hangMs }))
  return {
    emulator,
    device: createSerialScanner({ name: 'scanner', stream }),
    listeners,
    rival: driver,
    unplug: () => emulator.unplug(),
    replug: () => emulator.replug(),
    close: () => emulator.close(),
  }
}

/** The processes this one has started for its streams. */
function streamProcesses(): number[] {
  const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
  return lines
    .split('\n')
    .filter((line) => line.includes('isolation/child'))
    .map((line) => Number.parseInt(line, 10))
}

// What carries the bytes is held to its promises elsewhere: one wire of this machine is enough.
describe.each(wires.slice(0, 1))(`a driver whose port is open in another process, over %s`, (kind) => {
  deviceConformance<ScannerPort>({
    make: () => rig(kind),
    operations: { enableData: async (device) => device.enableData() },
    waiting: [],
  })

  test.each([
    ['is killed', 'SIGKILL'],
    ['hangs', 'SIGSTOP'],
  ] as const)(
    'is lost when that process %s, and reads again after it is opened again',
    async (_how, signal) => {
      const { device, emulator, close } = await rig(kind)
      const codes: string[] = []
      const scans: string[] = []
      device.onError((failure) => codes.push(failure.code))
      device.onData(({ data }) => scans.push(data))
      await bringUp(device)
      const [pid = 0] = streamProcesses()
      process.kill(pid, signal)
      await until(() => device.state() === 'error')
      await device.close()
      expect(streamProcesses()).toEqual([])
      await bringUp(device)
      await emulator.scan('6901234567892')
      await until(() => scans.length === 1)
      expect({ codes, scans }).toEqual({ codes: ['device.offline'], scans: ['6901234567892'] })
      await device.close()
      await close()
    },
  )
})
