import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { emulateLineDisplay } from '../../drivers/line-display/emulator/line-display-emulator.ts'
import { emulateMsr } from '../../drivers/msr/emulator/msr-emulator.ts'
import { emulatePrinter } from '../../drivers/pos-printer/emulator/printer-emulator.ts'
import { emulateRelayBoard } from '../../drivers/relay-board/emulator/relay-board-emulator.ts'
import { emulateScale } from '../../drivers/scale/emulator/scale-emulator.ts'
import { emulateScanner } from '../../drivers/scanner/emulator/scanner-emulator.ts'
import type { ConfigInput } from '../../src-main/config/schema.ts'
import { createClock } from '../../src-main/platform/clock.ts'
import { createRandom } from '../../src-main/platform/random.ts'
import { openLaneStore } from '../../src-main/store/open-lane-store.ts'
import { catalogueCsv, goodsCount, goodsFromMinor } from '../chaos/lane/goods.ts'
import { startLane } from './devices/lane.ts'
import { cpuPercent, portLimit } from './devices/measures.ts'
import { soak, type Goods } from './devices/soak.ts'
import { percentile } from './measures/percentile.ts'
import { memoryOf } from './measures/process-tree.ts'
import { round } from './measures/summary.ts'

const help = `npm run bench -- devices [options]

A lane process with its devices on real pseudo-terminals: reads by the emulated scanner, each awaited in the basket, cash,
and a receipt for each sale on the emulated printer, with plugs pulled by chance (seeded) in the middle of a read, right
behind its last byte, between reads, and on any byte of a receipt. Progress goes to stderr, one JSON object to stdout.

What counts:
  A read is delivered when the emulator has written its last byte (its end mark) to the port and the plug stayed in. Of these,
  lost never came into the basket within 10 s; duplicated came more than once. A read that the plug cut is repeated by the
  shopper, who looks at the basket first, as a person would; were it in the basket twice, that is duplicated too.
  A receipt is lost when no complete paper of its job came out of the printer, after asking for a copy where the lane said
  that the first one is doubtful; it is duplicated when more than one paper without the word COPY did. The emulator's paper
  is the judge.
  scanToBasketMs: from the last byte written to the port until the lane published the basket with the goods in it.
  receiptBytesPerSecond: bytes of undisturbed receipts over the time from the sale's commit to the printer's last answer,
  status questions and fences included. portLimitBytesPerSecond: plain text through the same kind of port in the same run,
  nothing asked. The paper is so quick that the line is what is measured.
  idleCpuPercent: of one core, the lane process with all its threads, every device open, the camera configured but off.
  rssMb: its memory at that time.

  --scans N      reads (default 10000)
  --receipts N   receipts (default 1000)
  --seed N       of the unplugs (default 1)
  --baud N       of the printer's port (default 115200)
  --idle N       seconds of the idle measurement (default 20)
  --json         on one line
  --help`

const { values } = parseArgs({
  options: {
    scans: { type: 'string', default: '10000' },
    receipts: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    baud: { type: 'string', default: '115200' },
    idle: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const laneId = 'bench-devices'
const settleMs = 6000
/** So quick that the line is what is measured; the emulator waits its fences out where it is without end. */
const paperMmPerSecond = 100_000

function wholeNumber(name: 'scans' | 'receipts' | 'seed' | 'baud' | 'idle'): number {
  const value = Number(values[name])
  if (Number.isInteger(value) && value >= 1) return value
  throw new Error(`--${name} takes a whole number from 1, not "${values[name]}"`)
}

/** The goods in the order of their prices, with the barcodes of the catalogue. */
function goodsOf(csv: string): Goods[] {
  const lines = csv.split('\n').slice(1, goodsCount + 1)
  return lines.map((line, index) => ({
    barcode: line.split(',')[1] ?? '',
    priceMinor: goodsFromMinor + index,
  }))
}

async function measure(folder: string) {
  const [scans, receipts, baud] = [wholeNumber('scans'), wholeNumber('receipts'), wholeNumber('baud')]
  if (scans < receipts) throw new Error('Each receipt needs a read: --scans is at least --receipts')
  await using undo = new AsyncDisposableStack()
  const roll = { paper: 80, baud, mmPerSecond: paperMmPerSecond, paperMm: 1e9 } as const
  const spare = await emulatePrinter(roll)
  const limit = await portLimit(spare, Math.max(20_000, baud / 2)).finally(() => spare.close())
  say(`raw port: ${Math.round(limit)} bytes a second`)
  const scanner = await emulateScanner({ baud: 115_200 })
  undo.defer(() => scanner.close())
  const printer = await emulatePrinter(roll)
  undo.defer(() => printer.close())
  const others = await openOthers()
  undo.defer(() => others.close())
  const catalogue = path.join(folder, 'goods.csv')
  const csv = catalogueCsv()
  writeFileSync(catalogue, csv)
  const dataDir = path.join(folder, 'lane')
  mkdirSync(dataDir)
  const lane = await startLane({
    dataDir,
    catalogue,
    logFile: path.join(folder, 'lane.log'),
    preset: {
      mode: 'development',
      laneId,
      language: 'en',
      http: { port: 0 },
      // Nobody listens there: a lane sells for cash without its hub.
      hub: { url: 'http://127.0.0.1:9' },
      cash: { enabled: true },
      // Nobody is hurried on while a plug is out.
      idle: { doneMs: 300_000 },
      devices: {
        printer: { address: printer.address },
        scanner: { address: scanner.address },
        ...others.config,
        camera: { kind: 'v4l2', device: '/dev/video0' },
      },
    },
  })
  let open = true
  const close = async (): Promise<void> => {
    if (open) await lane.close()
    open = false
  }
  undo.defer(close)
  const report = await soak({
    ...{ lane, scanner, printer, scans, receipts, seed: wholeNumber('seed'), say },
    goods: goodsOf(csv),
  })
  say('idle')
  await sleep(settleMs)
  const idleCpuPercent = await cpuPercent(lane.pid, wholeNumber('idle'))
  const { rssMb } = memoryOf([lane.pid])
  const devices = lane.now().devices
  await close()
  const papers = judge(dataDir, printer)
  const at = (percent: number): number => round(percentile(report.scanToBasketMs, percent), 2)
  return {
    scans: report.scans,
    receipts: report.receipts,
    unplugs: report.unplugs.scanner + report.unplugs.printer,
    lost: report.lostScans + papers.missing + report.unconfirmedReceipts,
    duplicated: report.duplicatedScans + papers.secondOriginals + report.wrongTotals,
    scanToBasketMs: { p50: at(50), p99: at(99) },
    receiptBytesPerSecond: Math.round(report.printing.bytes / report.printing.seconds),
    portLimitBytesPerSecond: Math.round(limit),
    idleCpuPercent: round(idleCpuPercent, 2),
    rssMb,
    papers,
    unplugsOf: report.unplugs,
    devicesAtIdle: devices,
    seed: wholeNumber('seed'),
    machine: { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), node: process.versions.node },
    date: new Date().toISOString().slice(0, 10),
  }
}

/** The rest of a till, open and quiet. */
async function openOthers() {
  const [scale, display, lamp, stripes] = await Promise.all([
    emulateScale(),
    emulateLineDisplay({ model: 'cd5220' }),
    emulateRelayBoard({ relays: 4 }),
    emulateMsr(),
  ])
  return {
    config: {
      scale: { address: scale.address, model: 'toledo-8217' },
      lineDisplay: { address: display.address, model: 'cd5220' },
      lights: { address: lamp.address, model: 'lcus', colours: ['red', 'amber', 'green', 'alarm'] },
      toneIndicator: { address: 'lights' },
      stripeReader: { address: stripes.address, model: 'hid' },
    } satisfies ConfigInput['devices'],
    async close() {
      await Promise.all([scale.close(), display.close(), lamp.close(), stripes.close()])
    },
  }
}

/** What lies before the printer, against every job that the lane remembers. */
function judge(dataDir: string, printer: Awaited<ReturnType<typeof emulatePrinter>>) {
  const random = createRandom()
  const { store } = openLaneStore({ dataDir, laneId, clock: createClock(random.key()), random })
  const jobs = store.printJobs(['queued', 'sent', 'printed', 'notPrinted', 'unknown'])
  store.close()
  const sales = new Set(jobs.map(({ saleId }) => saleId))
  const verdict = printer.judge(jobs)
  const onPaper = (saleId: string): boolean =>
    jobs.some(
      ({ jobKey, saleId: of }) =>
        of === saleId && (verdict.originals[jobKey] ?? 0) + (verdict.copies[jobKey] ?? 0) > 0,
    )
  const originalsOf = (saleId: string): number =>
    jobs
      .filter((job) => job.saleId === saleId)
      .reduce((sum, { jobKey }) => sum + (verdict.originals[jobKey] ?? 0), 0)
  const total = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((a, b) => a + b, 0)
  return {
    sales: sales.size,
    originals: total(verdict.originals),
    copies: total(verdict.copies),
    missing: [...sales].filter((saleId) => !onPaper(saleId)).length,
    secondOriginals: [...sales].reduce((sum, saleId) => sum + Math.max(0, originalsOf(saleId) - 1), 0),
    fragments: verdict.fragments,
  }
}

if (values.help) process.stdout.write(`${help}\n`)
else {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-bench-devices-'))
  try {
    process.stdout.write(`${JSON.stringify(await measure(folder), null, values.json ? 0 : 2)}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
