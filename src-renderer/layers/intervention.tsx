import { useEffect, useState, type ReactNode } from 'react'
import type { InterventionView } from '../../src-main/contract/laneView.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon, type IconName } from '../components/icon.tsx'
import { ItemTile } from '../components/itemTile.tsx'
import { DeferredNote } from '../components/deferredNote.tsx'
import { DigitBoxes, Keypad } from '../components/keypad.tsx'
import { LineDetail } from '../components/lineList.tsx'
import { useLane } from '../state/laneContext.tsx'

const shortestPin = 4
const longestPin = 12
const longestGrams = 6

const pictures: Record<InterventionView['kind'], IconName> = {
  ageCheck: 'person',
  weighing: 'scale',
  help: 'help',
  presentationAttack: 'face',
  unknownOutcome: 'help',
  guardianConsent: 'person',
  faceDeletion: 'face',
  cashReturn: 'cash',
}

/** Where the shopper asked for something and may think again while staff is on the way. */
const leaves: Partial<Record<InterventionView['kind'], 'enrolment:cancel' | 'myFace:leave'>> = {
  guardianConsent: 'enrolment:cancel',
  faceDeletion: 'myFace:leave',
}

interface InterventionProps {
  readonly intervention: InterventionView
}
interface LayerProps extends InterventionProps {
  /** The shopper goes on while staff is on the way: to the basket, or with the sale that this does not hold. */
  readonly onAside: () => void
}
type Step =
  | { readonly name: 'waiting' | 'pin' }
  /** `tries`: wrong tries so far; one more means that this PIN was wrong. */
  | { readonly name: 'settle'; readonly pin: string; readonly tries: number }

/** Help is coming; then the same screen becomes the staff's: PIN, then the one question that is open. */
export function InterventionLayer({ intervention, onAside }: LayerProps): ReactNode {
  const [step, setStep] = useState<Step>({ name: 'waiting' })
  const { wrongTries } = intervention.pin
  if (step.name === 'waiting') {
    return <Waiting intervention={intervention} onAside={onAside} onStaff={() => setStep({ name: 'pin' })} />
  }
  if (step.name === 'settle' && step.tries === wrongTries) {
    return <Settle intervention={intervention} pin={step.pin} onBack={() => setStep({ name: 'pin' })} />
  }
  return (
    <PinEntry
      key={wrongTries}
      intervention={intervention}
      onBack={() => setStep({ name: 'waiting' })}
      onPin={(pin) => setStep({ name: 'settle', pin, tries: wrongTries })}
    />
  )
}

function Waiting({
  intervention,
  onStaff,
  onAside,
}: LayerProps & { readonly onStaff: () => void }): ReactNode {
  const { words, busy, send } = useLane()
  const said = words.intervention[intervention.kind]
  const leave = leaves[intervention.kind]
  const actions = (
    <>
      {intervention.kind === 'help' ? (
        <Button tone="primary" waiting={busy === 'help:cancel'} onPress={() => send({ type: 'help:cancel' })}>
          {words.intervention.cancelHelp}
        </Button>
      ) : null}
      {leave === undefined ? null : (
        <Button waiting={busy === leave} onPress={() => send({ type: leave })}>
          {words.enrolment.cancel}
        </Button>
      )}
      {intervention.line === null ? null : (
        <Button icon="basket" onPress={onAside}>
          {words.intervention.toBasket}
        </Button>
      )}
      {intervention.kind === 'presentationAttack' ? <Button onPress={onAside}>{words.back}</Button> : null}
      <Button icon="person" onPress={onStaff}>
        {words.intervention.staff}
      </Button>
    </>
  )
  return (
    <Frame actions={actions} aside>
      <div className="centre">
        <span className="medallion">
          <Icon name={pictures[intervention.kind]} />
        </span>
        <h1 className="title">{said.title}</h1>
        <p className="lead">{said.body}</p>
        <LineInQuestion intervention={intervention} />
      </div>
    </Frame>
  )
}

function LineInQuestion({ intervention }: InterventionProps): ReactNode {
  const { view } = useLane()
  const { line } = intervention
  if (line === null) return null
  return (
    <div className="line-card">
      <ItemTile item={line.item} language={view.language} />
      <span className="line-text">
        <span className="line-name">{line.item.name[view.language]}</span>
        <LineDetail line={line} />
      </span>
    </div>
  )
}

interface PinEntryProps extends InterventionProps {
  readonly onBack: () => void
  readonly onPin: (pin: string) => void
}

/** Whole seconds left of `fromMs`; the lane says how long once, the page counts it down. */
export function useCountdown(fromMs: number): number {
  const [seconds, setSeconds] = useState(Math.ceil(fromMs / 1000))
  useEffect(() => {
    const timer = setInterval(() => setSeconds((left) => Math.max(0, left - 1)), 1000)
    return () => clearInterval(timer)
  }, [])
  return seconds
}

function PinEntry({ intervention, onBack, onPin }: PinEntryProps): ReactNode {
  const { words } = useLane()
  const [pin, setPin] = useState('')
  const { wrongTries, lockedForMs } = intervention.pin
  const lockedSeconds = useCountdown(lockedForMs)
  const locked = lockedSeconds > 0
  const actions = (
    <div className="action-row">
      <Button onPress={onBack}>{words.back}</Button>
      <Button tone="primary" disabled={locked || pin.length < shortestPin} onPress={() => onPin(pin)}>
        {words.intervention.next}
      </Button>
    </div>
  )
  return (
    <Frame actions={actions} title={words.intervention.pinTitle} aside>
      <div className="entry">
        <p className="entry-hint" role="status">
          {locked
            ? words.intervention.pinLocked(lockedSeconds)
            : wrongTries > 0
              ? words.intervention.pinWrong(wrongTries)
              : ' '}
        </p>
        <DeferredNote />
        <DigitBoxes value={pin} length={Math.max(shortestPin, pin.length)} secret />
        <Keypad value={pin} maxLength={longestPin} onChange={setPin} disabled={locked} />
      </div>
    </Frame>
  )
}

interface SettleProps extends InterventionProps {
  readonly pin: string
  readonly onBack: () => void
}

function Settle({ intervention, pin, onBack }: SettleProps): ReactNode {
  const { view, words, busy, send } = useLane()
  const [grams, setGrams] = useState('')
  const weighs = intervention.kind === 'weighing'
  const { screen } = view
  const unknown = intervention.kind === 'unknownOutcome'
  const said =
    unknown && screen.kind === 'voiding'
      ? words.intervention.settleVoids
      : words.intervention.settle[intervention.kind]
  const resolve = (resolution: 'approved' | 'refused' | 'helped'): void =>
    send({
      type: 'intervention:resolve',
      interventionKey: intervention.interventionKey,
      pin,
      resolution,
      ...(weighs && resolution === 'approved' ? { grams: Number(grams) } : {}),
    })
  const yes = intervention.kind === 'help' ? 'helped' : 'approved'
  const actions = (
    <>
      <div className="action-row">
        {said.refused === null ? null : (
          <Button tone="stop" waiting={busy === 'intervention:resolve'} onPress={() => resolve('refused')}>
            {said.refused}
          </Button>
        )}
        <Button
          tone="primary"
          disabled={weighs && Number(grams) < 1}
          waiting={busy === 'intervention:resolve'}
          onPress={() => resolve(yes)}
        >
          {said.approved}
        </Button>
      </div>
      {unknown && screen.kind === 'unknown' ? (
        <Button waiting={busy === 'intervention:resolve'} onPress={() => resolve('helped')}>
          {words.payAnotherWay}
        </Button>
      ) : null}
      <Button tone="quiet" onPress={onBack}>
        {words.back}
      </Button>
    </>
  )
  return (
    <Frame actions={actions} title={said.title} aside>
      {weighs ? (
        <div className="entry">
          <LineInQuestion intervention={intervention} />
          <p className="entry-value">{words.intervention.grams(Number(grams))}</p>
          <Keypad
            value={grams}
            maxLength={longestGrams}
            onChange={(next) => setGrams(next.replace(/^0+/, ''))}
          />
        </div>
      ) : (
        <div className="centre">
          <LineInQuestion intervention={intervention} />
          {intervention.line?.item.minimumAgeYears === undefined ? null : (
            <p className="lead">{words.intervention.minimumAge(intervention.line.item.minimumAgeYears)}</p>
          )}
        </div>
      )}
    </Frame>
  )
}
