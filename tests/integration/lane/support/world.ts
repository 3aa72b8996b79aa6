import { fiscalDeskWithoutDevice } from '../../../../src-main/fiscal/no-device.ts'
import type { FiscalDeskPort } from '../../../../src-main/ports/fiscal.ts'
import type { LaneStorePort } from '../../../../src-main/ports/store.ts'
import type { Item } from '../../../../src-main/contract/catalogue.ts'
import type { CommandResult, LaneCommand } from '../../../../src-main/contract/laneCommand.ts'
import { laneViewSchema, type DeviceView, type LaneView } from '../../../../src-main/contract/laneView.ts'
import { createAttackGuard } from '../../../../src-main/lane/attackGuard.ts'
import { createLaneDrawer } from '../../../../src-main/lane/cashDrawer.ts'
import { createLane } from '../../../../src-main/lane/controller.ts'
import type { Lane, LaneTrace } from '../../../../src-main/lane/lane.ts'
import { createReceiptPrinter } from '../../../../src-main/lane/receiptPrinter.ts'
import { createSelling } from '../../../../src-main/lane/selling.ts'
import type { LaneSettings } from '../../../../src-main/lane/settings.ts'
import type { ScaleAccess } from '../../../../src-main/lane/weighing.ts'
import { createStaffDesk } from '../../../../src-main/lane/staffDesk.ts'
import { createStaffRoom } from '../../../../src-main/lane/staffRoom.ts'
import type { StaffRole } from '../../../../src-main/contract/shift.ts'
import { createDeletions, type Deletions } from '../../../../src-main/members/deletion.ts'
import { createMyFace } from '../../../../src-main/members/myFace.ts'
import { rightsPolicy } from '../../../../src-main/domain/rights/policy.ts'
import { createEnrolment } from '../../../../src-main/members/enrolment.ts'
import { createPayments, type Payments } from '../../../../src-main/payments/attempts.ts'
import { attemptDeferral } from '../../../../src-main/payments/deferring.ts'
import { defaultTimetable } from '../../../../src-main/payments/timetable.ts'
import type { VendRuns } from '../../../../src-main/ports/vending.ts'
import type { ReturnsDesk } from '../../../../src-main/lane/returnsDesk.ts'
import type { WalletFacePort } from '../../../../src-main/ports/walletFace.ts'
import type { CardTerminalPort } from '../../../../src-main/ports/cardTerminal.ts'
import type { EnrolmentOutcome, IdentificationOutcome } from '../../../../src-main/ports/faceCapture.ts'
import { FaceGallery } from '../../../../src-main/face/gallery/gallery.ts'
import { consentFacts } from '../../../../src-main/face/consentFacts.ts'
import { createHandClock, type HandClock } from './hand-clock.ts'
import { ScriptedCapture, ScriptedDrawer, ScriptedPrinter } from './scripted-devices.ts'
import { ScriptedHub } from './scripted-hub.ts'
import { reference } from './looks.ts'
import { worldVending, type WorldMachine } from './vendingMachine.ts'
import { fillable, keptLog, openStore, random, temporaryFolder, type FillableStore } from './stores.ts'

export const staffPin = '4711'
export const walletCode = '991234567890123456'
export const walletAccount = {
  kind: 'account',
  accountId: '2'.repeat(32),
  maskedName: 'Wáng*',
  maskedAccount: '***8812',
  phoneLast4: '8812',
} as const

const base: Omit<Item, 'sku' | 'barcodes' | 'priceMinor'> = {
  name: { 'zh-CN': '绿茶', en: 'Green tea' },
  category: 'drinks',
  unit: 'each',
  taxClass: 'standard',
}
export const tea: Item = { ...base, sku: 'tea', barcodes: ['6901234567892'], priceMinor: 1_200 }
export const wine: Item = {
  ...base,
  sku: 'wine',
  barcodes: ['4006381333931'],
  priceMinor: 9_800,
  minimumAgeYears: 18,
}
export const apples: Item = {
  ...base,
  sku: 'apples',
  barcodes: ['5901234123457'],
  priceMinor: 980,
  unit: 'kg',
}

export const settings: LaneSettings = {
  laneId: 'lane-1',
  profile: 'self-checkout',
  mode: 'development',
  bench: false,
  camera: 'page',
  jurisdiction: 'default',
  merchant: { name: 'Corner', addressLines: ['1 High Street'], taxId: 'T-1' },
  currency: 'CNY',
  language: 'zh-CN',
  timeZone: 'Asia/Shanghai',
  barcodes: { labels: ['28IIIIIPPPPPK', '29IIIIIWWWWWK'] },
  tax: {
    prices: 'inclusive',
    rounding: 'total',
    rates: { standard: 130, reduced: 90, zero: 0, exempt: 0 },
  },
  tenders: { points: false, coupon: false, card: false, walletFace: [] },
  cash: { enabled: false },
  offline: {
    preference: 'PREFER_ONLINE',
    tenders: {},
    maxIdentityMinor: 50_000,
    allowanceRequired: false,
    maxAmountMinor: 50_000,
    maxStoredMinor: 100_000,
    maxCount: 10,
    maxAgeMs: 86_400_000,
  },
  challenge: { demand: 'whenInDoubt', fromMinor: 20_000 },
  idleMs: {
    scanning: 120_000,
    tenderChoice: 120_000,
    codeCapture: 60_000,
    secondFactor: 60_000,
    confirm: 60_000,
    declined: 60_000,
    done: 20_000,
    cancelled: 5_000,
  },
}

export const lockOutPolicy = { attacks: 3, withinMs: 600_000, firstMs: 60_000, longestMs: 1_800_000 } as const

const ready: readonly DeviceView[] = [
  { category: 'PosPrinter', state: 'ready', detail: null },
  { category: 'Scanner', state: 'ready', detail: null },
  { category: 'Camera', state: 'off', detail: null },
  { category: 'FaceEngine', state: 'ready', detail: null },
]

/** A lane on its real store and domain; hub, camera and printer are played by the test. Restarts keep folder and hub. */
export interface World {
  readonly dataDir: string
  readonly clock: HandClock
  readonly hub: ScriptedHub
  readonly capture: ScriptedCapture
  readonly printer: ScriptedPrinter
  readonly drawer: ScriptedDrawer
  readonly log: ReturnType<typeof keptLog>
  readonly packId: string
  /** What the lane traced since it first started. */
  readonly traces: LaneTrace[]
  lane: Lane
  store: FillableStore
  payments: Payments
  returns: ReturnsDesk
  /** Null on every lane but a vending machine. */
  vendRuns: VendRuns | null
  gallery: FaceGallery
  deletions: Deletions
  devices: readonly DeviceView[]
  hubState: LaneView['sync']['hub']
  /** Of the one member of staff. */
  staffRole: StaffRole
  /** Checked against the contract each time. */
  view(): LaneView
  screen(): LaneView['screen']['kind']
  do(command: LaneCommand): Promise<CommandResult>
  scan(...texts: string[]): Promise<void>
  /** Settles the intervention that is shown. */
  staff(
    resolution: 'approved' | 'refused' | 'helped',
    more?: { pin?: string; grams?: number },
  ): Promise<CommandResult>
  look(outcome: IdentificationOutcome | EnrolmentOutcome): Promise<void>
  restart(): Promise<void>
  /** The power goes: nothing is closed in order. */
  powerCut(): Promise<void>
}

export interface WorldOptions {
  readonly hub?: (clock: HandClock) => ScriptedHub
  /** Makes the lane a vending machine. */
  readonly machine?: WorldMachine
}

export async function world(
  over: Partial<LaneSettings> = {},
  terminal: CardTerminalPort | null = null,
  walletFaces: readonly WalletFacePort[] = [],
  openFiscal: (store: LaneStorePort) => FiscalDeskPort = fiscalDeskWithoutDevice,
  scale: ScaleAccess | null = null,
  more: WorldOptions = {},
): Promise<World> {
  const clock = createHandClock()
  const hub = more.hub?.(clock) ?? new ScriptedHub(clock)
  hub.codes.set(walletCode, walletAccount)
  const capture = new ScriptedCapture()
  const printer = new ScriptedPrinter()
  const cashDrawer = new ScriptedDrawer()
  const log = keptLog()
  const dataDir = temporaryFolder()
  const kept = { ...settings, ...over }
  const w = {
    dataDir,
    clock,
    hub,
    capture,
    printer,
    drawer: cashDrawer,
    log,
    packId: 'pack-1',
    traces: [] as LaneTrace[],
  } as World
  w.devices = ready
  w.hubState = 'online'
  w.staffRole = 'manager'

  function start(): { loaded: Promise<unknown>; stop: (orderly: boolean) => void } {
    const real = openStore(dataDir, clock)
    const store = fillable(real)
    const fiscal = openFiscal(store)
    const template = { modelPackId: w.packId, length: 512 }
    const transform = real.templateTransform(template)
    const gallery = new FaceGallery({ vault: real.vault, transform, length: template.length })
    // A first start has nothing to load, and most worlds start once.
    const loaded =
      [...store.references()].length === 0
        ? Promise.resolve()
        : gallery.load(real.referenceSource(template), new AbortController().signal)
    const mayDefer = attemptDeferral({ store, clock, policy: kept.offline, forked: () => false })
    const payments = createPayments({
      store,
      hub,
      terminal,
      clock,
      log,
      timetable: defaultTimetable,
      bench: kept.bench,
      mayDefer,
    })
    const receipts = createReceiptPrinter({
      store,
      clock,
      random,
      log,
      printer: () => (printer.here ? printer : null),
      timeoutMs: 60_000,
    })
    const staff = createStaffDesk({
      store,
      clock,
      random,
      staffByPin: (pin) => Promise.resolve(pin === staffPin ? 'staff-1' : null),
    })
    const guard = createAttackGuard({
      capture,
      store,
      clock,
      staff,
      policy: lockOutPolicy,
      scores: kept.bench,
      currentSale: () => w.lane.view().basket.saleId,
      changed: () => w.lane.refresh(),
      storeFailed: (failure) => w.lane.storeFailed(failure),
    })
    const enrolment = createEnrolment({
      store,
      hub,
      clock,
      random,
      capture: guard.capture,
      gallery,
      consentFacts: (language) => consentFacts(rightsPolicy(kept.jurisdiction), language),
      scores: kept.bench,
      callGuardian: () => staff.call('guardianConsent', null, null),
      dismissGuardian: () => void staff.dismiss('guardianConsent'),
      changed: () => w.lane.refresh(),
    })
    const deletions = createDeletions({ store, gallery, clock, random })
    const myFace = createMyFace({
      store,
      hub,
      clock,
      capture: guard.capture,
      deletions,
      callStaff: () => staff.call('faceDeletion', null, null),
      dismissStaff: () => void staff.dismiss('faceDeletion'),
      changed: () => w.lane.refresh(),
    })
    const drawer = createLaneDrawer({ store, log, device: w.drawer, changed: () => w.lane.refresh() })
    const staffRoom = createStaffRoom({
      settings: kept,
      store,
      hub,
      clock,
      random,
      log,
      receipts,
      drawer,
      fiscal,
      terminal,
      staff,
      roleOf: () => w.staffRole,
      callTimeoutMs: 5000,
      language: () => w.lane.view().language,
      openLines: () => w.lane.scannedLines(),
      override: (lineId, override) => w.lane.overridePrice(lineId, override),
      changed: () => w.lane.refresh(),
    })
    w.store = store
    w.returns = staffRoom.returns
    const machine = more.machine ? worldVending(w, more.machine) : null
    const vending = machine?.vending ?? null
    w.vendRuns = machine?.vendRuns ?? null
    const lane = createLane({
      vending,
      publicUrl: () => hub.publicUrl(),
      staffRoom,
      fiscal,
      settings: kept,
      store,
      clock,
      random,
      log,
      payments,
      receipts,
      drawer,
      enrolment,
      myFace,
      selling: createSelling({
        settings: kept,
        store,
        clock,
        receipts,
        publicUrl: () => hub.publicUrl(),
        fiscal,
        vending,
      }),
      staff,
      guard,
      gallerySize: () => gallery.size(),
      devices: () => w.devices,
      scale,
      terminal,
      lookUpMember: async (memberNumber) => {
        const answer = await hub.lookUpMember({ memberNumber, currency: kept.currency })
        return answer.ok ? answer.value : { kind: 'notNow' }
      },
      points: async () => {
        const answer = await hub.points()
        return answer.ok ? answer.value.balanceMinor : null
      },
      walletFaces: new Map(walletFaces.map((device) => [device.wallet, device])),
      sync: () => ({
        hub: w.hubState,
        pendingEntries: 0,
        deferredCount: 0,
        deferredMinor: 0,
        deferredOldestAtMs: null,
        deferredUntilMs: null,
        lastSuccessAtMs: null,
      }),
      trace: (fact) => w.traces.push(fact),
    })
    w.lane = lane
    w.payments = payments
    w.gallery = gallery
    w.deletions = deletions
    return {
      loaded,
      stop(orderly) {
        if (orderly) lane.close()
        real.close()
      },
    }
  }

  let running = start()
  w.store.transact((tx) => {
    tx.replaceCatalogue([tea, wine, apples], 'f'.repeat(64))
  })
  w.lane.start()

  w.view = () => laneViewSchema.parse(structuredClone(w.lane.view()))
  w.screen = () => w.view().screen.kind
  w.do = async (command) => {
    const result = await w.lane.command(command)
    await clock.settle()
    w.view()
    return result
  }
  w.scan = async (...texts) => {
    for (const text of texts) w.lane.scan(text)
    await clock.settle()
  }
  w.staff = (resolution, { pin = staffPin, grams } = {}) =>
    w.do({
      type: 'intervention:resolve',
      interventionKey: w.view().intervention?.interventionKey ?? '0'.repeat(32),
      pin,
      resolution,
      ...(grams === undefined ? {} : { grams }),
    })
  w.look = async (outcome) => {
    capture.finish(outcome)
    await clock.settle()
  }
  const again = async (orderly: boolean): Promise<void> => {
    running.stop(orderly)
    // What the dead process still had in its hands never comes back.
    if (!orderly) {
      clock.forget()
      capture.forget()
    }
    running = start()
    await running.loaded
    w.lane.start()
    await clock.settle()
  }
  w.restart = () => again(true)
  w.powerCut = () => again(false)
  await clock.settle()
  return w
}

export { ambiguous, match, reference } from './looks.ts'

/** Someone who may pay by face; returns their subject key. */
export function enrolled(
  w: World,
  over: { axis?: number; accountId?: string; phoneLast4?: string } = {},
): string {
  const subjectKey = random.key()
  const referenceKey = random.key()
  const { reference: vector } = reference(over.axis ?? 0)
  const { kind: _, ...account } = walletAccount
  w.store.transact((tx) => {
    tx.putSubject({
      subjectKey,
      ...account,
      ...(over.accountId === undefined ? {} : { accountId: over.accountId }),
      ...(over.phoneLast4 === undefined ? {} : { phoneLast4: over.phoneLast4 }),
      enrolledAtMs: w.clock.nowMs(),
    })
    tx.putReference({
      referenceKey,
      subjectKey,
      sealed: w.gallery.seal(referenceKey, vector),
      modelPackId: w.packId,
      createdAtMs: w.clock.nowMs(),
    })
  })
  w.gallery.admit(referenceKey, subjectKey, vector)
  w.lane.refresh()
  return subjectKey
}
