import type { DeviceView, TenderOffer } from '../contract/laneView.ts'
import type { ModeDecision } from '../domain/offline/policy.ts'

export interface OfferFacts {
  readonly devices: readonly DeviceView[]
  readonly gallerySize: number
  /** Closed for a while after attacks at the camera. */
  readonly faceLocked: boolean
  /** What the offline policy says to this sale, per tender. */
  readonly face: ModeDecision
  readonly walletCode: ModeDecision
}

/** The tenders of this moment; one that cannot be taken says why instead of failing later. */
export function tenderOffers(facts: OfferFacts): TenderOffer[] {
  return [offer('face', faceReason(facts)), offer('walletCode', codeReason(facts))]
}

function offer(kind: TenderOffer['kind'], reason: TenderOffer['reason']): TenderOffer {
  return { kind, available: reason === null, reason }
}

function faceReason({ devices, gallerySize, faceLocked, face }: OfferFacts): TenderOffer['reason'] {
  if (!isUsable(devices, 'FaceEngine') || !isUsable(devices, 'Camera')) return 'cameraUnavailable'
  if (faceLocked) return 'lockedOut'
  if (gallerySize === 0) return 'galleryEmpty'
  return face.kind === 'refused' ? 'offlineLimit' : null
}

function codeReason({ devices, walletCode }: OfferFacts): TenderOffer['reason'] {
  if (!isUsable(devices, 'Scanner')) return 'scannerUnavailable'
  return walletCode.kind === 'refused' ? 'hubNeeded' : null
}

/** A camera that is off is fine: it goes on only for a look. */
function isUsable(devices: readonly DeviceView[], category: DeviceView['category']): boolean {
  const state = devices.find((device) => device.category === category)?.state
  return state === 'ready' || state === 'off'
}
