import type { ReactNode } from 'react'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import { paperOffer } from '../../src-main/domain/checkout/paper.ts'
import type { Screen } from '../../src-main/contract/laneView.ts'
import type { ReceiptDocument } from '../../src-main/contract/receipt.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { QrCode } from '../components/qrCode.tsx'
import { ReceiptPaper } from '../components/receiptPaper.tsx'
import { Mark, WaitBar } from '../components/wait.tsx'
import { useLane } from '../state/laneContext.tsx'
import { VendRefund } from './dispensing.tsx'

/** What the shopper must not forget, before the receipt: nothing on a screen is larger than the money. */
function Change({ receipt, changeMinor }: PrintingProps): ReactNode {
  const { view, words } = useLane()
  if (changeMinor === 0) return null
  const { currency } = receipt
  return (
    <p className="cash-change" role="status">
      {words.cash.change(formatMoney({ amountMinor: changeMinor, currency }, view.language))}
    </p>
  )
}

interface PrintingProps {
  readonly receipt: ReceiptDocument
  readonly changeMinor: number
}

export function PrintingScreen({ receipt, changeMinor }: PrintingProps): ReactNode {
  const { words, send } = useLane()
  const actions = <Button onPress={() => send({ type: 'receipt:noPaper' })}>{words.done.noPaper}</Button>
  return (
    <Frame actions={actions}>
      <div className="paid">
        <div className="paid-words">
          <Mark kind="yes" />
          <h1 className="title">{words.printing.title}</h1>
          <Change receipt={receipt} changeMinor={changeMinor} />
          <p className="lead">{words.printing.body}</p>
          <WaitBar />
        </div>
        <ReceiptPaper receipt={receipt} />
      </div>
    </Frame>
  )
}

type DoneProps = { readonly screen: Extract<Screen, { kind: 'done' }> }

export function DoneScreen({ screen }: DoneProps): ReactNode {
  const { words, busy, send } = useLane()
  const offer = paperOffer(screen.paper)
  const refund = screen.vend?.refund ?? null
  const actions = (
    <>
      <Button
        tone="primary"
        waiting={busy === 'session:finish'}
        onPress={() => send({ type: 'session:finish' })}
      >
        {words.done.finish}
      </Button>
      {offer === 'copy' ? (
        <Button
          icon="printer"
          waiting={busy === 'receipt:copy'}
          onPress={() => send({ type: 'receipt:copy' })}
        >
          {words.done.copy}
        </Button>
      ) : null}
      {offer === 'noPaper' ? (
        <Button onPress={() => send({ type: 'receipt:noPaper' })}>{words.done.noPaper}</Button>
      ) : null}
    </>
  )
  return (
    <Frame actions={actions}>
      <div className="paid">
        <div className="paid-words">
          <Mark kind="yes" />
          <h1 className="title">{refund === null ? words.done.thanks : words.vending.doneTitle}</h1>
          <VendRefund refund={refund} />
          <Change receipt={screen.receipt} changeMinor={screen.changeMinor} />
          <p className="lead">{words.done.paper[screen.paper]}</p>
          {screen.mode === 'deferred' ? <p className="hint">{words.done.deferred}</p> : null}
          <ReceiptLink url={screen.receiptUrl} />
        </div>
        <ReceiptPaper receipt={screen.receipt} />
      </div>
    </Frame>
  )
}

function ReceiptLink({ url }: { readonly url: string | null }): ReactNode {
  const { words } = useLane()
  if (url === null) return <p className="small">{words.done.noQr}</p>
  return (
    <figure className="qr-card">
      <QrCode text={url} label={words.done.qr} />
      <figcaption>{words.done.qr}</figcaption>
    </figure>
  )
}
