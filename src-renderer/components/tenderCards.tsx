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

/** Up to here every tender has a large card across the screen; four stand two by two; more are brief. */
const mostLarge = 3
const mostTold = 4

/** One large card a tender; one that cannot be taken now stays and says why. */
export function TenderCards({ offers }: { readonly offers: readonly TenderOffer[] }): ReactNode {
  const layout = offers.length <= mostLarge ? undefined : offers.length <= mostTold ? 'four' : 'many'
  const first = offers.find((offer) => offer.available)
  return (
    <div className="tenders" data-layout={layout}>
      {offers.map((offer) => (
        <TenderCard
          key={offer.kind + (offer.wallet ?? '')}
          offer={offer}
          tone={offer === first ? 'primary' : 'secondary'}
          brief={layout === 'many'}
        />
      ))}
    </div>
  )
}

interface CardProps {
  readonly offer: TenderOffer
  readonly tone: 'primary' | 'secondary'
  /** Among many only a card that cannot be taken explains itself on the screen. */
  readonly brief: boolean
}

function TenderCard({ offer, tone, brief }: CardProps): ReactNode {
  const { words, busy, send } = useLane()
  const { kind, wallet, reason } = offer
  const name = wallet === undefined ? words.tenders[kind] : words.wallets[wallet]
  const detail = reason === null ? words.tenderChoice[kind] : words.unavailable[reason]
  return (
    <button
      type="button"
      className="tender"
      data-tone={tone}
      aria-label={`${name}: ${detail}`}
      disabled={!offer.available || busy === 'tender:choose'}
      onClick={() =>
        send({ type: 'tender:choose', tender: kind, ...(wallet === undefined ? {} : { wallet }) })
      }
    >
      <Icon name={tenderPictures[kind]} />
      <span className="tender-text">
        <span className="tender-name">{name}</span>
        {brief && reason === null ? null : <span className="tender-detail">{detail}</span>}
      </span>
    </button>
  )
}
