import type { ReactNode } from 'react'
import type { Screen } from '../../src-main/contract/laneView.ts'
import { Frame } from '../components/frame.tsx'
import { Mark, WaitBar } from '../components/wait.tsx'
import { useLane } from '../state/laneContext.tsx'
import { sayDetail } from '../words/words.ts'
import { Button } from '../components/button.tsx'

interface MessageProps {
  readonly title: string
  readonly body: string
  readonly mark?: 'yes' | 'no' | 'pause'
  readonly waits?: boolean
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

function Message({ title, body, mark, waits = false, children, actions }: MessageProps): ReactNode {
  return (
    <Frame actions={actions}>
      <div className="centre">
        {mark === undefined ? null : <Mark kind={mark} />}
        <h1 className="title">{title}</h1>
        <p className="lead">{body}</p>
        {waits ? <WaitBar /> : null}
        {children}
      </div>
    </Frame>
  )
}

export function StartingScreen(): ReactNode {
  const { words } = useLane()
  return <Message {...words.starting} waits />
}

type AuthorisingProps = Omit<Extract<Screen, { kind: 'authorising' }>, 'kind'>

export function AuthorisingScreen({ tender, prompt }: AuthorisingProps): ReactNode {
  const { words } = useLane()
  if (tender !== 'card') return <Message {...words.authorising} waits />
  return <Message title={words.card.title} body={words.card[prompt ?? 'wait']} waits />
}

export function ApprovedScreen(): ReactNode {
  const { words } = useLane()
  return <Message {...words.approved} mark="yes" />
}

export function UnknownScreen({
  phase,
}: {
  readonly phase: Extract<Screen, { kind: 'unknown' }>['phase']
}): ReactNode {
  const { words } = useLane()
  return <Message {...words.unknown[phase]} waits={phase !== 'attendant'} />
}

export function CancelledScreen(): ReactNode {
  const { view, words, send } = useLane()
  const actions = <Button onPress={() => send({ type: 'session:finish' })}>{words.done.finish}</Button>
  // The notice says that nobody knows whether anything was charged.
  const body = view.notice?.code === 'attemptHeld' ? '' : words.cancelled.body
  return <Message title={words.cancelled.title} body={body} mark="pause" actions={actions} />
}

interface OutOfOrderProps {
  readonly reasons: readonly string[]
  readonly basketKept: boolean
}

export function OutOfOrderScreen({ reasons, basketKept }: OutOfOrderProps): ReactNode {
  const { words } = useLane()
  const body = basketKept ? words.outOfOrder.kept : words.outOfOrder.body
  return (
    <Message title={words.outOfOrder.title} body={body} mark="pause">
      <ul className="reasons">
        {reasons.map((reason) => (
          <li key={reason}>
            {sayDetail(words, reason)}
            <small className="staff-code">{words.staffCode(reason)}</small>
          </li>
        ))}
      </ul>
    </Message>
  )
}
