import { useState, type ReactNode } from 'react'
import { staffReturnReasons, type ReturnedLine } from '../../src-main/contract/returns.ts'
import type { RefundView, StaffLayerView, StaffPage } from '../../src-main/contract/staffLayer.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon } from '../components/icon.tsx'
import { Mark } from '../components/wait.tsx'
import { useLane } from '../state/laneContext.tsx'
import { BackButton, Problem, ReasonChoice, useMoney } from './staffKit.tsx'

type PageOf<S extends StaffPage['step']> = Extract<StaffPage, { step: S }>
interface LayerProps {
  readonly layer: StaffLayerView
}

const hexKeys = Array.from('0123456789ABCDEF')
const numberLength = 8

/** The receipt's code at the scanner, or the number it prints. */
export function FindSale({ layer }: LayerProps): ReactNode {
  const { words, send } = useLane()
  const [text, setText] = useState('')
  const { returns } = words.staff
  const actions = (
    <div className="action-row">
      <BackButton />
      <Button
        tone="primary"
        disabled={text.length < numberLength}
        waiting={layer.busy}
        onPress={() => send({ type: 'return:find', text })}
      >
        {returns.find}
      </Button>
    </div>
  )
  return (
    <Frame actions={actions} title={returns.findTitle} body={returns.findBody} aside>
      <div className="entry">
        <Problem layer={layer} />
        <p className="entry-value sale-number">{spaced(text)}</p>
        <div className="keypad keypad-hex">
          {hexKeys.map((key) => (
            <button
              key={key}
              type="button"
              className="key"
              disabled={layer.busy || text.length >= numberLength}
              onClick={() => setText(text + key)}
            >
              {key}
            </button>
          ))}
          <button
            type="button"
            className="key"
            disabled={text === ''}
            aria-label={words.scanning.deleteDigit}
            onClick={() => setText(text.slice(0, -1))}
          >
            <Icon name="backspace" />
          </button>
        </div>
      </div>
    </Frame>
  )
}

/** As the receipt prints it. */
function spaced(text: string): string {
  const filled = text.padEnd(numberLength, '·')
  return `${filled.slice(0, 4)}-${filled.slice(4)}`
}

type ChooseProps = LayerProps & { readonly page: PageOf<'chooseLines'> }

/** What comes back and how many of it; then why, which is the last word. */
export function ChooseLines({ layer, page }: ChooseProps): ReactNode {
  const { words, send } = useLane()
  const money = useMoney()
  const [asked, setAsked] = useState(false)
  const { returns } = words.staff
  if (asked) {
    return (
      <ReasonChoice
        layer={layer}
        title={returns.reasonTitle}
        reasons={staffReturnReasons}
        words={returns.reasons}
        onBack={() => setAsked(false)}
        onReason={(reason) => send({ type: 'return:confirm', reason })}
      />
    )
  }
  const isChosen = page.lines.some(({ chosen }) => chosen > 0)
  const actions = (
    <>
      <Button tone="primary" disabled={!isChosen} onPress={() => setAsked(true)}>
        {isChosen ? returns.next(money(page.amountMinor)) : returns.chooseFirst}
      </Button>
      <BackButton />
    </>
  )
  return (
    <Frame actions={actions} title={returns.chooseTitle(page.saleNumber)} aside>
      <Problem layer={layer} />
      {page.decidedBy === 'lane' ? <p className="hint">{returns.withoutHub}</p> : null}
      <ul className="staff-lines">
        {page.lines.map((each) => (
          <ReturnLine key={each.line.lineId} page={page} each={each} />
        ))}
      </ul>
      <Refunds refunds={page.refunds} />
    </Frame>
  )
}

interface ReturnLineProps {
  readonly page: PageOf<'chooseLines'>
  readonly each: PageOf<'chooseLines'>['lines'][number]
}

function ReturnLine({ page, each }: ReturnLineProps): ReactNode {
  const { view, words, send } = useLane()
  const money = useMoney()
  const { line, returnable, chosen } = each
  const { returns } = words.staff
  const change = (count: number): void => {
    const others = page.lines.filter((other) => other.line.lineId !== line.lineId)
    const lines = [...others.map((other) => ({ ...other })), { ...each, chosen: count }]
    send({ type: 'return:choose', lines: lines.flatMap(wanted) })
  }
  return (
    <li className="staff-line" data-off={returnable === 0 || undefined}>
      <span className="line-text">
        <span className="line-name">{line.name[view.language]}</span>
        <span className="line-detail">
          {money(line.totalMinor)} · {returnable === 0 ? returns.allBack : countWords(each, returns)}
        </span>
      </span>
      <span className="stepper">
        <button
          type="button"
          disabled={chosen === 0}
          aria-label={`${line.name[view.language]} −`}
          onClick={() => change(chosen - 1)}
        >
          −
        </button>
        <span className="stepper-count">{chosen}</span>
        <button
          type="button"
          disabled={chosen >= returnable}
          aria-label={`${line.name[view.language]} +`}
          onClick={() => change(chosen + 1)}
        >
          +
        </button>
      </span>
    </li>
  )
}

function countWords(
  { line, returnable }: ReturnLineProps['each'],
  returns: { readonly piece: string; readonly ofThese: (returnable: number) => string },
): string {
  return line.quantity.kind === 'weight' ? returns.piece : returns.ofThese(returnable)
}

function wanted({ line, chosen }: ReturnLineProps['each']): ReturnedLine[] {
  if (chosen === 0) return []
  const quantity = line.quantity.kind === 'each' ? ({ kind: 'each', count: chosen } as const) : line.quantity
  return [{ lineId: line.lineId, quantity }]
}

function Refunds({ refunds }: { readonly refunds: readonly RefundView[] }): ReactNode {
  const { words } = useLane()
  const money = useMoney()
  const { backTo, states } = words.staff.returns
  if (refunds.length === 0) return null
  return (
    <ul className="paid-parts">
      {refunds.map(({ tender, amountMinor, state }, index) => (
        <li key={index}>
          <span>
            {backTo[tender]}
            {state === null || tender === 'cash' ? '' : ` · ${states[state]}`}
          </span>
          <span className="paid-part-amount">{money(amountMinor)}</span>
        </li>
      ))}
    </ul>
  )
}

export function Returned({ page }: { readonly page: PageOf<'returned'> }): ReactNode {
  const { words } = useLane()
  const money = useMoney()
  const { returns } = words.staff
  const cashMinor = page.refunds.reduce((sum, { handOutMinor }) => sum + (handOutMinor ?? 0), 0)
  return (
    <Frame actions={<BackButton>{words.staff.done}</BackButton>} aside>
      <div className="centre">
        <Mark kind="yes" />
        <h1 className="title">{page.voided ? returns.voidedTitle : returns.doneTitle}</h1>
        <p className="lead">{returns.chooseTitle(page.saleNumber)}</p>
        <p className="cash-figure">{money(page.amountMinor)}</p>
        {cashMinor === 0 ? null : <p className="lead">{returns.handOut(money(cashMinor))}</p>}
        <Refunds refunds={page.refunds} />
      </div>
    </Frame>
  )
}

export function ReturnUnknown(): ReactNode {
  const { words } = useLane()
  const { unknownTitle, unknownBody } = words.staff.returns
  return (
    <Frame actions={<BackButton />} title={unknownTitle} body={unknownBody} aside>
      <div className="centre">
        <span className="medallion">
          <Icon name="help" />
        </span>
      </div>
    </Frame>
  )
}
