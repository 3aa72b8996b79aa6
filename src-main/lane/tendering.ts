import type { DeviceView, LaneView, TenderOffer } from '../contract/laneView.ts'
import type { PaymentMode, TenderKind } from '../contract/payment.ts'
import type { Key } from '../contract/values.ts'
import { cashRoundingOf, roundCash } from '../domain/cash/rounding.ts'
import { settleCash, type CashPart, type CashProblem } from '../domain/cash/settle.ts'
import { dueMinor } from '../domain/checkout/sale.ts'
import type { Sale } from '../domain/checkout/state.ts'
import type { Result } from '../contract/result.ts'
import type { ChallengeDemand } from '../domain/face/policy.ts'
import { challengeDemand } from '../domain/face/policy.ts'
import type { ModeDecision } from '../domain/offline/policy.ts'
import { decideMode } from '../domain/offline/policy.ts'
import { identityRisk } from '../payments/deferring.ts'
import type { CardTerminalPort } from '../ports/cardTerminal.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FiscalDeskPort } from '../ports/fiscal.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { AttackGuard } from './attackGuard.ts'
import { tenderOffers } from './offers.ts'
import type { LaneSettings } from './settings.ts'
import type { LaneVending } from './vending.ts'
import type { WalletFaces } from './walletFacing.ts'

export interface TenderingDeps {
  readonly settings: LaneSettings
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly guard: AttackGuard
  readonly terminal: CardTerminalPort | null
  readonly walletFaces: WalletFaces
  readonly fiscal: Pick<FiscalDeskPort, 'maySell'>
  readonly vending: Pick<LaneVending, 'maySell'> | null
  readonly gallerySize: () => number
  readonly devices: () => readonly DeviceView[]
  readonly sync: () => LaneView['sync']
  readonly sale: () => Sale | null
}

/** How the sale on the screen could be paid now. All of it is decided before the shopper confirms. */
export interface Tendering {
  offers(): TenderOffer[]
  /** Null when this tender needs the hub and there is none, or this payer may not wait for it. */
  modeFor(tender: TenderKind, accountId?: Key): PaymentMode | null
  /** What a look at the camera asks of whoever it finds. */
  challenge(): ChallengeDemand
  /** What coins can pay of what is due, and by how much that differs. */
  cashDue(): { readonly dueMinor: number; readonly roundingMinor: number }
  /** What is paid when staff took this much. */
  settleCash(tenderedMinor: number): Result<CashPart, CashProblem>
}

export function createTendering(deps: TenderingDeps): Tendering {
  const { settings, store, clock, guard } = deps
  const rounding = cashRoundingOf({ ...settings.cash, currency: settings.currency })

  function due(): number {
    const sale = deps.sale()
    return sale ? dueMinor(sale) : 0
  }

  const machineHolds = (): boolean => deps.vending?.maySell(deps.sale()?.basket.lines ?? []) ?? true

  function decide(tender: TenderKind, accountId?: Key): ModeDecision {
    const sync = deps.sync()
    return decideMode({
      hubReachable: sync.hub === 'online',
      forked: sync.hub === 'forked',
      tender,
      amountMinor: due(),
      deferred: store.deferredTotals(settings.currency),
      // Somebody who owes is told so after "this is me", by name and amount: not by a refusal here.
      identity:
        accountId === undefined
          ? null
          : { ...identityRisk(store, accountId, settings.currency), blocked: false },
      nowMs: clock.nowMs(),
      policy: settings.offline,
    })
  }

  return {
    offers: () => {
      const { tenders, cash } = settings
      return tenderOffers({
        devices: deps.devices(),
        gallerySize: deps.gallerySize(),
        faceLocked: guard.isLocked(),
        points: tenders.points,
        coupon: tenders.coupon,
        cash: cash.enabled,
        withoutDrawer: cash.withoutDrawer ?? 'byHand',
        card: tenders.card ? (deps.terminal?.availability() ?? 'absent') : 'absent',
        walletFace: tenders.walletFace.filter((wallet) => deps.walletFaces.has(wallet)),
        fiscal: deps.fiscal.maySell(),
        machine: machineHolds(),
        mode: decide,
      })
    },
    modeFor(tender, accountId) {
      if (!deps.fiscal.maySell() || !machineHolds()) return null
      const decision = decide(tender, accountId)
      return decision.kind === 'refused' ? null : decision.kind
    },
    challenge: () => challengeDemand(due(), settings.challenge),
    cashDue() {
      const cashDueMinor = roundCash(due(), rounding)
      return { dueMinor: cashDueMinor, roundingMinor: cashDueMinor - due() }
    },
    settleCash: (tenderedMinor) => settleCash(due(), tenderedMinor, rounding),
  }
}
