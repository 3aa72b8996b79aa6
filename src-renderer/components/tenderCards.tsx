import type { ReactNode } from 'react'
import type { TenderOffer } from '../../src-main/contract/laneView.ts'
import type { TenderKind } from '../../src-main/contract/payment.ts'
import { useLane } from '../state/laneContext.tsx'
import { Icon, type IconName } from './icon.tsx'

export const tenderPictures: Record<TenderKind, IconName> = {
  face: 'face',
  walletCode: 'phone',
  walletFace: 'face',
  points: 'points',
  coupon: 'coupon',
  card: 'card',
  cash: 'cash',
}

/** Up to here every tender has a large card of its own; beyond it they stand in two columns. */
const mostLarge = 3

/** One large card a tender; one that cannot be taken now stays and says why. */
export function TenderCards({ offers }: { readonly offers: readonly TenderOffer[] }): ReactNode {
  const { words, busy, send } = useLane()
  const first = offers.find((offer) => offer.available)
  return (
    <div className="tenders" data-many={offers.length > mostLarge || undefined}>
      {offers.map((offer) => (
        <button
          key={offer.kind + (offer.wallet ?? '')}
          type="button"
          className="tender"
          data-tone={offer === first ? 'primary' : 'secondary'}
          disabled={!offer.available || busy === 'tender:choose'}
          onClick={() =>
            send({
              type: 'tender:choose',
              tender: offer.kind,
              ...(offer.wallet === undefined ? {} : { wallet: offer.wallet }),
            })
          }
        >
          <Icon name={tenderPictures[offer.kind]} />
          <span className="tender-text">
            <span className="tender-name">
              {offer.wallet === undefined ? words.tenders[offer.kind] : words.wallets[offer.wallet]}
            </span>
            <span className="tender-detail">
              {offer.reason === null ? words.tenderChoice[offer.kind] : words.unavailable[offer.reason]}
            </span>
          </span>
        </button>
      ))}
    </div>
  )
}
