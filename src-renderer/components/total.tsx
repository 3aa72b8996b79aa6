import type { ReactNode } from 'react'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import type { LaneView } from '../../src-main/contract/laneView.ts'
import { useLane } from '../state/laneContext.tsx'
import { Icon } from './icon.tsx'

/** Long figures get smaller steps so that they stay on one line; still the largest figure on the screen. */
export function figureSize(text: string): 'full' | 'long' | 'longest' {
  if (text.length <= 9) return 'full'
  return text.length <= 12 ? 'long' : 'longest'
}

/** Null where there is no sale to total. */
export function totalOf(view: LaneView): TotalFigure | null {
  const { screen, basket } = view
  if (screen.kind === 'dispensing' || screen.kind === 'printing' || screen.kind === 'done') {
    return { amountMinor: screen.receipt.totalMinor, currency: screen.receipt.currency, said: 'paid' }
  }
  if (basket.saleId === null) return null
  const { currency } = view
  if (screen.kind === 'approved') return { amountMinor: basket.totalMinor, currency, said: 'paid' }
  if (basket.paid.length === 0 || screen.kind === 'voiding') {
    return { amountMinor: basket.totalMinor, currency, said: 'total' }
  }
  return { amountMinor: basket.dueMinor, currency, said: 'due' }
}

interface TotalFigure {
  readonly amountMinor: number
  readonly currency: string
  /** `due`: a part is paid, this is the rest. */
  readonly said: 'total' | 'due' | 'paid'
}

export function Total(): ReactNode {
  const { view, words } = useLane()
  const total = totalOf(view)
  if (total === null) return null
  const text = formatMoney(total, view.language)
  return (
    <section className="total" data-paid={total.said === 'paid' || undefined} aria-live="polite">
      <p className="total-label">
        {total.said === 'paid' ? (
          <>
            <Icon name="check" /> {words.paid}
          </>
        ) : (
          <>
            {total.said === 'due' ? words.split.due : words.total}
            <span className="total-count">{words.items(view.basket.itemCount)}</span>
          </>
        )}
      </p>
      <p className="total-figure" data-size={figureSize(text)} data-testid="total">
        {text}
      </p>
    </section>
  )
}
