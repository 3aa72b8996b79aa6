import { afterEach, describe, expect, test } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { countListeners } from '../../../drivers/kit/listeners.ts'
import { answerOf, bringUp, limits } from '../../../drivers/kit/rig.ts'
import {
  emulateQibixx,
  type EmulatedQibixx,
} from '../../../drivers/vending-controller/emulator/qibixx-emulator.ts'
import { createQibixxVendSession } from '../../../drivers/vending-controller/qibixx-vend-session.ts'
import type {
  VendRequest,
  VendResult,
  VendSessionPort,
} from '../../../drivers/vending-controller/vend-session-port.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { absentNote, until, wires } from './support/wires.ts'

const driverFor = (address: string): VendSessionPort =>
  createQibixxVendSession({ name: 'machine', stream: createByteStream(address) })

async function rig(kind: VirtualSerialKind) {
  const emulator = await emulateQibixx({ kinds: [kind], busMs: 5 })
  const { stream, listeners } = countListeners(createByteStream(emulator.address))
  const device = createQibixxVendSession({ name: 'machine', stream })
  return {
    device,
    listeners,
    emulator,
    rival: () => driverFor(emulator.address),
    unplug: () => emulator.unplug(),
    replug: () => emulator.replug(),
    close: () => emulator.close(),
  }
}

/** A request that is no longer open is refused by the port's own rule, which says that it may be used at all. */
const usable = async (use: Promise<unknown>): Promise<void> => {
  const answer = await answerOf(() => use)
  if (answer !== 'device.illegal') await use
}

describe.each(wires)(`an MDB bridge over %s${absentNote}`, (kind) => {
  deviceConformance<VendSessionPort>({
    make: () => rig(kind),
    operations: {
      approve: (device, call) => usable(device.approve(1, call)),
      deny: (device, call) => usable(device.deny(1, call)),
    },
    waiting: [],
  })
})

const kind = wires[0] ?? 'tcp'

describe(`an MDB bridge over ${kind}`, () => {
  const open: { emulator: EmulatedQibixx; device: VendSessionPort }[] = []
  const started = async () => {
    const emulator = await emulateQibixx({ kinds: [kind], busMs: 5, dispenseMs: 60 })
    const device = driverFor(emulator.address)
    open.push({ emulator, device })
    const requests: VendRequest[] = []
    const results: VendResult[] = []
    const states: string[] = []
    device.onVendRequest((request) => requests.push(request))
    device.onVendResult((result) => results.push(result))
    device.onSessionState((state) => states.push(state))
    await bringUp(device)
    await until(() => device.sessionState() === 'enabled')
    return { emulator, device, requests, results, states }
  }
  afterEach(async () => {
    for (const { emulator, device } of open.splice(0)) {
      await device.close()
      await emulator.close()
    }
  })

  test('what is chosen at the machine is asked for, approved, and given out', async () => {
    const { emulator, device, requests, results, states } = await started()
    expect(emulator.select(2)).toBe(true)
    await until(() => requests.length === 1)
    expect(requests).toEqual([{ number: 1, amountMinor: 450, item: 2 }])
    await device.approve(1, limits)
    await until(() => results.length === 1 && device.sessionState() === 'enabled')
    expect(results).toEqual([{ number: 1, outcome: 'success' }])
    expect(emulator.state()).toMatchObject({ given: [2], approvedMinor: 450 })
    expect(states).toEqual(['disabled', 'enabled', 'vend', 'idle', 'enabled'])
  })

  test('a product that jams is told as a failure, so that it can be paid back', async () => {
    const { emulator, device, requests, results } = await started()
    emulator.jamNext()
    emulator.select(1)
    await until(() => requests.length === 1)
    await device.approve(1, limits)
    await until(() => results.length === 1)
    expect(results).toEqual([{ number: 1, outcome: 'failure' }])
    expect(emulator.state().given).toEqual([])
  })

  test('denied, or given up at the machine: cancelled, and the next request has a number of its own', async () => {
    const { emulator, device, requests, results } = await started()
    emulator.select(1)
    await until(() => requests.length === 1)
    await device.deny(1, limits)
    await until(() => device.sessionState() === 'enabled')
    emulator.select(3)
    await until(() => requests.length === 2)
    emulator.cancel()
    await until(() => results.length === 2)
    expect(results).toEqual([
      { number: 1, outcome: 'cancelled' },
      { number: 2, outcome: 'cancelled' },
    ])
    expect(await answerOf(() => device.approve(2, limits))).toBe('device.illegal')
    expect(await answerOf(() => device.approve(1, limits))).toBe('device.illegal')
    expect(emulator.state().given).toEqual([])
  })

  test('a machine that restarts in the middle of giving out leaves the outcome unknown', async () => {
    const { emulator, device, requests, results } = await started()
    emulator.select(1)
    await until(() => requests.length === 1)
    await device.approve(1, limits)
    emulator.resetMachine()
    await until(() => results.length === 1)
    expect(results).toEqual([{ number: 1, outcome: 'unknown' }])
    await until(() => device.sessionState() === 'enabled')
    expect(emulator.select(1)).toBe(true)
  })

  test('a bridge unplugged in the middle of a vend ends it as unknown, once', async () => {
    const { emulator, device, requests, results } = await started()
    emulator.select(1)
    await until(() => requests.length === 1)
    await device.approve(1, limits)
    await emulator.unplug()
    await device.checkHealth('external', limits).catch(() => undefined)
    await until(() => device.state() === 'error')
    expect(results).toEqual([{ number: 1, outcome: 'unknown' }])
    expect(device.sessionState()).toBe('inactive')
    await device.close()
    expect(results).toHaveLength(1)
  })

  test('a line that says everything twice makes one request and one result', async () => {
    const { emulator, device, requests, results } = await started()
    emulator.setFault({ kind: 'duplicate' })
    emulator.select(2)
    await until(() => requests.length === 1)
    await device.approve(1, limits)
    await until(() => device.sessionState() === 'enabled')
    expect(requests).toHaveLength(1)
    expect(results).toEqual([{ number: 1, outcome: 'success' }])
    expect(emulator.state()).toMatchObject({ given: [2], approvedMinor: 450 })
  })
})
