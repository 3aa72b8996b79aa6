import type { ReactNode } from 'react'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import type { Screen } from '../../src-main/contract/laneView.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon } from '../components/icon.tsx'
import { PhoneScene, ScanScene } from '../components/scenes.tsx'
import { useLane } from '../state/laneContext.tsx'

type CodeCaptureProps = Omit<Extract<Screen, { kind: 'codeCapture' }>, 'kind'>

/** The three steps of showing a payment code, drawn and in words; also how a wallet is linked. */
export function CodeSteps(): ReactNode {
  const { words } = useLane()
  return (
    <div className="code-steps">
      <PhoneScene />
      <ol className="steps">
        {words.codeCapture.steps.map((step, index) => (
          <li key={step}>
            <span className="step-number">{index + 1}</span>
            {step}
          </li>
        ))}
      </ol>
    </div>
  )
}

/** What became of a code that was shown: it is looked up, or why it was not taken. In words; null is nothing to say. */
export function CodeAnswer({
  checking,
  problem,
}: {
  readonly checking: string | null
  readonly problem: string | null
}): ReactNode {
  return (
    <>
      {checking === null ? null : (
        <p className="hint" role="status">
          {checking}
        </p>
      )}
      {problem === null ? null : (
        <p className="hint" role="alert">
          <Icon name="warning" />
          {problem}
        </p>
      )}
    </>
  )
}

export function CodeCaptureScreen({ tender, owing }: CodeCaptureProps): ReactNode {
  const { view, words, busy, send } = useLane()
  const { title, body } = tender === 'coupon' ? words.couponCapture : words.codeCapture
  const debt =
    owing === null
      ? body
      : words.owing.code(
          formatMoney({ amountMinor: owing.amountMinor, currency: owing.currency }, view.language),
        )
  const actions = (
    <Button waiting={busy === 'checkout:back'} onPress={() => send({ type: 'checkout:back' })}>
      {words.payAnotherWay}
    </Button>
  )
  return (
    <Frame actions={actions} title={title} body={debt}>
      {tender === 'coupon' ? <ScanScene /> : <CodeSteps />}
    </Frame>
  )
}
