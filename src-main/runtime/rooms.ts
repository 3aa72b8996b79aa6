import { createSimulatedWalletFace } from '../bench/wallet-face.ts'
import type { LaneConfig } from '../config/load.ts'
import type { Key } from '../contract/values.ts'
import { createCardPayments } from '../cards/card-payments.ts'
import { findByPin } from '../config/pin.ts'
import { rightsPolicy } from '../domain/rights/policy.ts'
import { consentFacts } from '../face/consentFacts.ts'
import type { DeviceSupervisor } from '../devices/supervisor.ts'
import type { Replicator } from '../journal/replicator.ts'
import { createAttackGuard } from '../lane/attackGuard.ts'
import type { Lane, LaneTrace } from '../lane/lane.ts'
import { createLaneDrawer } from '../lane/cashDrawer.ts'
import { createLane } from '../lane/controller.ts'
import { createReceiptPrinter } from '../lane/receiptPrinter.ts'
import { createSelling } from '../lane/selling.ts'
import type { ReturnsDesk } from '../lane/returnsDesk.ts'
import type { LaneSettings } from '../lane/settings.ts'
import { createStaffRoom } from '../lane/staffRoom.ts'
import { createStaffDesk } from '../lane/staffDesk.ts'
import { createVendRefunds } from '../lane/vendRefunds.ts'
import { createLaneVending, type LaneVending } from '../lane/vending.ts'
import type { WalletFaces } from '../lane/walletFacing.ts'
import { createDeletions, type Deletions } from '../members/deletion.ts'
import { createEnrolment } from '../members/enrolment.ts'
import { createMyFace } from '../members/myFace.ts'
import { createPayments, type Payments } from '../payments/attempts.ts'
import { attemptDeferral } from '../payments/deferring.ts'
import { defaultTimetable } from '../payments/timetable.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { CardTerminalPort } from '../ports/cardTerminal.ts'
import type { FiscalDeskPort } from '../ports/fiscal.ts'
import type { HubPort } from '../ports/hub.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { VendRuns } from '../ports/vending.ts'
import type { LaneStore } from '../store/lane-store.ts'
import { createVendRuns } from '../vending/vendRun.ts'
import type { Face } from './face.ts'
import { syncView, watchDevices, type WatchedDevices } from './watching.ts'

/** Everything with an effect that the rooms of the lane share. */
export interface RoomsDeps {
  readonly config: LaneConfig
  readonly store: LaneStore
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly log: LogPort
  readonly hub: HubPort
  readonly replicator: Replicator
  readonly devices: DeviceSupervisor
  readonly fiscal: FiscalDeskPort
  readonly face: Face
  readonly trace: (fact: LaneTrace) => void
}

export interface Rooms {
  readonly lane: Lane
  readonly payments: Payments
  readonly returns: ReturnsDesk
  /** Null on every lane but a vending machine. */
  readonly vendRuns: VendRuns | null
  readonly watched: WatchedDevices
  readonly deletions: Deletions
}

/** A paper may wait this long for a new roll before the shopper is told that there is none. */
const printTimeoutMs = 60_000

/** Builds the rooms and hands each the ports it needs; nothing runs before `lane.start()`. */
export function furnish(deps: RoomsDeps): Rooms {
  const { config, store, clock, random, log, hub, replicator, devices, fiscal, face } = deps
  const settings: LaneSettings = config
  const terminal = cardTerminal(deps)
  const payments = laneOwnPayments(deps, terminal)
  const receipts = createReceiptPrinter({
    store,
    clock,
    random,
    log,
    printer: () => devices.printer(),
    timeoutMs: printTimeoutMs,
  })
  const drawer = createLaneDrawer({
    store,
    log,
    device: devices.cashDrawer(),
    changed: () => lane.refresh(),
  })
  const watched = watchDevices({
    devices,
    fiscal,
    face,
    hubState: () => replicator.status().state,
    wantsCamera: () => lane.wantsCamera(),
  })
  const staff = createStaffDesk({
    store,
    clock,
    random,
    staffByPin: async (pin) => (await findByPin(config.staff, pin))?.id ?? null,
  })
  const guard = createAttackGuard({
    capture: face.capture,
    store,
    clock,
    staff,
    policy: config.lockOut,
    scores: config.bench,
    currentSale: () => lane.view().basket.saleId,
    changed: () => lane.refresh(),
    storeFailed: (failure) => lane.storeFailed(failure),
  })
  const enrolment = createEnrolment({
    store,
    hub,
    clock,
    random,
    capture: guard.capture,
    gallery: face.gallery,
    consentFacts: (language) => consentFacts(rightsPolicy(config.jurisdiction), language),
    scores: config.bench,
    callGuardian: () => staff.call('guardianConsent', null, null),
    dismissGuardian: () => void staff.dismiss('guardianConsent'),
    changed: () => lane.refresh(),
  })
  const deletions = createDeletions({ store, gallery: face.gallery, clock, random })
  const myFace = createMyFace({
    store,
    hub,
    clock,
    capture: guard.capture,
    deletions,
    callStaff: () => staff.call('faceDeletion', null, null),
    dismissStaff: () => void staff.dismiss('faceDeletion'),
    changed: () => lane.refresh(),
  })
  const staffRoom = createStaffRoom({
    settings,
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
    roleOf: (staffId) => config.staff.find(({ id }) => id === staffId)?.role ?? 'attendant',
    callTimeoutMs: config.hub.timeoutMs,
    language: () => lane.view().language,
    openLines: () => lane.scannedLines(),
    override: (lineId, override) => lane.overridePrice(lineId, override),
    changed: () => lane.refresh(),
  })
  const vendRuns = laneVendRuns(deps, staffRoom.returns, (saleId) => lane.vendProgressed(saleId))
  const vending = vendRuns && laneVending(deps, vendRuns, () => lane.refresh())
  const lane: Lane = createLane({
    staffRoom,
    settings,
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
      settings,
      store,
      clock,
      receipts,
      publicUrl: () => hub.publicUrl(),
      fiscal,
      vending,
    }),
    staff,
    guard,
    gallerySize: () => face.gallery.size(),
    devices: watched.views,
    scale: devices.scale(),
    vending,
    publicUrl: () => hub.publicUrl(),
    terminal,
    fiscal,
    walletFaces: walletFaces(deps),
    points: async (accountId) => {
      const { currency } = config
      const answer = await hub.points({ accountId, currency }, { timeoutMs: config.hub.timeoutMs })
      return answer.ok ? answer.value.balanceMinor : null
    },
    lookUpMember: async (memberNumber, signal) => {
      const request = { memberNumber, currency: config.currency }
      const answer = await hub.lookUpMember(request, { signal, timeoutMs: config.hub.timeoutMs })
      return answer.ok ? answer.value : { kind: 'notNow' }
    },
    sync: () => syncView(replicator.status(), store, config),
    trace: deps.trace,
  })
  terminal?.onAvailability(() => lane.refresh())
  fiscal.onStatus(() => lane.refresh())
  return { lane, payments, vendRuns, returns: staffRoom.returns, watched, deletions }
}

/** The closed devices of the wallets; in development the simulator plays them. */
function walletFaces({ config, hub }: RoomsDeps): WalletFaces {
  const { walletFace, walletFaceSimulator } = config.tenders
  if (walletFaceSimulator === undefined) return new Map()
  const simulatorUrl = walletFaceSimulator.replace(/\/+$/, '')
  const beginSession = hub.walletFaceSession.bind(hub)
  return new Map(
    walletFace.map((wallet) => [wallet, createSimulatedWalletFace({ wallet, simulatorUrl, beginSession })]),
  )
}

/** Null where the lane is no vending machine: a machine that hangs on another lane is not driven. */
function laneVendRuns(
  { config, devices, store, clock, log }: RoomsDeps,
  returns: ReturnsDesk,
  changed: (saleId: Key) => void,
): VendRuns | null {
  const machine = config.profile === 'vending' ? devices.vending() : null
  return (
    machine && createVendRuns({ store, clock, log, machine, refunds: createVendRefunds(returns), changed })
  )
}

function laneVending(
  { config, devices, store, clock, random, log }: RoomsDeps,
  runs: VendRuns,
  changed: () => void,
): LaneVending | null {
  const machine = devices.vending()
  if (machine === null) return null
  const isThere = (): boolean =>
    devices.statuses().some(({ category, state }) => category === 'VendingController' && state === 'ready')
  const { slots } = config.vending
  const vending = createLaneVending({ slots, store, clock, random, log, machine, runs, isThere, changed })
  machine.onChange(() => void vending.look())
  return vending
}

function cardTerminal({ devices, store, clock, log }: RoomsDeps): CardTerminalPort | null {
  const terminal = devices.terminal()
  return terminal && createCardPayments({ terminal, store, clock, log })
}

function laneOwnPayments(
  { config, store, hub, clock, log, replicator }: RoomsDeps,
  terminal: CardTerminalPort | null,
): Payments {
  return createPayments({
    store,
    hub,
    terminal,
    clock,
    log,
    timetable: defaultTimetable,
    bench: config.bench,
    mayDefer: attemptDeferral({
      store,
      clock,
      policy: config.offline,
      forked: () => replicator.status().state === 'forked',
    }),
  })
}
