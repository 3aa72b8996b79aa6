import { useState, type ReactNode } from 'react'
import { knownMinorDigits } from '../../src-main/domain/money/currencies.ts'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import type { Screen } from '../../src-main/contract/laneView.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon } from '../components/icon.tsx'
import { DigitBoxes, Keypad } from '../components/keypad.tsx'
import { useLane } from '../state/laneContext.tsx'

type CashProps = { readonly screen: Extract<Screen, { kind: 'cash' }> }
type Step =
  { readonly name: 'waiting' } | { readonly name: 'pin' } | { readonly name: 'count'; readonly pin: string }

const shortestPin = 4
const longestPin = 12
const longestAmount = 8

/** The shopper waits and may think again; then the screen is the staff's: PIN, and what was given. */
export function CashScreen({ screen }: CashProps): ReactNode {
  const [step, setStep] = useState<Step>({ name: 'waiting' })
  if (step.name === 'waiting') return <CashWaiting screen={screen} onStaff={() => setStep({ name: 'pin' })} />
  if (step.name === 'pin')
    return (
      <CashPin onBack={() => setStep({ name: 'waiting' })} onPin={(pin) => setStep({ name: 'count', pin })} />
    )
  return <CashCount screen={screen} pin={step.pin} onBack={() => setStep({ name: 'pin' })} />
}

function CashWaiting({ screen, onStaff }: CashProps & { readonly onStaff: () => void }): ReactNode {
  const { view, words, busy, send } = useLane()
  const money = (amountMinor: number) => formatMoney({ amountMinor, currency: view.currency }, view.language)
  const actions = (
    <>
      <Button waiting={busy === 'checkout:back'} onPress={() => send({ type: 'checkout:back' })}>
        {words.payAnotherWay}
      </Button>
      <Button icon="person" onPress={onStaff}>
        {words.intervention.staff}
      </Button>
    </>
  )
  return (
    <Frame actions={actions}>
      <div className="centre">
        <span className="medallion">
          <Icon name="cash" />
        </span>
        <h1 className="title">{words.cash.title}</h1>
        <p className="lead">{words.cash.body}</p>
        {screen.roundingMinor === 0 ? null : (
          <>
            <p className="cash-figure">{money(screen.dueMinor)}</p>
            <p className="hint">{words.cash.rounded(money(screen.roundingMinor))}</p>
          </>
        )}
      </div>
    </Frame>
  )
}

interface PinProps {
  readonly onBack: () => void
  readonly onPin: (pin: string) => void
}

function CashPin({ onBack, onPin }: PinProps): ReactNode {
  const { words } = useLane()
  const [pin, setPin] = useState('')
  const actions = (
    <div className="action-row">
      <Button onPress={onBack}>{words.back}</Button>
      <Button tone="primary" disabled={pin.length < shortestPin} onPress={() => onPin(pin)}>
        {words.intervention.next}
      </Button>
    </div>
  )
  return (
    <Frame actions={actions} title={words.intervention.pinTitle} aside>
      <div className="entry">
        <DigitBoxes value={pin} length={Math.max(shortestPin, pin.length)} secret />
        <Keypad value={pin} maxLength={longestPin} onChange={setPin} />
      </div>
    </Frame>
  )
}

/** Round sums a hand is likely to hold, from what is due upwards. */
export function likelySums(dueMinor: number, digits: number): readonly number[] {
  const unit = 10 ** digits
  const notes = [10, 20, 50, 100].map((note) => Math.ceil(dueMinor / (note * unit)) * note * unit)
  return [...new Set([dueMinor, ...notes])].filter((sum) => sum > 0).slice(0, 4)
}

interface CountProps extends CashProps {
  readonly pin: string
  readonly onBack: () => void
}

function CashCount({ screen, pin, onBack }: CountProps): ReactNode {
  const { view, words, busy, send } = useLane()
  const [given, setGiven] = useState('')
  const money = (amountMinor: number) => formatMoney({ amountMinor, currency: view.currency }, view.language)
  const { saleId } = view.basket
  const tenderedMinor = Number(given)
  const changeMinor = tenderedMinor - screen.dueMinor
  const actions = (
    <>
      <Button
        tone="primary"
        disabled={saleId === null || given === ''}
        waiting={busy === 'cash:take'}
        onPress={() => {
          if (saleId !== null) send({ type: 'cash:take', pin, saleId, tenderedMinor })
        }}
      >
        {changeMinor < 0 ? words.cash.takePart(money(tenderedMinor)) : words.cash.take}
      </Button>
      <Button tone="quiet" onPress={onBack}>
        {words.back}
      </Button>
    </>
  )
  return (
    <Frame actions={actions} title={words.cash.given} aside>
      <div className="entry">
        <p className="entry-value">{money(tenderedMinor)}</p>
        <p className="cash-change" role="status">
          {changeMinor >= 0 && given !== '' ? words.cash.change(money(changeMinor)) : ' '}
        </p>
        <div className="cash-sums">
          {likelySums(screen.dueMinor, knownMinorDigits(view.currency)).map((sum) => (
            <Button key={sum} onPress={() => setGiven(String(sum))}>
              {money(sum)}
            </Button>
          ))}
        </div>
        <Keypad
          value={given}
          maxLength={longestAmount}
          onChange={(next) => setGiven(next.replace(/^0+/, ''))}
        />
      </div>
    </Frame>
  )
}
