import type {
  DeviceView,
  LaneView,
  Notice,
  PaidPart as PaidPartView,
  Screen,
  TenderOffer,
} from '../contract/laneView.ts'
import type { CaptureView, EnrolmentView, MyFaceView } from '../contract/laneView.ts'
import type { Language } from '../contract/values.ts'
import { unreachable } from '../contract/result.ts'
import { basketTotal, isPayable, itemCount, taxTotals } from '../domain/basket/reading.ts'
import { cashOf } from '../domain/checkout/leaving.ts'
import { dueMinor } from '../domain/checkout/sale.ts'
import type { CheckoutState, PaidPart, Sale } from '../domain/checkout/state.ts'
import type { LaneSettings } from './settings.ts'
import type { Intervention } from './staffDesk.ts'

/** Everything a view is made from. */
export interface LaneSnapshot {
  readonly version: number
  readonly settings: LaneSettings
  readonly language: Language
  readonly state: CheckoutState
  readonly shelf: LaneView['shelf']
  readonly notice: Notice | null
  readonly capture: CaptureView
  readonly offers: readonly TenderOffer[]
  readonly cashDue: { readonly dueMinor: number; readonly roundingMinor: number }
  readonly intervention: Intervention | null
  readonly weighing: LaneView['weighing']
  readonly pin: { readonly wrongTries: number; readonly lockedForMs: number }
  readonly enrolment: EnrolmentView | null
  readonly myFace: MyFaceView | null
  readonly staffLayer: LaneView['staffLayer']
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
    camera: settings.camera,
    language: snapshot.language,
    currency: settings.currency,
    screen: screen(snapshot),
    basket: basketView(sale, settings),
    shelf: snapshot.shelf,
    notice: snapshot.notice,
    intervention: interventionView(snapshot, sale),
    weighing: snapshot.weighing,
    enrolment: snapshot.enrolment,
    myFace: snapshot.myFace,
    staffLayer: snapshot.staffLayer,
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

function screen({ state, capture, offers, cashDue }: LaneSnapshot): Screen {
  switch (state.kind) {
    case 'attract':
    case 'cancelled':
      return { kind: state.kind }
    case 'scanning':
      return { kind: 'scanning', lastLineId: state.lastLineId }
    case 'tenderChoice':
      return { kind: 'tenderChoice', offers: [...offers] }
    case 'faceCapture':
      return { kind: 'faceCapture', capture }
    case 'codeCapture':
      return { kind: 'codeCapture', tender: state.tender, owing: state.owing }
    case 'walletFace':
      return { kind: 'walletFace', wallet: state.wallet }
    case 'cash':
      return { kind: 'cash', ...cashDue }
    case 'owing':
      return { kind: 'owing', owing: state.owing, maskedName: state.payer.maskedName }
    case 'secondFactor':
      return { kind: 'secondFactor', digits: 4, attemptsLeft: state.attemptsLeft }
    case 'confirm': {
      const { maskedName, maskedAccount } = state.candidate.payer
      const { tender, mode, askMinor: amountMinor } = state
      const { points } = state.candidate
      return { kind: 'confirm', tender, payer: { maskedName, maskedAccount }, mode, amountMinor, points }
    }
    case 'authorising':
      return { kind: 'authorising', tender: state.attempt.tender, prompt: state.prompt }
    case 'approved':
      return { kind: 'approved', tender: state.tender }
    case 'declined':
      return { kind: 'declined', reason: state.reason, offers: [...offers] }
    case 'unknown':
      return { kind: 'unknown', phase: state.phase }
    case 'voiding': {
      const cashMinor = cashOf(state.sale).reduce((sum, { cash }) => sum + handedOver(cash), 0)
      return { kind: 'voiding', phase: state.phase, parts: state.sale.paid.map(paidPart), cashMinor }
    }
    case 'dispensing': {
      const { receipt, vend } = state.completed
      return { kind: 'dispensing', receipt, vend }
    }
    case 'printing': {
      const { receipt, mode, changeMinor } = state.completed
      return { kind: 'printing', receipt, mode, changeMinor }
    }
    case 'done': {
      const { receipt, receiptUrl, mode, changeMinor, vend } = state.completed
      const given = vend === undefined ? {} : { vend }
      return { kind: 'done', receipt, receiptUrl, paper: state.paper, mode, changeMinor, ...given }
    }
    case 'outOfOrder':
      return { kind: 'outOfOrder', reasons: [...state.reasons], basketKept: state.sale !== null }
    default:
      return unreachable(state)
  }
}

function paidPart({ tender, wallet, amountMinor, maskedAccount, mode }: PaidPart): PaidPartView {
  return { tender, wallet, amountMinor, maskedAccount, mode }
}

/** What is in the drawer of it: what was given less the change. */
function handedOver(cash: PaidPart['cash']): number {
  return cash === null ? 0 : cash.tenderedMinor - cash.changeMinor
}

function basketView(sale: Sale | null, settings: LaneSettings): LaneView['basket'] {
  const none = { saleId: null, lines: [], itemCount: 0, totalMinor: 0, taxes: [], paid: [], dueMinor: 0 }
  if (!sale) return { ...none, prices: settings.tax.prices, blocked: false, member: null }
  const { basket } = sale
  return {
    saleId: sale.saleId,
    lines: basket.lines,
    itemCount: itemCount(basket),
    totalMinor: basketTotal(basket).amountMinor,
    taxes: taxTotals(basket),
    prices: basket.tax?.prices ?? 'inclusive',
    paid: sale.paid.map(paidPart),
    dueMinor: dueMinor(sale),
    blocked: basket.lines.length > 0 && !isPayable(basket),
    member: memberView(sale.member),
  }
}

function memberView(member: Sale['member']): LaneView['basket']['member'] {
  if (member === null) return null
  const { maskedName, maskedNumber, pointsMinor } = member
  return { maskedName, maskedNumber, pointsMinor }
}

function interventionView({ intervention, pin }: LaneSnapshot, sale: Sale | null): LaneView['intervention'] {
  if (!intervention) return null
  const line = sale?.basket.lines.find((candidate) => candidate.lineId === intervention.lineId) ?? null
  return { interventionKey: intervention.interventionKey, kind: intervention.kind, line, pin }
}
