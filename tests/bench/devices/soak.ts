import { setTimeout as sleep } from 'node:timers/promises'
import type { EmulatedPrinter } from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import type { EmulatedScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import { developmentPin } from '../../../src-main/config/profiles.ts'
import { createChance } from '../../unit/drivers/fuzz/chance.ts'
import type { BenchLane } from './lane.ts'
import type { Glance } from './lane-process.ts'

export interface Goods {
  readonly barcode: string
  readonly priceMinor: number
}

export interface SoakOptions {
  readonly lane: BenchLane
  readonly scanner: EmulatedScanner
  readonly printer: EmulatedPrinter
  readonly goods: readonly Goods[]
  readonly scans: number
  readonly receipts: number
  readonly seed: number
  readonly say: (line: string) => void
}

export interface SoakReport {
  /** Reads that were delivered: see the help of the bench. */
  readonly scans: number
  readonly receipts: number
  readonly unplugs: { scanner: number; printer: number }
  /** Delivered reads that never came into the basket. */
  readonly lostScans: number
  /** Goods in the basket that nobody had read, or read once and had twice. */
  readonly duplicatedScans: number
  /** Sales whose total is not the sum of the prices of what was read. */
  readonly wrongTotals: number
  /** Receipts that were asked for until the printer confirmed one, and never were. */
  readonly unconfirmedReceipts: number
  readonly scanToBasketMs: readonly number[]
  /** Bytes and seconds of the receipts that nothing disturbed, from the commit of the sale to the printer's last answer. */
  readonly printing: { bytes: number; seconds: number }
}

const basketLimitMs = 10_000
const stepLimitMs = 30_000
const paperLimitMs = 60_000
const copyWaitMs = 15_000
/** A plug is pulled once in so many reads and receipts on average. */
const readsPerUnplug = 250
const receiptsPerUnplug = 50

/** Shopping by cash through the emulated scanner and printer, with plugs pulled by chance. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { lane, scanner, printer, goods, say } = options
  const chance = createChance(options.seed)
  const unplugs = { scanner: 0, printer: 0 }
  const printing = { bytes: 0, seconds: 0 }
  const scanToBasketMs: number[] = []
  let scans = 0
  let lostScans = 0
  let duplicatedScans = 0
  let wrongTotals = 0
  let unconfirmedReceipts = 0

  const must = async (
    what: string,
    wanted: (glance: Glance) => boolean,
    limitMs = stepLimitMs,
  ): Promise<Glance> => {
    const glance = await lane.when(wanted, limitMs)
    if (glance !== null) return glance
    const message = `Waited ${limitMs} ms for ${what}: ${JSON.stringify(lane.now())}`
    say(message)
    throw new Error(message)
  }
  const count = (): number => (lane.now().saleId === null ? 0 : lane.now().itemCount)
  const device = (name: string, state: string) =>
    must(`${name} ${state}`, ({ devices }) => devices[name] === state)

  async function replugged(
    name: 'Scanner' | 'PosPrinter',
    plug: EmulatedScanner | EmulatedPrinter,
  ): Promise<void> {
    await must(`${name} to be missed`, ({ devices }) => devices[name] !== 'ready')
    await plug.replug()
    await device(name, 'ready')
  }

  /** One read until it is in the basket, whatever happens to the plug. */
  async function read({ barcode }: Goods): Promise<void> {
    const before = count()
    if (chance.below(readsPerUnplug) === 0) {
      unplugs.scanner += 1
      const moment = chance.below(3)
      if (moment === 0) await scanner.flood(1 + chance.below(barcode.length - 1))
      else if (moment === 1) await scanner.scan(barcode)
      await scanner.unplug()
      await replugged('Scanner', scanner)
      // The read that the plug cut in its last byte may have come; a shopper sees that on the screen.
      if (count() > before) {
        scans += 1
        return counted(before)
      }
    }
    await scanner.scan(barcode)
    const sentNs = process.hrtime.bigint()
    scans += 1
    const shown = await lane.when(
      ({ saleId, itemCount }) => saleId !== null && itemCount > before,
      basketLimitMs,
    )
    if (shown !== null) {
      scanToBasketMs.push(Number(BigInt(shown.atNs) - sentNs) / 1e6)
      return counted(before)
    }
    lostScans += 1
    say(`lost: ${barcode}, ${JSON.stringify(lane.now())}`)
    return read({ barcode, priceMinor: 0 })
  }

  function counted(before: number): void {
    duplicatedScans += Math.max(0, count() - before - 1)
  }

  async function printed(saleId: string, disturbed: boolean, fromBytes: number): Promise<void> {
    const begun = await must('the receipt', ({ screen }) => screen === 'printing' || screen === 'done')
    let done = await must('the paper', ({ screen }) => screen === 'done', paperLimitMs)
    if (!disturbed && done.paper === 'printed') {
      printing.bytes += printer.state().receivedBytes - fromBytes
      printing.seconds += Number(BigInt(done.atNs) - BigInt(begun.atNs)) / 1e9
    }
    if (done.paper === 'printed') return
    // A doubtful paper: the lane makes a copy by itself once its printer is back; the shopper asks for one where it does not.
    if (!printer.state().plugged) await replugged('PosPrinter', printer)
    for (let tries = 0; tries < 3; tries++) {
      const settled = await lane.when(
        ({ screen, paper }) => paper === 'printed' || screen !== 'done',
        copyWaitMs,
      )
      if (settled !== null) return
      done = lane.now()
      if (done.paper === 'unknown' || done.paper === 'notPrinted') lane.tell({ type: 'receipt:copy' })
    }
    unconfirmedReceipts += 1
    say(`no receipt for ${saleId}: ${done.paper}`)
  }

  let next = 0
  for (let receipt = 0; receipt < options.receipts; receipt++) {
    const upTo = Math.floor(((receipt + 1) * options.scans) / options.receipts)
    let expectedMinor = 0
    for (; next < upTo; next++) {
      const chosen = goods[next % goods.length]
      if (chosen === undefined) throw new Error('There are no goods')
      await read(chosen)
      expectedMinor += chosen.priceMinor
    }
    const { saleId, totalMinor } = lane.now()
    if (saleId === null) throw new Error(`No sale stands: ${JSON.stringify(lane.now())}`)
    if (totalMinor !== expectedMinor) wrongTotals += 1
    lane.tell({ type: 'checkout:pay' })
    await must('the tenders', ({ screen }) => screen === 'tenderChoice')
    lane.tell({ type: 'tender:choose', tender: 'cash' })
    await must('cash', ({ screen }) => screen === 'cash')
    const disturbed = chance.below(receiptsPerUnplug) === 0
    const fromBytes = printer.state().receivedBytes
    if (disturbed) {
      unplugs.printer += 1
      printer.afterBytes(1 + chance.below(1500), () => void printer.unplug())
    }
    lane.tell({ type: 'cash:take', pin: developmentPin, saleId, tenderedMinor: totalMinor })
    await printed(saleId, disturbed, fromBytes)
    // The byte of the unplug may not have come within this receipt.
    if (disturbed && !printer.state().plugged) await replugged('PosPrinter', printer)
    lane.tell({ type: 'session:finish' })
    await must('the next shopper', ({ screen }) => screen === 'attract')
    if ((receipt + 1) % 50 === 0)
      say(`${receipt + 1} receipts, ${scans} scans, ${unplugs.scanner + unplugs.printer} unplugs`)
  }
  await sleep(500)
  return {
    scans,
    receipts: options.receipts,
    unplugs,
    lostScans,
    duplicatedScans,
    wrongTotals,
    unconfirmedReceipts,
    scanToBasketMs,
    printing,
  }
}
