import { useState, type ReactNode } from 'react'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import type { StaffLayerView } from '../../src-main/contract/staffLayer.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Keypad } from '../components/keypad.tsx'
import { useLane } from '../state/laneContext.tsx'

const longestAmount = 9

export function useMoney(): (amountMinor: number) => string {
  const { view } = useLane()
  return (amountMinor) => formatMoney({ amountMinor, currency: view.currency }, view.language)
}

/** Why the last thing did not work; an empty line keeps the place. */
export function Problem({ layer }: { readonly layer: StaffLayerView }): ReactNode {
  const { words } = useLane()
  if (layer.problem === null) return layer.busy ? <p className="hint">{words.staff.working}</p> : null
  return (
    <p className="hint" role="alert">
      {words.staff.problems[layer.problem]}
    </p>
  )
}

/** One step back in the lane's own layer. */
export function BackButton({ children }: { readonly children?: ReactNode }): ReactNode {
  const { words, send } = useLane()
  return <Button onPress={() => send({ type: 'staff:back' })}>{children ?? words.back}</Button>
}

interface AmountProps {
  readonly layer: StaffLayerView
  readonly title: string
  readonly hint?: string
  readonly done: string
  readonly least: number
  readonly onBack: () => void
  readonly onAmount: (amountMinor: number) => void
}

/** An amount on large keys, typed in minor units as on every till. */
export function AmountEntry({ layer, title, hint, done, least, onBack, onAmount }: AmountProps): ReactNode {
  const { words } = useLane()
  const money = useMoney()
  const [text, setText] = useState('')
  const amountMinor = Number(text)
  const actions = (
    <div className="action-row">
      <Button onPress={onBack}>{words.back}</Button>
      <Button
        tone="primary"
        waiting={layer.busy}
        disabled={text === '' || amountMinor < least}
        onPress={() => onAmount(amountMinor)}
      >
        {done}
      </Button>
    </div>
  )
  return (
    <Frame actions={actions} title={title} aside>
      <div className="entry">
        <p className="entry-value">{money(amountMinor)}</p>
        {hint === undefined ? null : <p className="entry-hint">{hint}</p>}
        <Problem layer={layer} />
        <Keypad value={text} maxLength={longestAmount} onChange={setText} />
      </div>
    </Frame>
  )
}

interface ReasonsProps<R extends string> {
  readonly layer: StaffLayerView
  readonly title: string
  readonly reasons: readonly R[]
  readonly words: Readonly<Record<R, string>>
  readonly onBack: () => void
  readonly onReason: (reason: R) => void
}

export function ReasonChoice<R extends string>(props: ReasonsProps<R>): ReactNode {
  const { layer, title, reasons, words, onBack, onReason } = props
  const { words: all } = useLane()
  return (
    <Frame actions={<Button onPress={onBack}>{all.back}</Button>} title={title} aside>
      <Problem layer={layer} />
      <div className="staff-menu">
        {reasons.map((reason) => (
          <Button key={reason} waiting={layer.busy} onPress={() => onReason(reason)}>
            {words[reason]}
          </Button>
        ))}
      </div>
    </Frame>
  )
}
