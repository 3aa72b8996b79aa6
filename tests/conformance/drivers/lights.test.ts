import { afterEach, describe, expect, test } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { countListeners } from '../../../drivers/kit/listeners.ts'
import { answerOf, bringUp, limits } from '../../../drivers/kit/rig.ts'
import { emulateTower } from '../../../drivers/lights/emulator/tower-emulator.ts'
import { createLights } from '../../../drivers/lights/lights.ts'
import type { LightsPort } from '../../../drivers/lights/lights-port.ts'
import { pnsLights } from '../../../drivers/lights/pns-lights.ts'
import { relayLights } from '../../../drivers/lights/relay-lights.ts'
import { emulateRelayBoard } from '../../../drivers/relay-board/emulator/relay-board-emulator.ts'
import { alarmChannel } from '../../../drivers/tone-indicator/alarm-channel.ts'
import { relayChannel } from '../../../drivers/tone-indicator/relay-channel.ts'
import { createToneIndicator } from '../../../drivers/tone-indicator/tone-indicator.ts'
import type { ToneIndicatorPort } from '../../../drivers/tone-indicator/tone-indicator-port.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { absentNote, until, wires } from './support/wires.ts'

const relayWire = relayLights(['red', 'amber', 'green', 'alarm'])
const towerWire = pnsLights(['red', 'amber', 'green'])
const brief = { cycles: 1, onMs: 10, offMs: 10 }

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function relayRig(wire: VirtualSerialKind) {
  const emulator = await emulateRelayBoard({ kinds: [wire] })
  const { stream, listeners } = countListeners(createByteStream(emulator.address))
  const driver = (from = createByteStream(emulator.address)): LightsPort =>
    createLights({ name: 'lamp', stream: from, wire: relayWire })
  return {
    device: driver(stream),
    listeners,
    rival: () => driver(),
    unplug: () => emulator.unplug(),
    replug: () => emulator.replug(),
    close: () => emulator.close(),
  }
}

async function towerRig() {
  const emulator = await emulateTower()
  const { stream, listeners } = countListeners(createByteStream(emulator.address))
  const driver = (from = createByteStream(emulator.address)): LightsPort =>
    createLights({ name: 'lamp', stream: from, wire: towerWire })
  return {
    device: driver(stream),
    listeners,
    rival: () => driver(),
    mute: () => emulator.setFault({ kind: 'silent' }),
    unplug: () => emulator.unplug(),
    replug: () => emulator.replug(),
    close: () => emulator.close(),
  }
}

async function toneRig(wire: VirtualSerialKind) {
  const emulator = await emulateRelayBoard({ kinds: [wire] })
  const { stream, listeners } = countListeners(createByteStream(emulator.address))
  const driver = (from = createByteStream(emulator.address)): ToneIndicatorPort =>
    createToneIndicator({ name: 'beeper', channel: relayChannel(from, 1) })
  return {
    device: driver(stream),
    listeners,
    rival: () => driver(),
    unplug: () => emulator.unplug(),
    replug: () => emulator.replug(),
    close: () => emulator.close(),
  }
}

/** What the wires differ in is below these drivers: one of them is enough. */
const [kind = 'tcp'] = wires

describe(`a lamp on a relay board over ${kind}${absentNote}`, () => {
  deviceConformance<LightsPort>({
    make: () => relayRig(kind),
    operations: { switchTo: (device, call) => device.switchTo({ green: 'on' }, call) },
    waiting: [],
  })
})

describe('a light tower on the network', () => {
  deviceConformance<LightsPort>({
    make: towerRig,
    operations: { switchTo: (device, call) => device.switchTo({ green: 'on' }, call) },
    waiting: ['switchTo'],
  })

  test('shows the whole pattern and nothing of the one before; what it lacks is left out', async () => {
    const emulator = await emulateTower()
    closing.push(() => emulator.close())
    const device = createLights({ name: 'lamp', stream: createByteStream(emulator.address), wire: towerWire })
    closing.push(() => device.close())
    await bringUp(device)
    await device.switchTo({ red: 'blink', blue: 'on', alarm: true }, limits)
    expect(emulator.state()).toMatchObject({ tiers: ['blink', 'off', 'off', 'off', 'off'], alarm: true })
    expect(device.shown()).toEqual({ red: 'blink', alarm: true })
    await device.switchTo({ green: 'on' }, limits)
    expect(emulator.state()).toMatchObject({ tiers: ['off', 'off', 'on', 'off', 'off'], alarm: false })
    emulator.setFault({ kind: 'silent' })
    expect(await answerOf(() => device.switchTo({ red: 'on' }, limits))).toBe('device.offline')
    await device.checkHealth('external', limits)
    expect(device.state()).toBe('error')
  })
})

describe(`a lamp on a relay board over ${kind}`, () => {
  const started = async () => {
    const emulator = await emulateRelayBoard({ kinds: [kind] })
    closing.push(() => emulator.close())
    const lamp = createLights({ name: 'lamp', stream: createByteStream(emulator.address), wire: relayWire })
    closing.push(() => lamp.close())
    await bringUp(lamp)
    return { emulator, lamp }
  }

  test('each colour has its relay, and what blinks goes on and off until another pattern comes', async () => {
    const { emulator, lamp } = await started()
    await lamp.switchTo({ green: 'on' }, limits)
    await until(() => emulator.state().relays.join() === 'false,false,true,false')
    await lamp.switchTo({ amber: 'blink' }, limits)
    await until(() => (emulator.state().switchedOn[1] ?? 0) >= 2)
    await lamp.switchTo({ red: 'on' }, limits)
    await until(() => emulator.state().relays.join() === 'true,false,false,false')
    await lamp.close()
    await bringUp(lamp)
    await until(() => emulator.state().relays.every((on) => !on))
  })

  test('its buzzer beeps and leaves the colours as they are', async () => {
    const { emulator, lamp } = await started()
    await lamp.switchTo({ amber: 'on' }, limits)
    const beeper = createToneIndicator({ name: 'beeper', channel: alarmChannel(lamp) })
    closing.push(() => beeper.close())
    await bringUp(beeper)
    await beeper.sound({ cycles: 3, onMs: 20, offMs: 20 }, limits)
    await until(() => emulator.state().switchedOn[3] === 3)
    await until(() => emulator.state().relays.join() === 'false,true,false,false')
    await emulator.unplug()
    await lamp.checkHealth('external', limits)
    await until(() => beeper.state() === 'error')
  })
})

describe(`a beeper on a relay over ${kind}${absentNote}`, () => {
  deviceConformance<ToneIndicatorPort>({
    make: () => toneRig(kind),
    operations: {
      sound: (device, call) => device.sound(brief, call),
      soundOff: (device, call) => device.soundOff(call),
    },
    waiting: [],
  })
})

describe(`a beeper on a relay over ${kind}`, () => {
  test('a new tone ends the one before, and silence is silence', async () => {
    const emulator = await emulateRelayBoard({ kinds: [kind] })
    closing.push(() => emulator.close())
    const channel = relayChannel(createByteStream(emulator.address), 1)
    const device = createToneIndicator({ name: 'beeper', channel })
    closing.push(() => device.close())
    await bringUp(device)
    const first = answerOf(() => device.sound({ cycles: 20, onMs: 1000, offMs: 1000 }, { timeoutMs: 60_000 }))
    await until(() => emulator.state().relays[0] === true)
    await device.sound(brief, limits)
    expect(await first).toBe('device.closed')
    const second = answerOf(() =>
      device.sound({ cycles: 20, onMs: 1000, offMs: 1000 }, { timeoutMs: 60_000 }),
    )
    await until(() => emulator.state().switchedOn[0] === 3)
    await device.soundOff(limits)
    expect(await second).toBe('device.closed')
    await until(() => emulator.state().relays[0] === false)
    expect(await answerOf(() => device.sound({ ...brief, cycles: 0 }, limits))).toBe('device.illegal')
  })
})
