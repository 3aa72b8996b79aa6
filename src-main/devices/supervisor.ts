import type { CashDrawerPort } from '../../drivers/cash-drawer/cash-drawer-port.ts'
import type { LightsPort } from '../../drivers/lights/lights-port.ts'
import type { LineDisplayPort } from '../../drivers/line-display/line-display-port.ts'
import type { MsrPort, RefusedSwipe, SwipeEvent } from '../../drivers/msr/msr-port.ts'
import type { PaymentTerminalPort } from '../../drivers/payment-terminal/payment-terminal-port.ts'
import type { DevicePort } from '../../drivers/port/device-port.ts'
import { createSubscriptions, type Unsubscribe } from '../../drivers/port/subscriptions.ts'
import type { PosPrinterPort } from '../../drivers/pos-printer/pos-printer-port.ts'
import type { ScalePort } from '../../drivers/scale/scale-port.ts'
import type { GarbledRead, ScanEvent, ScannerPort } from '../../drivers/scanner/scanner-port.ts'
import type {
  CardEvent,
  RefusedCard,
  SmartCardRWPort,
} from '../../drivers/smart-card-rw/smart-card-rw-port.ts'
import type { ToneIndicatorPort } from '../../drivers/tone-indicator/tone-indicator-port.ts'
import type { VendSessionPort } from '../../drivers/vending-controller/vend-session-port.ts'
import type { VendingControllerPort } from '../../drivers/vending-controller/vending-controller-port.ts'
import type { DeviceHealth, DeviceStatus } from './device-status.ts'
import type { HotPlug } from './hot-plug.ts'
import { gated, type Gate } from './reading-devices.ts'
import {
  superviseDevice,
  type DeviceAccess,
  type SupervisedDevice,
  type SupervisedDriver,
  type SupervisionDeps,
} from './supervised-device.ts'
import { supervisedDrawer, type SupervisedDrawer } from './supervised-drawer.ts'
import { supervisedPrinter, type SupervisedPrinter } from './supervised-printer.ts'

/** The port of each device a lane may have, by its name in the configuration. */
export interface LanePorts {
  printer: PosPrinterPort
  cashDrawer: CashDrawerPort
  scanner: ScannerPort
  scale: ScalePort
  cardReader: SmartCardRWPort
  stripeReader: MsrPort
  terminal: PaymentTerminalPort
  lineDisplay: LineDisplayPort
  lights: LightsPort
  toneIndicator: ToneIndicatorPort
  /** A machine whose motors are ours. */
  vending: VendingControllerPort
  /** A machine with its own controller. */
  vendSession: VendSessionPort
}

export type LaneDrivers = { readonly [K in keyof LanePorts]?: SupervisedDriver<LanePorts[K]> | null }

export interface DeviceSupervisorOptions extends SupervisionDeps {
  /** Null where no device can be plugged in or out here. Closed with the supervisor. */
  readonly hotPlug?: HotPlug | null
  /** Null or missing: the lane has none. */
  readonly drivers: LaneDrivers
}

/** Every device is null where none is configured. */
export interface DeviceSupervisor {
  /** Without a printer every job is `notPrinted`. */
  printer(): SupervisedPrinter
  cashDrawer(): SupervisedDrawer | null
  /** The gate of whatever reads: scanner, stripe reader and card reader. */
  scanner(): Gate
  scale(): DeviceAccess<ScalePort> | null
  terminal(): DeviceAccess<PaymentTerminalPort> | null
  lineDisplay(): DeviceAccess<LineDisplayPort> | null
  lights(): DeviceAccess<LightsPort> | null
  toneIndicator(): DeviceAccess<ToneIndicatorPort> | null
  vending(): DeviceAccess<VendingControllerPort> | null
  vendSession(): DeviceAccess<VendSessionPort> | null
  /** One for each configured device. */
  statuses(): readonly DeviceStatus[]
  health(): readonly DeviceHealth[]
  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe
  onScan(listener: (scan: ScanEvent) => void): Unsubscribe
  onGarbled(listener: (read: GarbledRead) => void): Unsubscribe
  onSwipe(listener: (swipe: SwipeEvent) => void): Unsubscribe
  onSwipeRefused(listener: (swipe: RefusedSwipe) => void): Unsubscribe
  onCard(listener: (card: CardEvent) => void): Unsubscribe
  onCardRefused(listener: (card: RefusedCard) => void): Unsubscribe
  /** Closes every device; all promises settle. */
  close(): Promise<void>
}

/** Opens the configured devices and keeps them open. What reads begins with its gate open. */
export function createDeviceSupervisor(options: DeviceSupervisorOptions): DeviceSupervisor {
  const { drivers, hotPlug } = options
  const statuses = createSubscriptions<DeviceStatus>()
  const devices: SupervisedDevice<DevicePort>[] = []
  const supervise = <P extends DevicePort>(
    driver: SupervisedDriver<P> | null | undefined,
  ): SupervisedDevice<P> | null => {
    if (driver === null || driver === undefined) return null
    const device = superviseDevice(driver, options)
    devices.push(device)
    device.onChange((status) => statuses.emit(status))
    return device
  }

  const printer = supervisedPrinter(supervise(drivers.printer))
  const drawer = supervise(drivers.cashDrawer)
  const cashDrawer = drawer && supervisedDrawer(drawer)
  const readers = superviseReaders(drivers, supervise)
  const scale = supervise(drivers.scale)
  const terminal = supervise(drivers.terminal)
  const lineDisplay = supervise(drivers.lineDisplay)
  const lights = supervise(drivers.lights)
  const toneIndicator = supervise(drivers.toneIndicator)
  const vending = supervise(drivers.vending)
  const vendSession = supervise(drivers.vendSession)
  hotPlug?.onChange(() => devices.forEach((device) => device.nudge()))

  return {
    printer: () => printer,
    cashDrawer: () => cashDrawer,
    scanner: () => readers.gate,
    scale: () => scale,
    terminal: () => terminal,
    lineDisplay: () => lineDisplay,
    lights: () => lights,
    toneIndicator: () => toneIndicator,
    vending: () => vending,
    vendSession: () => vendSession,
    statuses: () => devices.map((device) => device.status()),
    health: () => devices.map((device) => device.health()),
    onStatus: (listener) => statuses.add(listener),
    ...readers.events,
    async close() {
      hotPlug?.close()
      await Promise.all(devices.map((device) => device.close()))
    },
  }
}

type Supervise = <P extends DevicePort>(
  driver: SupervisedDriver<P> | null | undefined,
) => DeviceAccess<P> | null

function superviseReaders(drivers: LaneDrivers, supervise: Supervise) {
  const scans = createSubscriptions<ScanEvent>()
  const garbledReads = createSubscriptions<GarbledRead>()
  const swipes = createSubscriptions<SwipeEvent>()
  const refusedSwipes = createSubscriptions<RefusedSwipe>()
  const cards = createSubscriptions<CardEvent>()
  const refusedCards = createSubscriptions<RefusedCard>()
  const scanner = supervise(drivers.scanner)
  const stripeReader = supervise(drivers.stripeReader)
  const cardReader = supervise(drivers.cardReader)

  const passOn =
    <T>(to: { emit(value: T): void }, taken: () => void) =>
    (value: T): void => {
      taken()
      to.emit(value)
    }
  const gates: readonly Gate[] = [
    scanner &&
      gated(scanner, (port, taken) => [
        port.onData(passOn(scans, taken)),
        port.onGarbled((read) => garbledReads.emit(read)),
      ]),
    stripeReader &&
      gated(stripeReader, (port, taken) => [
        port.onData(passOn(swipes, taken)),
        port.onRefused((swipe) => refusedSwipes.emit(swipe)),
      ]),
    cardReader &&
      gated(cardReader, (port, taken) => [
        port.onData(passOn(cards, taken)),
        port.onRefused((card) => refusedCards.emit(card)),
      ]),
  ].filter((gate) => gate !== null)
  const gate: Gate = {
    enableData: () => gates.forEach((each) => each.enableData()),
    disableData: () => gates.forEach((each) => each.disableData()),
  }
  return {
    gate,
    events: {
      onScan: scans.add,
      onGarbled: garbledReads.add,
      onSwipe: swipes.add,
      onSwipeRefused: refusedSwipes.add,
      onCard: cards.add,
      onCardRefused: refusedCards.add,
    },
  }
}
