import type { ReactNode } from 'react'
import type { TenderOffer } from '../../src-main/contract/laneView.ts'
import type { DeclineReason } from '../../src-main/contract/payment.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { MemberChip } from '../components/memberChip.tsx'
import { PaidParts } from '../components/paidParts.tsx'
import { TenderCards } from '../components/tenderCards.tsx'
import { Mark } from '../components/wait.tsx'
import { useLane } from '../state/laneContext.tsx'

interface OffersProps {
  readonly offers: readonly TenderOffer[]
}

export function TenderChoiceScreen({ offers }: OffersProps): ReactNode {
  const { view, words, busy, send } = useLane()
  const { paid } = view.basket
  const split = paid.length > 0
  const none = offers.every((offer) => !offer.available)
  const actions = (
    <>
      {none ? (
        <Button tone="primary" icon="help" onPress={() => send({ type: 'help:call' })}>
          {words.scanning.callStaff}
        </Button>
      ) : null}
      <div className="action-row">
        {split ? (
          <Button
            tone="stop"
            waiting={busy === 'checkout:cancel'}
            onPress={() => send({ type: 'checkout:cancel' })}
          >
            {words.split.cancel}
          </Button>
        ) : (
          <Button onPress={() => send({ type: 'checkout:back' })}>{words.back}</Button>
        )}
        {view.facePay.available && !split ? (
          <Button icon="face" onPress={() => send({ type: 'enrolment:begin' })}>
            {words.attract.enrol}
          </Button>
        ) : null}
      </div>
    </>
  )
  return (
    <Frame actions={actions}>
      <MemberChip />
      <div className="choice">
        <PaidParts parts={paid} />
        <h1 className="title">{split ? words.split.title : words.tenderChoice.title}</h1>
        {none ? <p className="lead">{words.tenderChoice.none}</p> : null}
        <TenderCards offers={offers} />
      </div>
    </Frame>
  )
}

export function DeclinedScreen({
  offers,
  reason,
}: OffersProps & { readonly reason: DeclineReason }): ReactNode {
  const { words, send } = useLane()
  const said = words.declines[reason]
  const actions = <Button onPress={() => send({ type: 'checkout:back' })}>{words.back}</Button>
  return (
    <Frame actions={actions}>
      <div className="choice">
        <div className="centre">
          <Mark kind="no" />
          <h1 className="title">{said.title}</h1>
          <p className="lead">{said.body}</p>
        </div>
        <TenderCards offers={offers} />
      </div>
    </Frame>
  )
}
