import type { BasketLine } from '../contract/basket.ts'
import type { LineOverride } from '../contract/override.ts'
import type { StaffRole } from '../contract/shift.ts'
import type { Key, Language } from '../contract/values.ts'
import { cashRoundingOf } from '../domain/cash/rounding.ts'
import type { CardTerminalPort } from '../ports/cardTerminal.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FiscalDeskPort } from '../ports/fiscal.ts'
import type { HubPort } from '../ports/hub.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { LaneDrawer } from './cashDrawer.ts'
import type { ReceiptPrinter } from './receiptPrinter.ts'
import { createReturnBook } from './returnsBook.ts'
import { createReturnsDesk, type ReturnsDesk } from './returnsDesk.ts'
import type { LaneSettings } from './settings.ts'
import { createShiftDesk } from './shiftDesk.ts'
import type { StaffDesk } from './staffDesk.ts'
import { createStaffLayer, type StaffLayer } from './staffLayer.ts'

export interface StaffRoomDeps {
  readonly settings: LaneSettings
  readonly store: LaneStorePort
  readonly hub: HubPort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly log: LogPort
  readonly receipts: ReceiptPrinter
  readonly drawer: LaneDrawer
  readonly fiscal: FiscalDeskPort
  readonly terminal: CardTerminalPort | null
  readonly staff: StaffDesk
  readonly roleOf: (staffId: string) => StaffRole
  readonly callTimeoutMs: number
  readonly language: () => Language
  /** Of the sale that is being scanned; empty otherwise. */
  readonly openLines: () => readonly BasketLine[]
  readonly override: (lineId: number, override: LineOverride) => boolean
  readonly changed: () => void
}

export interface StaffRoom {
  readonly layer: StaffLayer
  readonly returns: ReturnsDesk
  close(): void
}

/** What staff does beside selling: returns, prices, shifts. */
export function createStaffRoom(deps: StaffRoomDeps): StaffRoom {
  const { settings, store, hub, clock, random, log, receipts, fiscal, terminal } = deps
  const closing = new AbortController()
  const rounding = cashRoundingOf({ currency: settings.currency, ...settings.cash })
  const print = (key: Key) => void receipts.print(key, null, closing.signal)
  const book = createReturnBook({
    settings,
    rounding,
    store,
    clock,
    random,
    receipts,
    publicUrl: () => hub.publicUrl(),
    seal: (record) => (fiscal.status().state === 'off' ? Promise.resolve(null) : fiscal.seal(record)),
    // A return that is only answered later finds nobody at the drawer.
    handOut: (staffId) => {
      if (layer.view() !== null) deps.drawer.open('return', staffId)
    },
    print,
  })
  const { callTimeoutMs, drawer } = deps
  const returns = createReturnsDesk({ store, hub, clock, random, log, book, terminal, callTimeoutMs })
  const { language } = deps
  const shifts = createShiftDesk({ settings, language, store, clock, random, receipts, drawer, print })
  const layer = createStaffLayer({ ...deps, returns, shifts, rounding })
  return {
    returns,
    layer,
    close() {
      closing.abort()
      returns.close()
    },
  }
}
