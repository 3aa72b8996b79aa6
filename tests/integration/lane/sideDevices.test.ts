import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { emulateLineDisplay } from '../../../drivers/line-display/emulator/line-display-emulator.ts'
import { createLineDisplay } from '../../../drivers/line-display/line-display.ts'
import { createLights } from '../../../drivers/lights/lights.ts'
import { relayLights } from '../../../drivers/lights/relay-lights.ts'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { emulateRelayBoard } from '../../../drivers/relay-board/emulator/relay-board-emulator.ts'
import { relayChannel } from '../../../drivers/tone-indicator/relay-channel.ts'
import { createToneIndicator } from '../../../drivers/tone-indicator/tone-indicator.ts'
import { superviseDevice } from '../../../src-main/devices/supervised-device.ts'
import { createSideDevices } from '../../../src-main/lane/sideDevices.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { everyView } from '../../unit/renderer/fixtures.ts'
import { keptLog } from './support/stores.ts'

const random = createRandom()
const deps = { clock: createClock(random.key()), random, log: keptLog() }
const views = everyView('zh-CN')
const view = (name: string) => {
  const found = views.get(name)
  if (found === undefined) throw new Error(`There is no view ${name}`)
  return found
}

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function until(look: () => boolean): Promise<void> {
  while (!look()) await sleep(10)
}

async function bench() {
  const display = await emulateLineDisplay({ baud: 115_200 })
  const lamp = await emulateRelayBoard({ relays: 3 })
  const buzzer = await emulateRelayBoard({ relays: 1 })
  for (const emulator of [display, lamp, buzzer]) closing.push(() => emulator.close())
  const supervised = {
    display: superviseDevice(
      {
        category: 'LineDisplay',
        name: 'display',
        address: display.address,
        create: () =>
          createLineDisplay({
            name: 'display',
            stream: createByteStream(display.address),
            model: display.model,
          }),
      },
      deps,
    ),
    lights: superviseDevice(
      {
        category: 'Lights',
        name: 'lamp',
        address: lamp.address,
        create: () =>
          createLights({
            name: 'lamp',
            stream: createByteStream(lamp.address),
            wire: relayLights(['red', 'amber', 'green']),
          }),
      },
      deps,
    ),
    tone: superviseDevice(
      {
        category: 'ToneIndicator',
        name: 'beeper',
        address: buzzer.address,
        create: () =>
          createToneIndicator({
            name: 'beeper',
            channel: relayChannel(createByteStream(buzzer.address), 1),
          }),
      },
      deps,
    ),
  }
  closing.push(async () => {
    await Promise.all(Object.values(supervised).map((device) => device.close()))
  })
  const side = createSideDevices(supervised)
  closing.push(() => side.close())
  return { display, lamp, buzzer, side, supervised }
}

describe('customer display, lamp and beeper', () => {
  it('follow the lane, and show it again after an unplug', async () => {
    const { display, lamp, buzzer, side, supervised } = await bench()
    side.show(view('attract'))
    await until(() => display.state().lines[0]?.startsWith('欢迎光临') === true)
    await until(() => lamp.state().relays.join() === 'false,false,true')
    await until(() => supervised.tone.answers())
    side.show(view('scanning'))
    await until(() => display.state().lines[1]?.startsWith('合计') === true)
    await until(() => lamp.state().relays.join() === 'false,true,false')
    await until(() => buzzer.state().switchedOn[0] === 1)
    await display.unplug()
    display.powerCycle()
    side.show(view('outOfOrder'))
    await until(() => lamp.state().relays.join() === 'true,false,false')
    await display.replug()
    await until(() => display.state().lines[0]?.startsWith('暂停服务') === true)
  })

  it('write only what changed', async () => {
    const { display, lamp, side } = await bench()
    side.show(view('attract'))
    await until(() => display.state().lines[0]?.startsWith('欢迎光临') === true)
    await until(() => lamp.state().relays[2] === true)
    const before = [display.received().length, lamp.received().length]
    for (let version = 2; version < 50; version++) side.show({ ...view('attract'), version })
    side.show(view('intervention-help'))
    await until(() => lamp.state().relays[0] === true)
    side.show(view('attract'))
    await until(
      () => display.state().lines[0]?.startsWith('欢迎光临') === true && lamp.state().relays[2] === true,
    )
    expect(display.received().length - (before[0] ?? 0)).toBeLessThan(3 * 50)
    expect(lamp.received().length - (before[1] ?? 0)).toBeLessThan(12 * 10)
  })
})
