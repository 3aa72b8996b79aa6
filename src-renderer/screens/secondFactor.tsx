import { useState, type ReactNode } from 'react'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { DigitBoxes, Keypad } from '../components/keypad.tsx'
import { useLane } from '../state/laneContext.tsx'

interface SecondFactorProps {
  readonly digits: number
  readonly attemptsLeft: number
}

export function SecondFactorScreen({ digits, attemptsLeft }: SecondFactorProps): ReactNode {
  const { words, busy, send } = useLane()
  const [typed, setTyped] = useState('')
  const actions = (
    <div className="action-row">
      <Button onPress={() => send({ type: 'checkout:back' })}>{words.payAnotherWay}</Button>
      <Button
        tone="primary"
        disabled={typed.length < digits}
        waiting={busy === 'secondFactor:enter'}
        onPress={() => send({ type: 'secondFactor:enter', digits: typed })}
      >
        {words.secondFactor.next}
      </Button>
    </div>
  )
  return (
    <Frame
      actions={actions}
      title={words.secondFactor.title(digits)}
      body={`${words.secondFactor.body} ${words.secondFactor.attempts(attemptsLeft)}`}
    >
      <div className="entry">
        <DigitBoxes value={typed} length={digits} />
        <Keypad value={typed} maxLength={digits} onChange={setTyped} />
      </div>
    </Frame>
  )
}
