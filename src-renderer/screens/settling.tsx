import type { ReactNode } from 'react'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import type { Screen } from '../../src-main/contract/laneView.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon } from '../components/icon.tsx'
import { PaidParts } from '../components/paidParts.tsx'
import { WaitBar } from '../components/wait.tsx'
import { useLane } from '../state/laneContext.tsx'

/** Told kindly, and only after "this is me": an earlier payment did not go through, and how to settle it. */
export function OwingScreen({ screen }: { readonly screen: Extract<Screen, { kind: 'owing' }> }): ReactNode {
  const { view, words, busy, send } = useLane()
  const { amountMinor, currency, atMs } = screen.owing
  const amount = formatMoney({ amountMinor, currency }, view.language)
  const day =
    atMs === null
      ? null
      : new Intl.DateTimeFormat(view.language, { weekday: 'long', month: 'long', day: 'numeric' }).format(
          atMs,
        )
  const actions = (
    <>
      <Button
        tone="primary"
        icon="phone"
        waiting={busy === 'recovery:pay'}
        onPress={() => send({ type: 'recovery:pay' })}
      >
        {words.owing.pay(amount)}
      </Button>
      <Button waiting={busy === 'checkout:back'} onPress={() => send({ type: 'checkout:back' })}>
        {words.payAnotherWay}
      </Button>
    </>
  )
  return (
    <Frame actions={actions}>
      <div className="centre">
        <span className="medallion">
          <Icon name="phone" />
        </span>
        <h1 className="title">{words.owing.title(screen.maskedName)}</h1>
        <p className="lead">{words.owing.body(amount, day)}</p>
        <p className="lead">{words.owing.hint}</p>
      </div>
    </Frame>
  )
}

/** Given up with parts paid: what is still to come back, and who brings it. */
export function VoidingScreen({
  screen,
}: {
  readonly screen: Extract<Screen, { kind: 'voiding' }>
}): ReactNode {
  const { view, words } = useLane()
  const cash = formatMoney({ amountMinor: screen.cashMinor, currency: view.currency }, view.language)
  const said = words.voiding[screen.phase]
  return (
    <Frame>
      <div className="centre">
        <h1 className="title">{said.title}</h1>
        {screen.phase === 'cash' ? <p className="cash-figure">{words.voiding.cashBack(cash)}</p> : null}
        <p className="lead">{said.body}</p>
        {screen.phase === 'voiding' ? <WaitBar /> : null}
        <PaidParts parts={screen.parts} />
      </div>
    </Frame>
  )
}

/** The wallet's own device is looking; its screen says the rest. */
export function WalletFaceScreen({
  wallet,
}: {
  readonly wallet: Extract<Screen, { kind: 'walletFace' }>['wallet']
}): ReactNode {
  const { words, busy, send } = useLane()
  const actions = (
    <Button waiting={busy === 'checkout:back'} onPress={() => send({ type: 'checkout:back' })}>
      {words.payAnotherWay}
    </Button>
  )
  return (
    <Frame actions={actions}>
      <div className="centre">
        <span className="medallion">
          <Icon name="face" />
        </span>
        <h1 className="title">{words.wallets[wallet]}</h1>
        <p className="lead">{words.walletFace.body}</p>
        <WaitBar />
      </div>
    </Frame>
  )
}
