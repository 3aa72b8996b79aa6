import { afterEach, describe, expect, test } from 'vitest'
import { createCashDrawer } from '../../../drivers/cash-drawer/printer-cash-drawer.ts'
import type { CashDrawerPort } from '../../../drivers/cash-drawer/cash-drawer-port.ts'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { bringUp, until } from '../../../drivers/kit/rig.ts'
import type { DrawerChannel } from '../../../drivers/port/drawer-channel.ts'
import type { Unsubscribe } from '../../../drivers/port/subscriptions.ts'
import {
  emulatePrinter,
  type EmulatedPrinter,
} from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { createEscPosPrinter } from '../../../drivers/pos-printer/esc-pos-printer.ts'
import { printerProfiles, type PrinterProfileId } from '../../../drivers/pos-printer/profiles.ts'
import type { PosPrinterPort } from '../../../drivers/pos-printer/pos-printer-port.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { jobKey, receipt } from '../../unit/drivers/support/receipts.ts'
import { absentNote, wires } from './support/wires.ts'

const baud = 115_200
const limits = { timeoutMs: 4000 }
const reminder = { beepAfterMs: 40, beepEveryMs: 40 }

interface Till {
  readonly emulator: EmulatedPrinter
  readonly printer: PosPrinterPort
  readonly drawer: CashDrawerPort
}

async function tillOf(kind: VirtualSerialKind, model: PrinterProfileId = 'epson-80'): Promise<Till> {
  const profile = printerProfiles[model]
  const emulator = await emulatePrinter({
    model,
    baud,
    kinds: [kind],
    mmPerSecond: 2000,
  })
  const printer = createEscPosPrinter({
    name: 'receipt',
    stream: createByteStream(emulator.address),
    profile,
    bytesPerSecond: baud / 10,
  })
  await bringUp(printer)
  return { emulator, printer, drawer: createCashDrawer({ name: 'drawer', channel: printer.drawer }) }
}

/** The channel as it is, and how many listeners its borrower has left there. */
function countBorrowed(channel: DrawerChannel): { channel: DrawerChannel; listeners(): number } {
  const there = new Set<Unsubscribe>()
  const counted = (unsubscribe: Unsubscribe): Unsubscribe => {
    there.add(unsubscribe)
    return () => {
      there.delete(unsubscribe)
      unsubscribe()
    }
  }
  return {
    channel: {
      ...channel,
      onAvailable: (listener) => counted(channel.onAvailable(listener)),
      onLevel: (listener) => counted(channel.onLevel(listener)),
    },
    listeners: () => there.size,
  }
}

describe.each(wires)(`a cash drawer on a printer over %s${absentNote}`, (kind: VirtualSerialKind) => {
  deviceConformance<CashDrawerPort>({
    async make() {
      const { emulator, printer } = await tillOf(kind)
      const { channel, listeners } = countBorrowed(printer.drawer)
      const make = () => createCashDrawer({ name: 'drawer', channel })
      return {
        device: make(),
        rival: make,
        async unplug() {
          await emulator.unplug()
          // The supervisor's heartbeat does this.
          await printer.checkHealth('internal', limits)
          await until(() => printer.state() === 'error')
        },
        async replug() {
          await emulator.replug()
          await printer.close()
          await bringUp(printer)
        },
        mute: () => emulator.setReplyFault('drop'),
        listeners,
        async close() {
          await printer.close()
          await emulator.close()
        },
      }
    },
    operations: {
      checkHealth: (drawer, call) => drawer.checkHealth('external', call),
      openDrawer: (drawer, call) => drawer.openDrawer(call),
    },
    waiting: ['checkHealth', 'openDrawer'],
  })

  const tills: Till[] = []
  const started = async (model?: PrinterProfileId): Promise<Till> => {
    const till = await tillOf(kind, model)
    tills.push(till)
    await bringUp(till.drawer)
    return till
  }
  afterEach(async () => {
    for (const { drawer, printer, emulator } of tills.splice(0)) {
      await drawer.close()
      await printer.close()
      await emulator.close()
    }
  })

  test.each(['epson-80', 'generic-58'] as const)(
    '%s opens it, and tells when it is open and closed',
    async (model) => {
      const { emulator, drawer } = await started(model)
      const told: string[] = []
      drawer.onStatusUpdate(({ name, number }) => told.push(`${name} ${number ?? ''}`))
      expect(drawer.drawer()).toBe('closed')
      await drawer.openDrawer(limits)
      expect([drawer.drawer(), emulator.state().drawerKicks]).toEqual(['open', 1])
      emulator.closeDrawer()
      await until(() => drawer.drawer() === 'closed')
      expect(told).toEqual(['drawerOpen 1', 'drawerClosed 0'])
    },
  )

  test('an opening with the key is told too', async () => {
    const { emulator, drawer } = await started()
    const states: string[] = []
    drawer.onDrawer((state) => states.push(state))
    emulator.openDrawer()
    await until(() => states.length === 1)
    expect([states, emulator.state().drawerKicks]).toEqual([['open'], 0])
  })

  test('a drawer that is open already gets no pulse', async () => {
    const { emulator, drawer } = await started()
    emulator.openDrawer()
    await until(() => drawer.drawer() === 'open')
    await drawer.openDrawer(limits)
    expect(emulator.state().drawerKicks).toBe(0)
  })

  test('a drawer that is stuck is said to be', async () => {
    const { emulator, drawer } = await started()
    emulator.stickDrawer(true)
    await expect(drawer.openDrawer(limits)).rejects.toMatchObject({
      code: 'device.failure',
      nativeCode: '111',
    })
    expect([drawer.drawer(), emulator.state().drawerKicks]).toEqual(['closed', 1])
  })

  test('whoever waits for it to be closed hears beeps until it is', async () => {
    const { emulator, drawer } = await started()
    await drawer.openDrawer(limits)
    let beeps = 0
    drawer.onBeep(() => {
      beeps += 1
      if (beeps === 3) emulator.closeDrawer()
    })
    await drawer.waitForDrawerClose(reminder, limits)
    expect([drawer.drawer(), beeps]).toEqual(['closed', 3])
    await drawer.waitForDrawerClose(reminder, limits)
    expect(beeps).toBe(3)
  })

  test('opens while the printer prints, and spoils nothing on the paper', async () => {
    const { emulator, printer, drawer } = await started()
    const begun = new Promise<void>((resolve) => emulator.afterBytes(400, resolve))
    const printing = printer.print(
      { jobKey: jobKey(1), document: receipt, copy: null },
      { timeoutMs: 15_000 },
    )
    await begun
    await drawer.openDrawer(limits)
    expect(await printing).toMatchObject({ kind: 'printed' })
    expect(emulator.judge([{ jobKey: jobKey(1), document: receipt }])).toMatchObject({
      originals: { [jobKey(1)]: 1 },
      fragments: 0,
    })
  })

  test('with the paper out, DLE DC4 opens it all the same', async () => {
    const { emulator, printer, drawer } = await started('epson-80')
    emulator.setPaper(0)
    await until(() => printer.status()?.paper === 'empty')
    await drawer.openDrawer(limits)
    expect(drawer.drawer()).toBe('open')
  })

  test('with the paper out, a printer that knows only ESC p refuses instead of opening it later', async () => {
    const { emulator, printer, drawer } = await started('generic-58')
    emulator.setPaper(0)
    await until(() => printer.status()?.paper === 'empty')
    await expect(drawer.openDrawer(limits)).rejects.toMatchObject({ code: 'device.offline' })
    emulator.setPaper(10_000)
    await until(() => printer.status()?.paper === 'ok')
    expect(emulator.state()).toMatchObject({ drawer: 'closed', drawerKicks: 0 })
  })

  test('without a switch it opens and does not claim to know', async () => {
    const { printer, emulator } = await started()
    const blind = createCashDrawer({ name: 'second', channel: printer.drawer, pin: 5, openLevel: 'none' })
    await bringUp(blind)
    await blind.openDrawer(limits)
    await until(() => emulator.state().drawerKicks === 1)
    expect([blind.hasSensor, blind.drawer()]).toEqual([false, null])
    await expect(blind.waitForDrawerClose(reminder, limits)).rejects.toMatchObject({ code: 'device.illegal' })
    await blind.close()
  })
})
