import { afterEach, describe, expect, test } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { countListeners } from '../../../drivers/kit/listeners.ts'
import { bringUp, limits } from '../../../drivers/kit/rig.ts'
import {
  emulateLineDisplay,
  type EmulatedLineDisplay,
} from '../../../drivers/line-display/emulator/line-display-emulator.ts'
import { createLineDisplay } from '../../../drivers/line-display/line-display.ts'
import type { LineDisplayPort } from '../../../drivers/line-display/line-display-port.ts'
import { lineDisplayModels, type LineDisplayModelId } from '../../../drivers/line-display/models.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { absentNote, until, wires } from './support/wires.ts'

const models = Object.keys(lineDisplayModels) as LineDisplayModelId[]
const baud = 115_200

const whole = { row: 0, column: 0, height: 2, width: 20 }

const driverFor = (address: string, model: LineDisplayModelId): LineDisplayPort =>
  createLineDisplay({ name: 'display', stream: createByteStream(address), model })

async function rig(kind: VirtualSerialKind) {
  const model = 'cd5220'
  const emulator = await emulateLineDisplay({ model, baud, kinds: [kind] })
  const { stream, listeners } = countListeners(createByteStream(emulator.address))
  return {
    device: createLineDisplay({ name: 'display', stream, model }),
    listeners,
    rival: () => driverFor(emulator.address, model),
    unplug: () => emulator.unplug(),
    replug: () => emulator.replug(),
    close: () => emulator.close(),
  }
}

describe.each(wires)(`a customer display over %s${absentNote}`, (kind) => {
  deviceConformance<LineDisplayPort>({
    make: () => rig(kind),
    operations: {
      displayLines: (device, call) => device.displayLines(['a', 'b'], call),
      displayTextAt: (device, call) => device.displayTextAt(1, 2, 'c', call),
      scrollText: (device, call) => device.scrollText(0, 'longer than twenty columns', 10, call),
      setBrightness: (device, call) => device.setBrightness(2, call),
      clearText: (device, call) => device.clearText(call),
      createWindow: async (device, call) => {
        await device.createWindow({ row: 1, column: 0, height: 1, width: 8 }, call)
        await device.destroyWindow(call)
      },
      destroyWindow: async (device, call) => {
        if (device.currentWindow() === 0) await device.createWindow(whole, call)
        await device.destroyWindow(call)
      },
      selectWindow: (device, call) => device.selectWindow(0, call),
    },
    waiting: [],
  })
})

const kind = wires[0] ?? 'tcp'

describe.each(models)(`a %s over ${kind}`, (model) => {
  const open: { emulator: EmulatedLineDisplay; device: LineDisplayPort }[] = []
  const started = async () => {
    const emulator = await emulateLineDisplay({ model, baud, kinds: [kind] })
    const device = driverFor(emulator.address, model)
    open.push({ emulator, device })
    await bringUp(device)
    const shows = (top: string, bottom: string) =>
      until(() => {
        const { lines } = emulator.state()
        return lines[0]?.trimEnd() === top && lines[1]?.trimEnd() === bottom
      })
    return { emulator, device, shows }
  }
  afterEach(async () => {
    for (const { emulator, device } of open.splice(0)) {
      await device.close()
      await emulator.close()
    }
  })

  test('item and total stand where they should, and the next ones leave nothing of them', async () => {
    const { device, shows } = await started()
    await device.displayLines(['Spring water 550ml', 'TOTAL           2.00'], limits)
    await shows('Spring water 550ml', 'TOTAL           2.00')
    await device.displayLines(['Tea', 'TOTAL           5.50'], limits)
    await shows('Tea', 'TOTAL           5.50')
    await device.displayTextAt(1, 16, '9.99', limits)
    await shows('Tea', 'TOTAL           9.99')
    await device.clearText(limits)
    await shows('', '')
  })

  test('a text too long is cut at the line, never into the next one', async () => {
    const { device, shows } = await started()
    await device.displayLines(['123456789012345678901234', 'b'], limits)
    await shows('12345678901234567890', 'b')
  })

  test('Chinese is shown where the display has it, whole characters only, and left out where not', async () => {
    const { device, emulator } = await started()
    await device.displayLines(['农夫山泉饮用天然水五百', '合计 ¥2.00 café'], limits)
    const [top, bottom] =
      model === 'cd5220-gb18030' ? ['农夫山泉饮用天然水五', '合计 Y2.00'] : ['', ' Y2.00 cafe']
    await until(() => emulator.state().lines[1]?.startsWith(bottom) === true)
    expect(emulator.state().lines[0]?.trimEnd()).toBe(top)
  })

  test('a long text runs through its row until something else is written there', async () => {
    const { device, emulator, shows } = await started()
    const text = 'Three for two this week at the counter'
    await device.scrollText(0, text, 5, limits)
    await until(() => emulator.state().lines[0]?.trim().startsWith('two this week') === true)
    await device.displayLines(['Welcome'], limits)
    await shows('Welcome', '')
  })

  test('windows share the display: each is written, cleared and scrolled without the others', async () => {
    const { device, emulator, shows } = await started()
    await device.displayLines(['TOTAL', 'Welcome'], limits)
    expect(await device.createWindow({ row: 0, column: 10, height: 1, width: 10 }, limits)).toBe(1)
    await device.displayLines(['      2.00', 'not shown'], limits)
    await shows('TOTAL           2.00', 'Welcome')
    expect(await device.createWindow({ row: 1, column: 8, height: 1, width: 12 }, limits)).toBe(2)
    expect(device.currentWindow()).toBe(2)
    await device.scrollText(0, 'Three for two this week', 5, limits)
    await until(() => emulator.state().lines[1]?.startsWith('Welcome two this we') === true)
    await device.selectWindow(1, limits)
    await device.displayTextAt(0, 6, '9.99 too long', limits)
    await until(() => emulator.state().lines[0] === 'TOTAL           9.99')
    const [, running] = emulator.state().lines
    await until(() => emulator.state().lines[1] !== running)
    await device.clearText(limits)
    await until(() => emulator.state().lines[0]?.trimEnd() === 'TOTAL')
    await device.selectWindow(2, limits)
    await device.destroyWindow(limits)
    expect(device.currentWindow()).toBe(0)
    await device.displayTextAt(1, 8, 'and goodbye', limits)
    await shows('TOTAL', 'Welcome and goodbye')
  })

  test('a window that does not fit, is not there, or is the display itself is refused', async () => {
    const { device } = await started()
    const refused = { code: 'device.illegal' }
    for (const viewport of [
      { ...whole, width: 21 },
      { ...whole, row: 1 },
      { ...whole, column: -1 },
      { ...whole, height: 0 },
      { ...whole, width: 1.5 },
    ]) {
      await expect(device.createWindow(viewport, limits)).rejects.toMatchObject(refused)
    }
    await expect(device.selectWindow(1, limits)).rejects.toMatchObject(refused)
    await expect(device.destroyWindow(limits)).rejects.toMatchObject(refused)
    for (const window of [1, 2, 3, 4]) expect(await device.createWindow(whole, limits)).toBe(window)
    await expect(device.createWindow(whole, limits)).rejects.toMatchObject(refused)
    await device.selectWindow(2, limits)
    await expect(device.displayTextAt(0, 20, 'x', limits)).rejects.toMatchObject(refused)
    await device.release(limits)
    expect(device.currentWindow()).toBe(0)
  })

  test('brightness, and a power cut that leaves it dark until something is shown again', async () => {
    const { device, emulator, shows } = await started()
    await device.setBrightness(2, limits)
    await until(() => emulator.state().brightness === 2)
    await device.displayLines(['a', 'b'], limits)
    await shows('a', 'b')
    emulator.powerCycle()
    expect(emulator.state()).toMatchObject({ lines: [' '.repeat(20), ' '.repeat(20)], brightness: 4 })
    await expect(device.setBrightness(5, limits)).rejects.toMatchObject({ code: 'device.illegal' })
    await expect(device.displayTextAt(2, 0, 'x', limits)).rejects.toMatchObject({ code: 'device.illegal' })
  })
})
