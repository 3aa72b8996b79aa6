import type { DeviceView, TenderOffer } from '../contract/laneView.ts'
import type { FaceWallet, TenderKind } from '../contract/payment.ts'
import type { CardAvailability } from '../ports/cardTerminal.ts'
import type { ModeDecision } from '../domain/offline/policy.ts'

export interface OfferFacts {
  readonly devices: readonly DeviceView[]
  readonly gallerySize: number
  /** Closed for a while after attacks at the camera. */
  readonly faceLocked: boolean
  /** Tenders of this lane beside face and phone code. */
  readonly points: boolean
  readonly coupon: boolean
  readonly cash: boolean
  readonly withoutDrawer: WithoutDrawer
  readonly card: CardAvailability
  readonly walletFace: readonly FaceWallet[]
  /** False where the law wants no sale without its fiscal device, and the device is out. */
  readonly fiscal: boolean
  /** False where the machine cannot give out what is in the basket. */
  readonly machine: boolean
  /** What the offline policy says to this sale. */
  readonly mode: (tender: TenderKind) => ModeDecision
}

/** What a lane whose drawer does not work does about cash: staff opens it with the key, or none is taken. */
export type WithoutDrawer = 'byHand' | 'closed'

/** The tenders of this moment; one that cannot be taken says why instead of failing later. */
export function tenderOffers(facts: OfferFacts): TenderOffer[] {
  const offers = offersOf(facts)
  if (!facts.fiscal) return closed(offers, 'fiscalUnavailable')
  return facts.machine ? offers : closed(offers, 'machineUnavailable')
}

function closed(offers: readonly TenderOffer[], reason: TenderOffer['reason']): TenderOffer[] {
  return offers.map((made) => ({ ...made, available: false, reason }))
}

function offersOf(facts: OfferFacts): TenderOffer[] {
  const { walletFace, points, coupon, card, cash } = facts
  return [
    offer('face', faceReason(facts)),
    offer('walletCode', codeReason(facts, 'walletCode')),
    ...walletFace.map((wallet) => ({ ...offer('walletFace', hubReason(facts, 'walletFace')), wallet })),
    ...(card === 'absent' ? [] : [offer('card', card === 'lost' ? 'terminalUnavailable' : null)]),
    ...(points ? [offer('points', pointsReason(facts))] : []),
    ...(coupon ? [offer('coupon', codeReason(facts, 'coupon'))] : []),
    ...(cash ? [offer('cash', drawerReason(facts))] : []),
  ]
}

function offer(kind: TenderOffer['kind'], reason: TenderOffer['reason']): TenderOffer {
  return { kind, available: reason === null, reason }
}

function cameraReason({ devices, gallerySize, faceLocked }: OfferFacts): TenderOffer['reason'] {
  if (!isUsable(devices, 'FaceEngine') || !isUsable(devices, 'Camera')) return 'cameraUnavailable'
  if (faceLocked) return 'lockedOut'
  return gallerySize === 0 ? 'galleryEmpty' : null
}

function faceReason(facts: OfferFacts): TenderOffer['reason'] {
  return cameraReason(facts) ?? (facts.mode('face').kind === 'refused' ? 'offlineLimit' : null)
}

function pointsReason(facts: OfferFacts): TenderOffer['reason'] {
  return cameraReason(facts) ?? hubReason(facts, 'points')
}

function codeReason(facts: OfferFacts, tender: 'walletCode' | 'coupon'): TenderOffer['reason'] {
  if (!isUsable(facts.devices, 'Scanner')) return 'scannerUnavailable'
  return hubReason(facts, tender)
}

function hubReason({ mode }: OfferFacts, tender: TenderKind): TenderOffer['reason'] {
  return mode(tender).kind === 'refused' ? 'hubNeeded' : null
}

/** A lane without a drawer never had one to wait for. */
function drawerReason({ devices, withoutDrawer }: OfferFacts): TenderOffer['reason'] {
  if (withoutDrawer === 'byHand' || !devices.some(({ category }) => category === 'CashDrawer')) return null
  return isUsable(devices, 'CashDrawer') ? null : 'drawerUnavailable'
}

/** A camera that is off is fine: it goes on only for a look. */
function isUsable(devices: readonly DeviceView[], category: DeviceView['category']): boolean {
  const state = devices.find((device) => device.category === category)?.state
  return state === 'ready' || state === 'off'
}
