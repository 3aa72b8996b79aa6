import type { DeviceView, LaneView, TenderOffer } from '../contract/laneView.ts'
import type { PaymentMode, TenderKind } from '../contract/payment.ts'
import { basketTotal } from '../domain/basket/reading.ts'
import type { Sale } from '../domain/checkout/state.ts'
import type { ChallengeDemand } from '../domain/face/policy.ts'
import { challengeDemand } from '../domain/face/policy.ts'
import type { ModeDecision } from '../domain/offline/policy.ts'
import { decideMode } from '../domain/offline/policy.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { AttackGuard } from './attackGuard.ts'
import { tenderOffers } from './offers.ts'
import type { LaneSettings } from './settings.ts'

export interface TenderingDeps {
  readonly settings: LaneSettings
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly guard: AttackGuard
  readonly gallerySize: () => number
  readonly devices: () => readonly DeviceView[]
  readonly sync: () => LaneView['sync']
  readonly sale: () => Sale | null
}

/** How the sale on the screen could be paid now. All of it is decided before the shopper confirms. */
export interface Tendering {
  offers(): TenderOffer[]
  /** Null when this tender needs the hub and there is none. */
  modeFor(tender: TenderKind): PaymentMode | null
  /** What a look at the camera asks of whoever it finds. */
  challenge(): ChallengeDemand
}

export function createTendering(deps: TenderingDeps): Tendering {
  const { settings, store, clock, guard } = deps

  function dueMinor(): number {
    const sale = deps.sale()
    return sale ? basketTotal(sale.basket).amountMinor : 0
  }

  function decide(tender: TenderKind): ModeDecision {
    const sync = deps.sync()
    return decideMode({
      hubReachable: sync.hub === 'online',
      forked: sync.hub === 'forked',
      tender,
      amountMinor: dueMinor(),
      deferred: store.deferredTotals(settings.currency),
      nowMs: clock.nowMs(),
      limits: settings.offlineLimits,
    })
  }

  return {
    offers: () =>
      tenderOffers({
        devices: deps.devices(),
        gallerySize: deps.gallerySize(),
        faceLocked: guard.isLocked(),
        face: decide('face'),
        walletCode: decide('walletCode'),
      }),
    modeFor(tender) {
      const decision = decide(tender)
      return decision.kind === 'refused' ? null : decision.kind
    },
    challenge: () => challengeDemand(dueMinor(), settings.challenge),
  }
}
