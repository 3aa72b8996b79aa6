import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import type { EnrolmentView } from '../../src-main/contract/laneView.ts'
import { consentSections, consentText } from '../../src-main/domain/face/consent.ts'
import { rightsPolicy } from '../../src-main/domain/rights/policy.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon } from '../components/icon.tsx'
import { LookingGlass } from '../components/lookingGlass.tsx'
import { Mark, WaitBar } from '../components/wait.tsx'
import { CodeAnswer, CodeSteps } from '../screens/codeCapture.tsx'
import { useLane } from '../state/laneContext.tsx'

type StepOf<S extends EnrolmentView['step']> = Extract<EnrolmentView, { step: S }>
const stepCount = 3

/** Setting up pay by face: what and why, which wallet, a look, done. */
export function EnrolmentLayer({ enrolment }: { readonly enrolment: EnrolmentView }): ReactNode {
  switch (enrolment.step) {
    case 'consent':
      return <Consent step={enrolment} />
    case 'guardian':
      return <Guardian />
    case 'link':
      return <Link step={enrolment} />
    case 'look':
      return <Look step={enrolment} />
    case 'saving':
      return <Saving />
    case 'done':
      return <Done step={enrolment} />
    case 'failed':
      return <Failed step={enrolment} />
    default:
      return unreachable(enrolment)
  }
}

function Steps({ now }: { readonly now: number }): ReactNode {
  const { words } = useLane()
  return <p className="step-of">{words.enrolment.step(now, stepCount)}</p>
}

/** Nobody can agree to what was never on the screen: until the end has been seen, the action is to read on. */
function Consent({ step }: { readonly step: StepOf<'consent'> }): ReactNode {
  const { view, words, busy, send } = useLane()
  const { areaRef, read, look, readOn } = useReading()
  const policy = rightsPolicy(view.jurisdiction)
  const years = policy.guardianBelowYears
  const answer = (agreed: boolean, ofAge: boolean): void =>
    send({
      type: 'enrolment:consent',
      textId: step.textId,
      textVersion: step.textVersion,
      agreed,
      ofAge,
    })
  // As tall before as after: nothing moves when the end of the text has been seen.
  const actions = (
    <>
      {read ? (
        <Button
          key="agree"
          tone="primary"
          waiting={busy === 'enrolment:consent'}
          onPress={() => answer(true, true)}
        >
          {words.enrolment.agree(years)}
        </Button>
      ) : (
        <Button key="readOn" tone="primary" onPress={readOn}>
          {words.enrolment.readOn}
        </Button>
      )}
      <div className="action-row">
        <Button onPress={() => answer(false, true)}>{words.enrolment.disagree}</Button>
        <Button disabled={!read} onPress={() => answer(true, false)}>
          {words.enrolment.younger(years)}
        </Button>
      </div>
    </>
  )
  return (
    <Frame actions={actions} aside>
      <div ref={areaRef} className="consent" data-more={!read || undefined} onScroll={look}>
        <Steps now={1} />
        <h1 className="title">{consentText.title[view.language]}</h1>
        {consentSections(policy).map(({ heading, text }) => (
          <section key={heading.en} className="consent-section">
            <h2>{heading[view.language]}</h2>
            <p>{text[view.language]}</p>
          </section>
        ))}
      </div>
    </Frame>
  )
}

/** A second tap of "read on" must not become the first of "I agree", which takes its place. */
const agreeAfterMs = 700

/** Whether the end of a scrolling text has been on the screen; at once where nothing has to be scrolled. */
function useReading() {
  const areaRef = useRef<HTMLDivElement>(null)
  const touchedRef = useRef(false)
  const [atEnd, setAtEnd] = useState(false)
  const [read, setRead] = useState(false)
  const look = useCallback((): void => {
    const area = areaRef.current
    if (area !== null && area.scrollTop + area.clientHeight >= area.scrollHeight - 8) setAtEnd(true)
  }, [])
  useEffect(() => {
    const area = areaRef.current
    if (area === null) return
    const observer = new ResizeObserver(look)
    observer.observe(area)
    return () => observer.disconnect()
  }, [look])
  useEffect(() => {
    if (!atEnd) return
    const timer = setTimeout(() => setRead(true), touchedRef.current ? agreeAfterMs : 0)
    return () => clearTimeout(timer)
  }, [atEnd])
  const readOn = (): void => {
    const area = areaRef.current
    touchedRef.current = true
    area?.scrollBy({ top: area.clientHeight * 0.85, behavior: 'smooth' })
  }
  return { areaRef, read, look, readOn }
}

function CancelButton(): ReactNode {
  const { words, busy, send } = useLane()
  return (
    <Button waiting={busy === 'enrolment:cancel'} onPress={() => send({ type: 'enrolment:cancel' })}>
      {words.enrolment.cancel}
    </Button>
  )
}

/** Seen only when the call for staff stands behind another one. */
function Guardian(): ReactNode {
  const { words } = useLane()
  const { title, body } = words.enrolment.guardian
  return (
    <Frame actions={<CancelButton />} aside>
      <div className="centre">
        <h1 className="title">{title}</h1>
        <p className="lead">{body}</p>
      </div>
    </Frame>
  )
}

function Link({ step }: { readonly step: StepOf<'link'> }): ReactNode {
  const { words } = useLane()
  return (
    <Frame actions={<CancelButton />} aside>
      <Steps now={2} />
      <div className="heading">
        <h1 className="title">{words.enrolment.link.title}</h1>
        <p className="lead">{words.enrolment.link.body}</p>
      </div>
      <CodeSteps />
      <CodeAnswer
        checking={step.checking ? words.enrolment.linkChecking : null}
        problem={step.problem === null ? null : words.enrolment.linkProblems[step.problem]}
      />
    </Frame>
  )
}

function Look({ step }: { readonly step: StepOf<'look'> }): ReactNode {
  return (
    <Frame actions={<CancelButton />} aside>
      <Steps now={3} />
      <LookingGlass capture={step.capture} />
    </Frame>
  )
}

function Saving(): ReactNode {
  const { words } = useLane()
  return (
    <Frame aside>
      <div className="centre">
        <h1 className="title">{words.enrolment.saving.title}</h1>
        <p className="lead">{words.enrolment.saving.body}</p>
        <WaitBar />
      </div>
    </Frame>
  )
}

function FinishButton(): ReactNode {
  const { words, busy, send } = useLane()
  return (
    <Button
      tone="primary"
      waiting={busy === 'enrolment:finish'}
      onPress={() => send({ type: 'enrolment:finish' })}
    >
      {words.enrolment.finish}
    </Button>
  )
}

function Done({ step }: { readonly step: StepOf<'done'> }): ReactNode {
  const { words } = useLane()
  return (
    <Frame actions={<FinishButton />} aside>
      <div className="centre">
        <Mark kind="yes" />
        <h1 className="title">{words.enrolment.done.title}</h1>
        <p className="lead">{words.enrolment.done.body}</p>
        <div className="payer">
          <Icon name="person" />
          <div>
            <p className="payer-name">{step.payer.maskedName}</p>
            <p className="payer-account">
              {words.confirm.account} {step.payer.maskedAccount}
            </p>
          </div>
        </div>
      </div>
    </Frame>
  )
}

function Failed({ step }: { readonly step: StepOf<'failed'> }): ReactNode {
  const { words } = useLane()
  const said = words.enrolment.failed[step.reason]
  return (
    <Frame actions={<FinishButton />} aside>
      <div className="centre">
        <Mark kind="no" />
        <h1 className="title">{said.title}</h1>
        <p className="lead">{said.body}</p>
      </div>
    </Frame>
  )
}
