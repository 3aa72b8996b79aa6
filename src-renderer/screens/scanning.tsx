import { useState, type ReactNode } from 'react'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { ScanScene } from '../components/scenes.tsx'
import { Keypad } from '../components/keypad.tsx'
import { LineList } from '../components/lineList.tsx'
import { MemberChip } from '../components/memberChip.tsx'
import { useLane } from '../state/laneContext.tsx'

const longestBarcode = 14

type Aside = 'none' | 'barcode' | 'cancel'

export interface ScanningProps {
  readonly lastLineId: number | null
  /** Staff has come to settle what the shopper put aside to see the basket. */
  readonly onStaff: () => void
}

export function ScanningScreen({ lastLineId, onStaff }: ScanningProps): ReactNode {
  const [aside, setAside] = useState<Aside>('none')
  const close = (): void => setAside('none')
  if (aside === 'barcode') return <BarcodeEntry onClose={close} />
  if (aside === 'cancel') return <CancelQuestion onClose={close} />
  return <Basket lastLineId={lastLineId} onStaff={onStaff} onAside={setAside} />
}

interface BasketProps extends ScanningProps {
  readonly onAside: (aside: Aside) => void
}

function Basket({ lastLineId, onStaff, onAside }: BasketProps): ReactNode {
  const { view, words, busy, send } = useLane()
  const { basket } = view
  const empty = basket.lines.length === 0
  const actions = (
    <>
      {basket.blocked ? (
        <Button
          tone="primary"
          icon="person"
          onPress={view.intervention === null ? () => send({ type: 'help:call' }) : onStaff}
        >
          {view.intervention === null ? words.scanning.callStaff : words.intervention.staff}
        </Button>
      ) : (
        <Button
          tone="primary"
          disabled={empty}
          waiting={busy === 'checkout:pay'}
          onPress={() => send({ type: 'checkout:pay' })}
        >
          {words.scanning.pay}
        </Button>
      )}
      <div className="action-row">
        <Button icon="barcode" onPress={() => onAside('barcode')}>
          {words.scanning.typeBarcode}
        </Button>
        <Button icon="close" onPress={() => (empty ? send({ type: 'checkout:cancel' }) : onAside('cancel'))}>
          {words.scanning.cancel}
        </Button>
      </div>
    </>
  )
  return (
    <Frame actions={actions}>
      <MemberChip />
      {empty ? (
        <div className="empty">
          <ScanScene />
          <h1 className="title">{words.scanning.empty}</h1>
          <p className="lead">{words.scanning.emptyBody}</p>
        </div>
      ) : (
        <LineList lines={basket.lines} lastLineId={lastLineId} />
      )}
      {basket.blocked ? <p className="hint">{words.scanning.blocked}</p> : null}
    </Frame>
  )
}

function BarcodeEntry({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { words, send } = useLane()
  const [digits, setDigits] = useState('')
  const add = (): void => {
    send({ type: 'barcode:enter', text: digits })
    onClose()
  }
  const actions = (
    <div className="action-row">
      <Button onPress={onClose}>{words.back}</Button>
      <Button tone="primary" disabled={digits.length === 0} onPress={add}>
        {words.scanning.add}
      </Button>
    </div>
  )
  return (
    <Frame actions={actions} title={words.scanning.barcodeTitle}>
      <div className="entry">
        <p className="entry-value">{digits === '' ? ' ' : digits}</p>
        <Keypad value={digits} maxLength={longestBarcode} onChange={setDigits} />
      </div>
    </Frame>
  )
}

function CancelQuestion({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { words, busy, send } = useLane()
  const actions = (
    <>
      <Button tone="primary" onPress={onClose}>
        {words.scanning.keep}
      </Button>
      <Button
        tone="stop"
        waiting={busy === 'checkout:cancel'}
        onPress={() => send({ type: 'checkout:cancel' })}
      >
        {words.scanning.cancelYes}
      </Button>
    </>
  )
  return (
    <Frame actions={actions}>
      <div className="centre">
        <h1 className="title">{words.scanning.cancelTitle}</h1>
        <p className="lead">{words.scanning.cancelBody}</p>
      </div>
    </Frame>
  )
}
