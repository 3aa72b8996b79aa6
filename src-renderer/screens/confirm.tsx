import type { ReactNode } from 'react'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import type { Screen } from '../../src-main/contract/laneView.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon } from '../components/icon.tsx'
import { useSettled } from '../components/useSettled.ts'
import { useLane } from '../state/laneContext.tsx'
import { spellAmount } from '../words/spellAmount.ts'

/** Masked name, masked account, amount on the button: nothing moves before this touch. */
export function ConfirmScreen({
  screen,
}: {
  readonly screen: Extract<Screen, { kind: 'confirm' }>
}): ReactNode {
  const { view, words, busy, send } = useLane()
  const { saleId } = view.basket
  const { amountMinor: totalMinor, tender } = screen
  const points = tender === 'points'
  const settled = useSettled()
  const named = screen.payer !== null
  const due = { amountMinor: totalMinor, currency: view.currency }
  const amount = formatMoney(due, view.language)
  const inWords = spellAmount(due, view.language)
  const actions = (
    <div className="action-row">
      <Button waiting={busy === 'payment:notMe'} onPress={() => send({ type: 'payment:notMe' })}>
        {named ? words.confirm.notMe : words.confirm.stop}
      </Button>
      <Button
        tone="primary"
        disabled={saleId === null || !settled}
        waiting={busy === 'payment:confirm'}
        onPress={() => {
          if (saleId !== null) send({ type: 'payment:confirm', saleId, totalMinor })
        }}
      >
        {points ? words.confirm.payPoints : words.confirm.pay} {amount}
      </Button>
    </div>
  )
  return (
    <Frame actions={actions}>
      <div className="centre">
        <h1 className="title">{named ? words.confirm.title : words.confirm.titleCode}</h1>
        <div className="payer">
          <Icon name={tender === 'walletCode' ? 'phone' : 'person'} />
          <div>
            <p className="payer-name">{screen.payer?.maskedName ?? words.confirm.payerCode}</p>
            <p className="payer-account">
              {screen.payer === null
                ? words.confirm.codeAccount
                : `${words.confirm.account} ${screen.payer.maskedAccount}`}
            </p>
          </div>
        </div>
        {points ? <p className="hint">{words.confirm.points(screen.points)}</p> : null}
        {inWords === null ? null : <p className="lead">{inWords}</p>}
        {screen.mode === 'deferred' ? <p className="hint">{words.confirm.deferred}</p> : null}
      </div>
    </Frame>
  )
}
