import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EmulatedPrinter } from '../../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { emulatePrinter } from '../../../../drivers/pos-printer/emulator/printer-emulator.ts'
import type { EmulatedScanner } from '../../../../drivers/scanner/emulator/scanner-emulator.ts'
import { emulateScanner } from '../../../../drivers/scanner/emulator/scanner-emulator.ts'
import { paths as projectPaths } from '../../../../src-main/cli/paths.ts'
import { recordingSources } from '../../../../src-main/cli/recordings.ts'
import { whenView } from '../../../../src-main/cli/demo/views.ts'
import { loadConfig, type LaneConfig } from '../../../../src-main/config/load.ts'
import type { ConfigInput } from '../../../../src-main/config/schema.ts'
import type { LaneEvent } from '../../../../src-main/contract/events.ts'
import { laneEventSchema } from '../../../../src-main/contract/events.ts'
import type { CommandResult, LaneCommand } from '../../../../src-main/contract/laneCommand.ts'
import type { LaneView, Screen } from '../../../../src-main/contract/laneView.ts'
import { queueVerify } from '../../../../src-main/journal/queue.ts'
import type { LogPort } from '../../../../src-main/ports/log.ts'
import type { ProjectPaths } from '../../../../src-main/project.ts'
import { startRuntime, type Runtime } from '../../../../src-main/runtime.ts'
import { openForReading } from '../../../../src-main/store/database.ts'
import type { CleanUps } from './folders.ts'
import { rememberedLog, type RememberedLog } from './log.ts'
import type { ShopHub } from './hub.ts'

/** Goods of the fixture. */
export const goods = {
  tea: { barcode: '2000000011486', priceMinor: 500 },
  cola: { barcode: '2000000014074', priceMinor: 350 },
  wine: { barcode: '2000000035161', priceMinor: 6_800 },
  apples: { barcode: '2000000037011', priceMinorPerKg: 1_280 },
} as const

/** The serial devices at the far ends of their cables; they stay when a lane dies. */
export interface TillDevices {
  readonly printer: EmulatedPrinter
  readonly scanner: EmulatedScanner
}

export interface TillOptions {
  readonly hub: ShopHub
  /** Where the lane believes its hub to be; the hub itself unless a test stands in between. */
  readonly hubUrl?: string
  readonly dataDir?: string
  readonly devices?: TillDevices
  readonly preset?: ConfigInput
  /** Loads the models and gives the lane a camera that plays recordings. */
  readonly faces?: boolean
  readonly paths?: Partial<ProjectPaths>
  /** Gets every line too. */
  readonly alsoLogTo?: LogPort
}

/** A running lane with its devices, as a shopper, a test and a repair man hold it. */
export interface Till extends TillDevices {
  readonly config: LaneConfig
  readonly runtime: Runtime
  readonly log: RememberedLog
  readonly dataDir: string
  view(): LaneView
  screen(): Screen['kind']
  do(command: LaneCommand): Promise<CommandResult>
  when(what: string, wanted: (view: LaneView) => boolean, timeoutMs?: number): Promise<LaneView>
  whenScreen(kind: Screen['kind'], timeoutMs?: number): Promise<LaneView>
  /** Through the serial port, one after the other, each awaited in the basket. */
  scanAll(barcodes: readonly string[]): Promise<void>
  /** Scans, presses pay, shows the phone's code; resolves with the sale once money is under way. */
  payByCode(accountId: string, barcodes?: readonly string[]): Promise<{ saleId: string; totalMinor: number }>
  /** Ends whatever stands on the screen, as the shopper would. */
  nextShopper(): Promise<void>
  device(category: LaneView['devices'][number]['category']): LaneView['devices'][number] | undefined
  /** Nothing is in the printer's buffer or hangs out of it any more. */
  printerRests(): Promise<void>
  /** What the journal holds. */
  events(): LaneEvent[]
  drained(timeoutMs?: number): Promise<void>
  closed(): boolean
  close(): Promise<void>
}

const stepMs = 20_000

export async function openDevices(after: CleanUps): Promise<TillDevices> {
  const [printer, scanner] = await Promise.all([emulatePrinter({ paper: 80 }), emulateScanner()])
  after.add(() => Promise.all([printer.close(), scanner.close()]))
  return { printer, scanner }
}

/** No pack there: a lane for tests that show nobody to the camera starts without loading any model. */
export function withoutModels(folder: string): Partial<ProjectPaths> {
  return { modelPacks: path.join(folder, 'no-models') }
}

/** The configuration of a lane with these devices, as a program gives it. */
export function tillPreset(options: TillOptions, dataDir: string, devices: TillDevices): ConfigInput {
  const { hub, preset } = options
  return {
    mode: 'development',
    laneId: `lane-${path
      .basename(dataDir)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '')}`,
    language: 'en',
    http: { port: 0 },
    ...preset,
    hub: { url: options.hubUrl ?? hub.url(), joinTokenFile: hub.joinTokenFile(), ...preset?.hub },
    devices: {
      printer: { address: devices.printer.address },
      scanner: { address: devices.scanner.address },
      ...(options.faces
        ? { camera: { kind: 'replay', path: path.join(projectPaths.people, 'anna-a.mjpeg') } }
        : {}),
      ...preset?.devices,
    },
  }
}

function tillConfig(options: TillOptions, dataDir: string, devices: TillDevices): LaneConfig {
  const loaded = loadConfig({ env: {}, dataDir, preset: tillPreset(options, dataDir, devices) })
  if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('\n'))
  return loaded.value
}

export async function openTill(options: TillOptions, after: CleanUps): Promise<Till> {
  const dataDir = options.dataDir ?? after.folder()
  const devices = options.devices ?? (await openDevices(after))
  const config = tillConfig(options, dataDir, devices)
  const log = rememberedLog(options.alsoLogTo)
  const runtime = await startRuntime({
    config,
    paths: { ...projectPaths, ...(options.faces ? {} : withoutModels(dataDir)), ...options.paths },
    log,
    ...(options.faces
      ? { bench: { operator: Promise.resolve(options.hub.operator()), sources: await recordingSources() } }
      : {}),
  })
  let closing: Promise<void> | null = null
  const close = (): Promise<void> => (closing ??= runtime.close())
  after.add(close)
  await runtime.devicesReady(10_000)
  const { host } = runtime
  const when: Till['when'] = (what, wanted, timeoutMs = stepMs) => whenView(host, what, wanted, timeoutMs)
  const till: Till = {
    ...devices,
    config,
    runtime,
    log,
    dataDir,
    view: () => host.view(),
    screen: () => host.view().screen.kind,
    do: (command) => host.command(command),
    when,
    whenScreen: (kind, timeoutMs) =>
      when(`the screen ${kind}`, ({ screen }) => screen.kind === kind, timeoutMs),
    async scanAll(barcodes) {
      for (const barcode of barcodes) {
        const before = host.view().basket.saleId === null ? 0 : host.view().basket.itemCount
        await devices.scanner.scan(barcode)
        await when(`item ${barcode}`, ({ basket }) => basket.itemCount === before + 1)
      }
    },
    async payByCode(accountId, barcodes = [goods.tea.barcode]) {
      await till.scanAll(barcodes)
      await till.do({ type: 'checkout:pay' })
      const { basket } = host.view()
      if (basket.saleId === null) throw new Error(`No sale stands on the screen ${till.screen()}`)
      const sale = { saleId: basket.saleId, totalMinor: basket.totalMinor }
      await devices.scanner.scan(await options.hub.operator().issueCode(accountId))
      await when('the code to be read', ({ screen }) => screen.kind !== 'tenderChoice')
      return sale
    },
    async nextShopper() {
      if (closing) return
      await till.do({ type: 'help:cancel' })
      await till.do({ type: 'checkout:cancel' })
      await till.do({ type: 'session:finish' })
      await till.do({ type: 'notice:dismiss' })
      await till.whenScreen('attract')
    },
    device: (category) => host.view().devices.find((device) => device.category === category),
    async printerRests() {
      let still = 0
      for (let before = -1; still < 6; still += 1) {
        const { bufferedBytes, paperMm } = devices.printer.state()
        if (bufferedBytes > 0 || paperMm !== before) still = 0
        before = paperMm
        await sleep(50)
      }
    },
    events: () => eventsOf(dataDir),
    async drained(timeoutMs = 40_000) {
      runtime.nudgeHub()
      await when(
        'the hub to have everything',
        ({ sync }) => sync.hub === 'online' && sync.pendingEntries === 0 && sync.deferredCount === 0,
        timeoutMs,
      )
    },
    closed: () => closing !== null,
    close,
  }
  return till
}

export function eventsOf(dataDir: string): LaneEvent[] {
  const db = openForReading(dataDir)
  try {
    const rows = db.prepare<[], { payload: Buffer }>('SELECT payload FROM journal ORDER BY ord').all()
    return rows.map(({ payload }) => laneEventSchema.parse(JSON.parse(payload.toString())))
  } finally {
    db.close()
  }
}

/** The printer's jobs of one sale, for the emulator's judge. */
export function jobsOf(till: Till, saleId: string) {
  return till.runtime.opened.store
    .printJobsOfSale(saleId)
    .map(({ jobKey, document }) => ({ jobKey, document }))
}

/** Recomputes every hash and signature of a folder nobody writes to at the moment. */
export async function verifies(dataDir: string): Promise<boolean> {
  const report = await queueVerify(dataDir, { from: 'genesis' })
  return report.ok
}
