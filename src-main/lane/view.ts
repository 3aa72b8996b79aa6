import type { DeviceView, LaneView, Notice, Screen, TenderOffer } from '../contract/laneView.ts'
import type { CaptureView, EnrolmentView, MyFaceView } from '../contract/laneView.ts'
import type { Language } from '../contract/values.ts'
import { unreachable } from '../contract/result.ts'
import { basketTotal, isPayable, itemCount, taxTotals } from '../domain/basket/reading.ts'
import type { CheckoutState, Sale } from '../domain/checkout/state.ts'
import type { LaneSettings } from './settings.ts'
import type { Intervention } from './staffDesk.ts'

/** Everything a view is made from. */
export interface LaneSnapshot {
  readonly version: number
  readonly settings: LaneSettings
  readonly language: Language
  readonly state: CheckoutState
  readonly notice: Notice | null
  readonly capture: CaptureView
  readonly offers: readonly TenderOffer[]
  readonly intervention: Intervention | null
  readonly pin: { readonly wrongTries: number; readonly lockedForMs: number }
  readonly enrolment: EnrolmentView | null
  readonly myFace: MyFaceView | null
  readonly devices: readonly DeviceView[]
  readonly sync: LaneView['sync']
  readonly facePay: LaneView['facePay']
}

/** The lane as the window shows it. Pure: the same snapshot gives the same view. */
export function laneView(snapshot: LaneSnapshot): LaneView {
  const { settings, state } = snapshot
  const sale = saleOf(state)
  return {
    version: snapshot.version,
    laneId: settings.laneId,
    merchantName: settings.merchant.name,
    profile: settings.profile,
    mode: settings.mode,
    bench: settings.bench,
    language: snapshot.language,
    currency: settings.currency,
    screen: screen(snapshot),
    basket: basketView(sale, settings),
    notice: snapshot.notice,
    intervention: interventionView(snapshot, sale),
    enrolment: snapshot.enrolment,
    myFace: snapshot.myFace,
    jurisdiction: settings.jurisdiction,
    devices: [...snapshot.devices],
    sync: snapshot.sync,
    facePay: snapshot.facePay,
  }
}

/** The sale on the screen; a completed one has left the basket. */
export function saleOf(state: CheckoutState): Sale | null {
  return 'sale' in state ? state.sale : null
}

function screen({ state, capture, offers }: LaneSnapshot): Screen {
  switch (state.kind) {
    case 'attract':
    case 'codeCapture':
    case 'cancelled':
      return { kind: state.kind }
    case 'scanning':
      return { kind: 'scanning', lastLineId: state.lastLineId }
    case 'tenderChoice':
      return { kind: 'tenderChoice', offers: [...offers] }
    case 'faceCapture':
      return { kind: 'faceCapture', capture }
    case 'secondFactor':
      return { kind: 'secondFactor', digits: 4, attemptsLeft: state.attemptsLeft }
    case 'confirm': {
      const { maskedName, maskedAccount } = state.payer
      return { kind: 'confirm', tender: 'face', payer: { maskedName, maskedAccount }, mode: state.mode }
    }
    case 'authorising':
    case 'approved':
      return { kind: state.kind, tender: state.attempt.tender }
    case 'declined':
      return { kind: 'declined', reason: state.reason, offers: [...offers] }
    case 'unknown':
      return { kind: 'unknown', phase: state.phase }
    case 'printing':
      return { kind: 'printing', receipt: state.completed.receipt, mode: state.completed.mode }
    case 'done': {
      const { receipt, receiptUrl, mode } = state.completed
      return { kind: 'done', receipt, receiptUrl, paper: state.paper, mode }
    }
    case 'outOfOrder':
      return { kind: 'outOfOrder', reasons: [...state.reasons], basketKept: state.sale !== null }
    default:
      return unreachable(state)
  }
}

function basketView(sale: Sale | null, settings: LaneSettings): LaneView['basket'] {
  if (!sale) return { saleId: null, lines: [], itemCount: 0, totalMinor: 0, taxes: [], blocked: false }
  const { basket } = sale
  return {
    saleId: sale.saleId,
    lines: basket.lines,
    itemCount: itemCount(basket),
    totalMinor: basketTotal(basket).amountMinor,
    taxes: taxTotals(basket, settings.taxRates),
    blocked: basket.lines.length > 0 && !isPayable(basket),
  }
}

function interventionView({ intervention, pin }: LaneSnapshot, sale: Sale | null): LaneView['intervention'] {
  if (!intervention) return null
  const line = sale?.basket.lines.find((candidate) => candidate.lineId === intervention.lineId) ?? null
  return { interventionKey: intervention.interventionKey, kind: intervention.kind, line, pin }
}
