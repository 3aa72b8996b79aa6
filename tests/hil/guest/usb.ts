import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { typedReports } from '../../../drivers/hid/keystrokes.ts'
import { judgePapers } from '../../../drivers/pos-printer/emulator/judge.ts'
import { createPrinterCore } from '../../../drivers/pos-printer/emulator/printer-core.ts'
import { createEscPosPrinter } from '../../../drivers/pos-printer/esc-pos-printer.ts'
import { copyReasonFor, type PrintOutcome } from '../../../drivers/pos-printer/pos-printer-port.ts'
import { printerProfiles } from '../../../drivers/pos-printer/profiles.ts'
import { posReports } from '../../../drivers/scanner/emulator/hid-scanner-emulator.ts'
import { createHidScanner } from '../../../drivers/scanner/hid-scanner.ts'
import { bootKeyboardDescriptor, posDescriptor } from '../../unit/drivers/support/hid-descriptors.ts'
import { englishReceipt, jobKey } from '../../unit/drivers/support/receipts.ts'
import { allChecked, check, guestClock, openUntilItWorks, patience, until } from './checks.ts'
import { createGadget, openGadgetEnd, type GadgetEnd } from './gadgets.ts'

/** Inside the guest: a printer and two scanners on its USB, pulled out while they work. */
await printerChecks()
await scannerChecks({
  what: 'HID POS scanner',
  controller: 1,
  serialNumber: 'FL-SCAN-POS',
  descriptor: posDescriptor,
  reportLength: 64,
  reports: (text) => posReports(text),
})
await scannerChecks({
  what: 'scanner that plays a keyboard',
  controller: 2,
  serialNumber: 'FL-SCAN-KEYS',
  descriptor: bootKeyboardDescriptor,
  reportLength: 8,
  reports: (text) => typedReports(text, 'us', 'enter'),
})
allChecked()

async function printerChecks(): Promise<void> {
  const profile = printerProfiles['epson-80']
  const core = createPrinterCore({
    profile,
    bytesPerSecond: Infinity,
    mmPerSecond: Infinity,
    bufferBytes: 4_096,
    paperMm: 30_000,
    nearEndMm: 1_500,
  })
  const gadget = createGadget({
    name: 'printer',
    controller: 0,
    vendorId: '0x04b8',
    productId: '0x0202',
    serialNumber: 'FL-PRN-1',
    function: 'printer.0',
    attributes: { pnp_string: 'MFG:Facelane;MDL:Gadget;CLS:PRINTER;CMD:ESC/POS;' },
  })
  let end: GadgetEnd | null = null
  core.onTransmit((bytes) => end?.write(bytes))
  async function plug(): Promise<void> {
    gadget.plug()
    end = await openGadgetEnd('/dev/g_printer0')
    end.onData((bytes) => core.receive(bytes))
  }
  function unplug(): void {
    end?.close()
    end = null
    core.lineDown()
    gadget.unplug()
  }
  const printer = createEscPosPrinter({
    name: 'printer',
    stream: createByteStream('usb:04b8:0202:FL-PRN-1'),
    profile,
    bytesPerSecond: Infinity,
  })
  const document = englishReceipt
  let outcome: PrintOutcome | null = null

  await plug()
  await check('a USB printer is opened by its serial number, usblp or not', async () => {
    await openUntilItWorks(printer)
    return printer.address
  })
  await check('its receipt comes out and the printer confirms it', async () => {
    outcome = await printer.print({ jobKey: jobKey(1), document, copy: null }, patience)
    return outcome.kind === 'printed' && outcome.fence
  })
  await check(
    'pulled out in the middle of a job it is lost, and the job is neither printed nor forgotten',
    async () => {
      core.afterBytes(400, unplug)
      outcome = await printer.print({ jobKey: jobKey(2), document, copy: null }, patience)
      await until('the driver to see it', () => printer.state() === 'error')
      return outcome.kind === 'unknown' && outcome.reason
    },
  )
  await check('plugged in again it prints what is marked COPY', async () => {
    await printer.close()
    await plug()
    const tries = await openUntilItWorks(printer)
    const reason = outcome?.kind === 'unknown' ? copyReasonFor(outcome.reason) : 'outcomeUnknown'
    const copied = await printer.print({ jobKey: jobKey(2), document, copy: reason }, patience)
    return copied.kind === 'printed' && `open at try ${tries}`
  })
  await check('the paper says: one original a job at most, and none missing', async () => {
    const jobs = [1, 2].map((n) => ({ jobKey: jobKey(n), document }))
    const { originals, copies, missing, fragments } = judgePapers(core.pieces(), jobs)
    const most = Math.max(...Object.values(originals))
    return Promise.resolve(
      missing.length === 0 && most === 1 && JSON.stringify({ originals, copies, missing, fragments }),
    )
  })
  await check('pulled out at rest it is noticed without a byte', async () => {
    unplug()
    await until('the driver to see it', () => printer.state() === 'error')
    return printer.power()
  })
  await printer.close()
  core.close()
}

interface ScannerGadget {
  readonly what: string
  readonly controller: number
  readonly serialNumber: string
  readonly descriptor: Uint8Array
  readonly reportLength: number
  readonly reports: (text: string) => readonly Uint8Array[]
}

async function scannerChecks({
  what,
  controller,
  serialNumber,
  descriptor,
  reportLength,
  reports,
}: ScannerGadget): Promise<void> {
  const gadget = createGadget({
    name: `scanner${controller}`,
    controller,
    vendorId: '0x0c2e',
    productId: `0x020${controller}`,
    serialNumber,
    function: `hid.${controller}`,
    attributes: {
      protocol: '0',
      subclass: '0',
      report_length: String(reportLength),
      report_desc: descriptor,
    },
  })
  const codes: string[] = []
  const scanner = createHidScanner({
    name: 'scanner',
    address: `hid:serial=${serialNumber}`,
    clock: guestClock,
    autoDisable: false,
  })
  scanner.onData(({ data }) => codes.push(data))
  // Numbered in the order in which they were made, whatever their names.
  const file = `/dev/hidg${controller - 1}`
  gadget.plug()
  let end = await openGadgetEnd(file)
  const scan = (text: string, part = Infinity): void =>
    reports(text)
      .slice(0, part)
      .forEach((report) => end.write(report))

  await check(`a ${what} is opened by its serial number and read`, async () => {
    await openUntilItWorks(scanner)
    scan('6901234567892')
    await until('the code', () => codes.length === 1)
    return only(codes, '6901234567892')
  })
  await check(`a ${what} pulled out in the middle of a code has read nothing`, async () => {
    const long = '0'.repeat(100)
    scan(long, Math.ceil(reports(long).length / 2))
    await until('half of it to be on the wire', () => end.idle())
    end.close()
    gadget.unplug()
    await until('the driver to see it', () => scanner.state() === 'error')
    return only(codes, '6901234567892')
  })
  await check(`a ${what} plugged in again reads the next code, once`, async () => {
    await scanner.close()
    gadget.plug()
    end = await openGadgetEnd(file)
    const tries = await openUntilItWorks(scanner)
    scan('4006381333931')
    await until('the code', () => codes.length > 1)
    return `${only(codes.slice(1), '4006381333931')}, open at try ${tries}`
  })
  await scanner.close()
  end.close()
  gadget.unplug()
}

/** Throws with what was read when it is anything else than this one code. */
function only(codes: readonly string[], wanted: string): string {
  if (codes.length !== 1 || codes[0] !== wanted) throw new Error(`read ${JSON.stringify(codes)}`)
  return wanted
}
