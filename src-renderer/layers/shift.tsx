import { useState, type ReactNode } from 'react'
import { cashMoveReasons, type ShiftReport } from '../../src-main/contract/shift.ts'
import type { StaffLayerView, StaffPage } from '../../src-main/contract/staffLayer.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { useLane } from '../state/laneContext.tsx'
import { AmountEntry, BackButton, Problem, ReasonChoice, useMoney } from './staffKit.tsx'

interface ShiftProps {
  readonly layer: StaffLayerView
  readonly page: Extract<StaffPage, { step: 'shift' | 'closed' }>
}

type Step =
  | { readonly name: 'figures' | 'float' | 'count' }
  | { readonly name: 'in' | 'out'; readonly amountMinor: number | null }

/** The figures of the shift, and what staff does with its cash. */
export function ShiftLayer({ layer, page }: ShiftProps): ReactNode {
  const { words, send } = useLane()
  const [step, setStep] = useState<Step>({ name: 'figures' })
  const { shift } = words.staff
  const toFigures = (): void => setStep({ name: 'figures' })
  switch (step.name) {
    case 'figures':
      return <Figures layer={layer} page={page} onStep={setStep} />
    case 'float':
      return (
        <AmountEntry
          layer={layer}
          title={shift.floatTitle}
          done={shift.begin}
          least={0}
          onBack={toFigures}
          onAmount={(floatMinor) => {
            send({ type: 'shift:open', floatMinor })
            toFigures()
          }}
        />
      )
    case 'count':
      return (
        <AmountEntry
          layer={layer}
          title={shift.countTitle}
          done={shift.end}
          least={0}
          onBack={toFigures}
          onAmount={(countedMinor) => {
            send({ type: 'shift:close', countedMinor })
            toFigures()
          }}
        />
      )
    case 'in':
    case 'out':
      return <MoveCash layer={layer} step={step} onStep={setStep} />
  }
}

interface MoveProps {
  readonly layer: StaffLayerView
  readonly step: Extract<Step, { name: 'in' | 'out' }>
  readonly onStep: (step: Step) => void
}

function MoveCash({ layer, step, onStep }: MoveProps): ReactNode {
  const { words, send } = useLane()
  const { shift } = words.staff
  const { name: direction, amountMinor } = step
  if (amountMinor === null) {
    return (
      <AmountEntry
        layer={layer}
        title={direction === 'in' ? shift.cashIn : shift.cashOut}
        done={words.intervention.next}
        least={1}
        onBack={() => onStep({ name: 'figures' })}
        onAmount={(typed) => onStep({ name: direction, amountMinor: typed })}
      />
    )
  }
  return (
    <ReasonChoice
      layer={layer}
      title={shift.reasonTitle}
      reasons={cashMoveReasons}
      words={shift.reasons}
      onBack={() => onStep({ name: direction, amountMinor: null })}
      onReason={(reason) => {
        send({ type: 'shift:moveCash', direction, amountMinor, reason })
        onStep({ name: 'figures' })
      }}
    />
  )
}

function Figures({ layer, page, onStep }: ShiftProps & { readonly onStep: (step: Step) => void }): ReactNode {
  const { words, send } = useLane()
  const { shift } = words.staff
  const isOpen = page.step === 'shift' && page.openedAtMs !== null
  const { zNumber } = page.report
  const actions = (
    <>
      {page.step === 'closed' ? null : isOpen ? (
        <>
          <Button onPress={() => onStep({ name: 'count' })}>{shift.end}</Button>
          <div className="action-row">
            <Button onPress={() => onStep({ name: 'in', amountMinor: null })}>{shift.cashIn}</Button>
            <Button onPress={() => onStep({ name: 'out', amountMinor: null })}>{shift.cashOut}</Button>
          </div>
        </>
      ) : (
        <Button onPress={() => onStep({ name: 'float' })}>{shift.begin}</Button>
      )}
      <div className="action-row">
        <BackButton />
        <Button icon="printer" waiting={layer.busy} onPress={() => send({ type: 'shift:print' })}>
          {shift.print}
        </Button>
      </div>
    </>
  )
  return (
    <Frame actions={actions} title={zNumber === null ? shift.title : shift.closedTitle(zNumber)} aside>
      <Problem layer={layer} />
      <FigureList report={page.report} />
      <DrawerFigures openings={page.report.drawer} now={page.drawer} />
    </Frame>
  )
}

interface DrawerProps {
  readonly openings: ShiftReport['drawer']
  readonly now: Extract<StaffPage, { step: 'shift' }>['drawer']
}

/** Nothing on a lane whose drawer never opened and does not tell. */
function DrawerFigures({ openings, now }: DrawerProps): ReactNode {
  const { words } = useLane()
  const { drawer } = words.staff.shift
  if (now === null && (openings === undefined || openings.openings === 0)) return null
  const rows: readonly (readonly [string, string])[] = [
    ...(now === null ? [] : [[drawer.now, drawer.states[now]] as const]),
    ...(openings === undefined ? [] : [[drawer.openings, String(openings.openings)] as const]),
    ...(openings?.byReason ?? []).map(
      ({ reason, count }) => [drawer.reasons[reason], String(count)] as const,
    ),
  ]
  return <Rows rows={rows} />
}

function FigureList({ report }: { readonly report: ShiftReport }): ReactNode {
  const { words } = useLane()
  const money = useMoney()
  const { shift } = words.staff
  const counted = ({ count, amountMinor }: { count: number; amountMinor: number }) =>
    `${count} · ${money(amountMinor)}`
  const { cash } = report
  const rows: readonly (readonly [string, string])[] = [
    [shift.sales, counted(report.sales)],
    [shift.returns, counted(report.returns)],
    [shift.voids, counted(report.voids)],
    [shift.gross, money(report.grossMinor)],
    [shift.tax, money(report.taxMinor)],
    ...report.tenders.map(
      ({ tender, paidMinor, refundedMinor }) =>
        [shift.tenders[tender], money(paidMinor - refundedMinor)] as const,
    ),
    [shift.overrides, counted(report.overrides)],
    [shift.deferred, counted(report.deferred)],
    [shift.expected, money(cash.expectedMinor)],
    ...(cash.countedMinor === null ? [] : [[shift.counted, money(cash.countedMinor)] as const]),
    ...(cash.differenceMinor === null ? [] : [[shift.difference, money(cash.differenceMinor)] as const]),
  ]
  return <Rows rows={rows} />
}

function Rows({ rows }: { readonly rows: readonly (readonly [string, string])[] }): ReactNode {
  return (
    <dl className="figures">
      {rows.map(([label, value]) => (
        <div key={label} className="figure-row">
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
