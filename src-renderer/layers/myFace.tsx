import type { ReactNode } from 'react'
import type { MyFaceView } from '../../src-main/contract/laneView.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon } from '../components/icon.tsx'
import { LookingGlass } from '../components/lookingGlass.tsx'
import { QrCode } from '../components/qrCode.tsx'
import { Mark } from '../components/wait.tsx'
import { CodeAnswer, CodeSteps } from '../screens/codeCapture.tsx'
import { useLane } from '../state/laneContext.tsx'

type StepOf<S extends MyFaceView['step']> = Extract<MyFaceView, { step: S }>

/** What the lane keeps of a person's face, and its deletion with a receipt. */
export function MyFaceLayer({ myFace }: { readonly myFace: MyFaceView }): ReactNode {
  const { words } = useLane()
  switch (myFace.step) {
    case 'code':
      return <Code step={myFace} />
    case 'look':
      return (
        <Frame actions={<LeaveButton>{words.enrolment.cancel}</LeaveButton>} aside>
          <p className="step-of">{words.myFace.afterLook}</p>
          <LookingGlass capture={myFace.capture} />
        </Frame>
      )
    case 'staff':
      return <Said said={words.myFace.staff} mark={null} />
    case 'confirm':
      return <Confirm step={myFace} />
    case 'nothing':
      return <Said said={words.myFace.nothing} mark="yes" />
    case 'deleted':
      return <Deleted step={myFace} />
    case 'failed':
      return <Said said={words.myFace.failed[myFace.reason]} mark="no" />
    default:
      return unreachable(myFace)
  }
}

function LeaveButton(props: { readonly children: ReactNode; readonly primary?: boolean }): ReactNode {
  const { busy, send } = useLane()
  return (
    <Button
      tone={props.primary === true ? 'primary' : 'secondary'}
      waiting={busy === 'myFace:leave'}
      onPress={() => send({ type: 'myFace:leave' })}
    >
      {props.children}
    </Button>
  )
}

function Code({ step }: { readonly step: StepOf<'code'> }): ReactNode {
  const { words, busy, send } = useLane()
  const actions = (
    <>
      <Button
        icon="person"
        disabled={step.checking}
        waiting={busy === 'myFace:withoutPhone'}
        onPress={() => send({ type: 'myFace:withoutPhone' })}
      >
        {words.myFace.withoutPhone}
      </Button>
      <LeaveButton>{words.myFace.close}</LeaveButton>
    </>
  )
  return (
    <Frame actions={actions} title={words.myFace.code.title} body={words.myFace.code.body} aside>
      <CodeSteps />
      <CodeAnswer
        checking={step.checking ? words.myFace.checking : null}
        problem={step.problem === null ? null : words.myFace.problems[step.problem]}
      />
    </Frame>
  )
}

function Confirm({ step }: { readonly step: StepOf<'confirm'> }): ReactNode {
  const { view, words, busy, send } = useLane()
  const { confirm } = words.myFace
  const day = new Intl.DateTimeFormat(view.language, { dateStyle: 'long' }).format(step.enrolledAtMs)
  const actions = (
    <div className="action-row">
      <LeaveButton>{confirm.keep}</LeaveButton>
      <Button tone="stop" waiting={busy === 'myFace:delete'} onPress={() => send({ type: 'myFace:delete' })}>
        {confirm.delete}
      </Button>
    </div>
  )
  return (
    <Frame actions={actions} aside>
      <div className="centre">
        <h1 className="title">{confirm.title}</h1>
        <div className="payer">
          <Icon name="face" />
          <div>
            <p className="payer-name">{step.payer.maskedName}</p>
            <p className="payer-account">
              {words.confirm.account} {step.payer.maskedAccount}
            </p>
          </div>
        </div>
        <p className="lead">{confirm.since(day)}</p>
        <p className="lead">{confirm.body}</p>
      </div>
    </Frame>
  )
}

function Deleted({ step }: { readonly step: StepOf<'deleted'> }): ReactNode {
  const { view, words } = useLane()
  const { deleted, done } = words.myFace
  const { record, receiptUrl } = step
  return (
    <Frame actions={<LeaveButton primary>{done}</LeaveButton>} aside>
      <div className="centre">
        <Mark kind="yes" />
        <h1 className="title">{deleted.title}</h1>
        <p className="lead">{deleted.body(record.references)}</p>
        {receiptUrl === null ? null : (
          <figure className="qr-card">
            <QrCode text={receiptUrl} label={deleted.qr} />
            <figcaption>{deleted.qr}</figcaption>
          </figure>
        )}
        <p className="small">{deleted.entry(view.laneId, record.position.seq)}</p>
      </div>
    </Frame>
  )
}

interface SaidProps {
  readonly said: { readonly title: string; readonly body: string }
  readonly mark: 'yes' | 'no' | null
}

function Said({ said, mark }: SaidProps): ReactNode {
  const { words } = useLane()
  return (
    <Frame actions={<LeaveButton primary>{words.myFace.close}</LeaveButton>} aside>
      <div className="centre">
        {mark === null ? null : <Mark kind={mark} />}
        <h1 className="title">{said.title}</h1>
        <p className="lead">{said.body}</p>
      </div>
    </Frame>
  )
}
