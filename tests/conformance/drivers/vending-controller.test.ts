import { afterEach, describe, expect, test } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { countListeners } from '../../../drivers/kit/listeners.ts'
import { bringUp, limits } from '../../../drivers/kit/rig.ts'
import {
  emulateMotorBoard,
  type EmulatedMotorBoard,
} from '../../../drivers/vending-controller/emulator/motor-board-emulator.ts'
import { createMotorBoard } from '../../../drivers/vending-controller/motor-board-controller.ts'
import type { VendingControllerPort } from '../../../drivers/vending-controller/vending-controller-port.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { absentNote, until, wires } from './support/wires.ts'

const turnMs = 120
const stock = { '11': 2, '12': 5, A1: 0 }
const keyOf = (number: number): string => number.toString(16).padStart(32, '0')
let lastNumber = 0
const newKey = (): string => keyOf(++lastNumber)

const driverFor = (address: string): VendingControllerPort =>
  createMotorBoard({ name: 'machine', stream: createByteStream(address) })

async function rig(kind: VirtualSerialKind) {
  const emulator = await emulateMotorBoard({ kinds: [kind], turnMs, stock: { ...stock, '12': 1000 } })
  const { stream, listeners } = countListeners(createByteStream(emulator.address))
  return {
    device: createMotorBoard({ name: 'machine', stream }),
    listeners,
    rival: () => driverFor(emulator.address),
    mute: () => emulator.setFault({ kind: 'silent' }),
    unplug: () => emulator.unplug(),
    replug: () => emulator.replug(),
    close: () => emulator.close(),
  }
}

describe.each(wires)(`a motor board over %s${absentNote}`, (kind) => {
  deviceConformance<VendingControllerPort>({
    make: () => rig(kind),
    operations: {
      slots: (device, call) => device.slots(call),
      dispense: (device, call) => device.dispense({ key: newKey(), slot: '12' }, call),
      outcomeOf: (device, call) => device.outcomeOf(newKey(), call),
    },
    waiting: ['slots', 'dispense', 'outcomeOf'],
  })
})

const kind = wires[0] ?? 'tcp'

describe(`a motor board over ${kind}`, () => {
  const open: { emulator: EmulatedMotorBoard; device: VendingControllerPort }[] = []
  const started = async () => {
    const emulator = await emulateMotorBoard({ kinds: [kind], turnMs, bootMs: 100, stock })
    const device = driverFor(emulator.address)
    open.push({ emulator, device })
    await bringUp(device)
    return { emulator, device }
  }
  afterEach(async () => {
    for (const { emulator, device } of open.splice(0)) {
      await device.close()
      await emulator.close()
    }
  })

  test('a product that fell is told as dropped, and the slots as they are', async () => {
    const { emulator, device } = await started()
    const key = newKey()
    expect(await device.dispense({ key, slot: '11' }, limits)).toEqual({ kind: 'dropped' })
    expect(emulator.fallen()).toEqual([{ slot: '11', key }])
    expect(await device.slots(limits)).toEqual([
      { slot: '11', state: 'ready', left: 1 },
      { slot: '12', state: 'ready', left: 5 },
      { slot: 'A1', state: 'empty', left: 0 },
    ])
  })

  test('jammed, empty, hanging on its spiral: each is told as what it is', async () => {
    const { emulator, device } = await started()
    emulator.jam('11')
    expect(await device.dispense({ key: newKey(), slot: '11' }, limits)).toEqual({ kind: 'jammed' })
    expect(await device.dispense({ key: newKey(), slot: 'A1' }, limits)).toEqual({ kind: 'empty' })
    emulator.stick('12')
    expect(await device.dispense({ key: newKey(), slot: '12' }, limits)).toEqual({ kind: 'timeout' })
    expect(await device.dispense({ key: newKey(), slot: 'Z9' }, limits)).toEqual({
      kind: 'refused',
      reason: 'noSlot',
    })
    expect(emulator.fallen()).toEqual([])
  })

  test('with a blind drop sensor nothing is begun', async () => {
    const { emulator, device } = await started()
    emulator.blindSensor(true)
    expect(await device.dispense({ key: newKey(), slot: '11' }, limits)).toEqual({
      kind: 'refused',
      reason: 'sensor',
    })
    expect(emulator.fallen()).toEqual([])
  })

  test('the same job asked for twice is done once', async () => {
    const { emulator, device } = await started()
    const key = newKey()
    expect(await device.dispense({ key, slot: '11' }, limits)).toEqual({ kind: 'dropped' })
    expect(await device.dispense({ key, slot: '11' }, limits)).toEqual({ kind: 'dropped' })
    expect(await device.outcomeOf(key, limits)).toEqual({ kind: 'dropped' })
    expect(await device.outcomeOf(newKey(), limits)).toBeNull()
    expect(emulator.fallen()).toHaveLength(1)
  })

  test.each([
    ['slow', { kind: 'slow', factor: 10 }],
    ['doubled', { kind: 'duplicate' }],
    ['late', { kind: 'late', ms: 250 }],
    ['later than the driver waits', { kind: 'late', ms: 500 }],
    ['after noise', { kind: 'flood', bytes: 300 }],
  ] as const)('answers that come %s change nothing: one product for one job', async (_how, fault) => {
    const { emulator, device } = await started()
    emulator.setFault(fault)
    expect(await device.dispense({ key: newKey(), slot: '11' }, { timeoutMs: 10_000 })).toEqual({
      kind: 'dropped',
    })
    expect(emulator.fallen()).toHaveLength(1)
  })

  test('spoilt and lost answers leave the outcome unknown, and asking later tells it', async () => {
    const { emulator, device } = await started()
    const key = newKey()
    emulator.setFault({ kind: 'garble' })
    expect(await device.dispense({ key, slot: '11' }, limits)).toMatchObject({ kind: 'unknown' })
    emulator.setFault(null)
    await until(() => !emulator.state().turning)
    expect(await device.outcomeOf(key, limits)).toEqual({ kind: 'dropped' })
    expect(emulator.fallen()).toHaveLength(1)
  })

  test('unplugged in the middle: unknown now, and told by its key after the replug', async () => {
    const { emulator, device } = await started()
    const key = newKey()
    const outcome = device.dispense({ key, slot: '11' }, limits)
    await until(() => emulator.state().turning)
    await emulator.unplug()
    await device.checkHealth('external', limits).catch(() => undefined)
    expect(await outcome).toMatchObject({ kind: 'unknown' })
    await device.close()
    await emulator.replug()
    await bringUp(device)
    expect(await device.outcomeOf(key, limits)).toEqual({ kind: 'dropped' })
  })

  test('the board lost its power while the motor turned: nobody knows, and the motor does not turn again', async () => {
    const { emulator, device } = await started()
    const key = newKey()
    const outcome = device.dispense({ key, slot: '11' }, limits)
    await until(() => emulator.state().turning)
    emulator.powerCycle()
    expect(await outcome).toMatchObject({ kind: 'unknown' })
    await until(() => emulator.state().powered)
    expect(await device.dispense({ key, slot: '11' }, limits)).toEqual({ kind: 'unknown' })
    expect(emulator.fallen().length).toBeLessThanOrEqual(1)
    expect(await device.dispense({ key: newKey(), slot: '12' }, limits)).toEqual({ kind: 'dropped' })
  })

  test('a job that cannot be one is refused before a byte is sent', async () => {
    const { emulator, device } = await started()
    const before = emulator.received().length
    await expect(device.dispense({ key: 'x', slot: '11' }, limits)).rejects.toMatchObject({
      code: 'device.illegal',
    })
    expect(emulator.received()).toHaveLength(before)
  })
})
