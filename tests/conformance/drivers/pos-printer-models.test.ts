import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { bringUp } from '../../../drivers/kit/rig.ts'
import { emulatePrinter } from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { createEscPosPrinter } from '../../../drivers/pos-printer/esc-pos-printer.ts'
import type { PosPrinterPort } from '../../../drivers/pos-printer/pos-printer-port.ts'
import { printerProfiles, type PrinterProfile } from '../../../drivers/pos-printer/profiles.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import { englishReceipt, jobKey, receipt } from '../../unit/drivers/support/receipts.ts'

const limits = { timeoutMs: 20_000 }
const quick = { baud: 115_200, mmPerSecond: 2000 }

function driverFor(address: string, profile: PrinterProfile): PosPrinterPort {
  return createEscPosPrinter({
    name: 'receipt',
    stream: createByteStream(address),
    profile,
    bytesPerSecond: quick.baud / 10,
  })
}

/** What every model has letters for. */
const latin: ReceiptDocument = {
  ...englishReceipt,
  blocks: [
    { kind: 'title', text: 'Green Lane' },
    { kind: 'columns', left: 'Apples 0.532 kg', right: '6.81', emphasis: 'normal' },
    { kind: 'columns', left: 'Dark chocolate 70% with whole hazelnuts', right: '12.00', emphasis: 'normal' },
    { kind: 'rule' },
    { kind: 'columns', left: 'Total', right: '18.81', emphasis: 'large' },
    { kind: 'qr', data: 'https://example.org/r/1', caption: 'Scan for the receipt' },
  ],
}

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

describe.each(Object.values(printerProfiles))('$name', (profile) => {
  test('prints a receipt that its emulator reads back whole, and a copy that says why', async () => {
    const emulator = await emulatePrinter({ model: profile.id, ...quick })
    const device = driverFor(emulator.address, profile)
    closers.push(
      () => emulator.close(),
      () => device.close(),
    )
    await bringUp(device)
    for (const copy of [null, 'paperEmpty'] as const) {
      const outcome = await device.print({ jobKey: jobKey(1), document: latin, copy }, limits)
      expect(outcome).toEqual({ kind: 'printed', fence: profile.fence })
      if (!profile.cutter) emulator.tearOff()
    }
    expect(emulator.judge([{ jobKey: jobKey(1), document: latin }])).toEqual({
      originals: { [jobKey(1)]: 1 },
      copies: { [jobKey(1)]: 1 },
      missing: [],
      fragments: 0,
    })
  })
})

describe('a printer on TCP port 9100', () => {
  /** A cable with the emulator behind it that can be cut as networks do it. */
  async function cabled() {
    const emulator = await emulatePrinter({ kinds: ['tcp'], ...quick })
    const port = Number(emulator.address.split(':').at(-1))
    const sockets = new Set<Socket>()
    let deaf = false
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1')
      for (const socket of [near, far]) {
        sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => sockets.delete(socket))
      }
      near.on('data', (bytes) => {
        if (!deaf) far.write(bytes)
      })
      far.on('data', (bytes) => {
        if (!deaf) near.write(bytes)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const device = driverFor(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, emulator.profile)
    closers.push(
      () => emulator.close(),
      () => void server.close(),
      () => sockets.forEach((socket) => void socket.destroy()),
      () => device.close(),
    )
    await bringUp(device)
    return {
      emulator,
      device,
      reset: () => sockets.forEach((socket) => void socket.resetAndDestroy()),
      goDeaf: () => (deaf = true),
    }
  }
  const job = { jobKey: jobKey(1), document: receipt, copy: null }

  test('whose connection is reset in the middle of a job leaves it unknown at once', async () => {
    const { emulator, device, reset } = await cabled()
    emulator.afterBytes(400, reset)
    expect(await device.print(job, limits)).toMatchObject({ kind: 'unknown', reason: 'linkLost' })
    expect(device.state()).toBe('error')
  })

  test('whose connection is half open, silent on both sides, ends the job as unknown within its time', async () => {
    const { emulator, device, goDeaf } = await cabled()
    emulator.afterBytes(400, goDeaf)
    expect(await device.print(job, { timeoutMs: 3000 })).toMatchObject({ kind: 'unknown', reason: 'timeout' })
    await expect(device.readStatus({ timeoutMs: 500 })).rejects.toMatchObject({ code: 'device.timeout' })
  })
})
