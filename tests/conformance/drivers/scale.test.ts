import { afterEach, describe, expect, test } from 'vitest'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { countListeners } from '../../../drivers/kit/listeners.ts'
import { bringUp, limits } from '../../../drivers/kit/rig.ts'
import { emulateScale, type EmulatedScale } from '../../../drivers/scale/emulator/scale-emulator.ts'
import { createScale, scaleStream, type ScaleProtocolId } from '../../../drivers/scale/scale.ts'
import type { ScalePort } from '../../../drivers/scale/scale-port.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { absentNote, until, wires } from './support/wires.ts'

const protocols: readonly ScaleProtocolId[] = ['toledo-8217', 'mt-sics']
const settleMs = 150

const driverFor = (address: string, protocol: ScaleProtocolId): ScalePort =>
  createScale({ name: 'scale', stream: scaleStream(address, protocol), protocol })

const [kind = 'tcp'] = wires
/** The wires differ below the protocol: one of them is enough for the second. */
const cases = [...wires.map((wire) => ['toledo-8217', wire] as const), ['mt-sics', kind] as const]

describe.each(cases)(`a %s scale over %s${absentNote}`, (protocol, wire) => {
  deviceConformance<ScalePort>({
    make: () => rig(protocol, wire),
    operations: {
      readWeight: (device, call) => device.readWeight(call),
      readLiveWeight: (device, call) => device.readLiveWeight(call),
      zeroScale: (device, call) => device.zeroScale(call),
      takeTare: (device, call) => device.takeTare(call),
      setTareWeight: (device, call) => device.setTareWeight(0, call),
    },
    waiting: ['readWeight', 'readLiveWeight'],
  })
})

async function rig(protocol: ScaleProtocolId, wire: VirtualSerialKind) {
  const emulator = await emulateScale({ protocol, kinds: [wire], settleMs })
  emulator.put(500)
  const { stream, listeners } = countListeners(scaleStream(emulator.address, protocol))
  return {
    device: createScale({ name: 'scale', stream, protocol }),
    listeners,
    mute: () => emulator.setFault({ kind: 'silent' }),
    rival: () => driverFor(emulator.address, protocol),
    unplug: () => emulator.unplug(),
    replug: () => emulator.replug(),
    close: () => emulator.close(),
  }
}

describe.each(protocols)(`a %s scale over ${kind}`, (protocol) => {
  const open: { emulator: EmulatedScale; device: ScalePort }[] = []
  const started = async () => {
    const emulator = await emulateScale({ protocol, kinds: [kind], settleMs, bootMs: 100 })
    const device = driverFor(emulator.address, protocol)
    open.push({ emulator, device })
    const updates: string[] = []
    device.onStatusUpdate(({ name }) => updates.push(name))
    await bringUp(device)
    return { emulator, device, updates }
  }
  afterEach(async () => {
    for (const { emulator, device } of open.splice(0)) {
      await device.close()
      await emulator.close()
    }
  })

  test('a weight is handed out when the plate rests, in whole divisions', async () => {
    const { emulator, device, updates } = await started()
    emulator.put(1237)
    expect(await device.readWeight(limits)).toEqual({ grams: 1235, net: false })
    expect(emulator.state()).toMatchObject({ moving: false, grams: 1235 })
    expect(updates).toContain('scale.stable')
  })

  test('in motion there is nothing to sell by, however long somebody leans on the counter', async () => {
    const { emulator, device } = await started()
    emulator.put(500)
    emulator.shake()
    expect(await device.readLiveWeight(limits)).toMatchObject({ status: 'unstable' })
    await expect(device.readWeight({ timeoutMs: 500 })).rejects.toMatchObject({ code: 'device.timeout' })
    emulator.still()
    expect(await device.readWeight(limits)).toEqual({ grams: 500, net: false })
  })

  test('an empty plate, too much on it and a lifted plate are told, and are no weight', async () => {
    const { emulator, device, updates } = await started()
    expect(await device.readLiveWeight(limits)).toMatchObject({ status: 'zero' })
    emulator.put(15_100)
    await until(() => !emulator.state().moving)
    expect(await device.readLiveWeight(limits)).toMatchObject({ status: 'overweight', grams: null })
    emulator.put(-300)
    await until(() => !emulator.state().moving)
    expect(await device.readLiveWeight(limits)).toMatchObject({ status: 'underZero', grams: null })
    await expect(device.readWeight({ timeoutMs: 300 })).rejects.toMatchObject({ code: 'device.timeout' })
    expect(updates).toEqual(expect.arrayContaining(['scale.zero', 'scale.overweight', 'scale.underZero']))
  })

  test('a container on the plate, or a known tare, is taken off what follows', async () => {
    const { emulator, device } = await started()
    emulator.put(80)
    await until(() => !emulator.state().moving)
    expect(await device.takeTare(limits)).toBe(true)
    emulator.put(580)
    expect(await device.readWeight(limits)).toEqual({ grams: 500, net: true })
    expect(await device.setTareWeight(0, limits)).toBe(true)
    expect(await device.readWeight(limits)).toEqual({ grams: 580, net: false })
    expect(await device.setTareWeight(22, limits)).toBe(true)
    expect(await device.readWeight(limits)).toEqual({ grams: 560, net: true })
  })

  test('crumbs are zeroed away; what is no crumb is not', async () => {
    const { emulator, device } = await started()
    emulator.put(40)
    await until(() => !emulator.state().moving)
    expect(await device.zeroScale(limits)).toBe(true)
    emulator.put(540)
    expect(await device.readWeight(limits)).toMatchObject({ grams: 500 })
    expect(await device.zeroScale(limits)).toBe(false)
  })

  test('a tare that was left on before is not taken off the next shopper', async () => {
    const { emulator, device } = await started()
    expect(await device.setTareWeight(50, limits)).toBe(true)
    await device.close()
    await bringUp(device)
    emulator.put(500)
    expect(await device.readWeight(limits)).toEqual({ grams: 500, net: false })
  })

  test.each([
    ['slow', { kind: 'slow', factor: 4 }],
    ['doubled', { kind: 'duplicate' }],
    ['late', { kind: 'late', ms: 150 }],
  ] as const)('answers that come %s are the same weight', async (_how, fault) => {
    const { emulator, device } = await started()
    emulator.put(755)
    emulator.setFault(fault)
    expect(await device.readWeight(limits)).toEqual({ grams: 755, net: false })
  })

  test('an answer of the item before is never the weight of this one', async () => {
    const { emulator, device } = await started()
    emulator.put(1000)
    await until(() => !emulator.state().moving)
    // Later than the driver waits: each answer arrives while the next question is open.
    emulator.setFault({ kind: 'late', ms: 700 })
    await expect(device.readWeight({ timeoutMs: 600 })).rejects.toMatchObject({ code: 'device.timeout' })
    emulator.put(200)
    emulator.setFault(null)
    await until(() => !emulator.state().moving)
    expect(await device.readWeight(limits)).toEqual({ grams: 200, net: false })
  })

  test('noise on the line makes no weight of its own', async () => {
    const { emulator, device } = await started()
    emulator.put(755)
    emulator.setFault({ kind: 'flood', bytes: 200 })
    const read = device.readWeight({ timeoutMs: 1500 })
    // An answer of the 8217 has a beginning; a line of MT-SICS only an end, and noise becomes part of it.
    if (protocol === 'toledo-8217') expect(await read).toEqual({ grams: 755, net: false })
    else await expect(read).rejects.toMatchObject({ code: 'device.timeout' })
    emulator.setFault(null)
    expect(await device.readWeight(limits)).toEqual({ grams: 755, net: false })
  })

  test('spoilt answers are no weight', async () => {
    const { emulator, device } = await started()
    emulator.put(755)
    emulator.setFault({ kind: 'garble' })
    await expect(device.readWeight({ timeoutMs: 700 })).rejects.toMatchObject({ code: 'device.timeout' })
    emulator.setFault(null)
    expect(await device.readWeight(limits)).toEqual({ grams: 755, net: false })
  })

  test('a scale that falls silent on a port that stays is lost at the next heartbeat, and found again', async () => {
    const { emulator, device } = await started()
    emulator.setFault({ kind: 'silent' })
    await device.checkHealth('external', limits).catch(() => undefined)
    expect(device.state()).toBe('error')
    await device.close()
    await device.open(limits)
    await device.claim(limits)
    await expect(device.enable(limits)).rejects.toMatchObject({ code: 'device.noHardware' })
    emulator.setFault(null)
    await device.enable(limits)
    expect(device.enabled()).toBe(true)
  })

  test('a scale that lost its power comes back at nothing, with what lies on it', async () => {
    const { emulator, device } = await started()
    await device.setTareWeight(100, limits)
    emulator.powerCycle()
    await until(() => emulator.state().powered)
    emulator.put(300)
    expect(await device.readWeight(limits)).toMatchObject({ grams: 300 })
  })
})
