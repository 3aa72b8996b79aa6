import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { BasketLine, LineBlock } from '../../src-main/contract/basket.ts'
import { unitPriceMinor } from '../../src-main/domain/basket/basket.ts'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { useLane } from '../state/laneContext.tsx'
import type { Words } from '../words/words.ts'
import { Icon } from './icon.tsx'
import { ItemTile } from './itemTile.tsx'
import { formatKilograms } from './money.ts'

interface LineListProps {
  readonly lines: readonly BasketLine[]
  readonly lastLineId: number | null
}

/** The basket, oldest first like a receipt; a touched line opens its controls, the newest scrolls into view. */
export function LineList({ lines, lastLineId }: LineListProps): ReactNode {
  const [openId, setOpenId] = useState<number | null>(null)
  const newest = useRef<HTMLLIElement>(null)
  useEffect(() => {
    newest.current?.scrollIntoView({ block: 'nearest' })
  }, [lastLineId, lines.length])
  return (
    <ul className="lines">
      {lines.map((line) => (
        <li
          key={line.lineId}
          ref={line.lineId === lastLineId ? newest : null}
          className="line"
          data-new={line.lineId === lastLineId || undefined}
          data-blocked={line.blocks.length > 0 || undefined}
        >
          <Line
            line={line}
            open={openId === line.lineId}
            onToggle={() => setOpenId(openId === line.lineId ? null : line.lineId)}
          />
        </li>
      ))}
    </ul>
  )
}

interface LineProps {
  readonly line: BasketLine
  readonly open: boolean
  readonly onToggle: () => void
}

function Line({ line, open, onToggle }: LineProps): ReactNode {
  const { view } = useLane()
  return (
    <>
      <button type="button" className="line-row" aria-expanded={open} onClick={onToggle}>
        <ItemTile item={line.item} language={view.language} />
        <span className="line-text">
          <span className="line-name">{line.item.name[view.language]}</span>
          <LineDetail line={line} />
        </span>
        <span className="line-total">
          {formatMoney({ amountMinor: line.totalMinor, currency: view.currency }, view.language)}
        </span>
      </button>
      {open ? <LineControls line={line} /> : null}
    </>
  )
}

export function LineDetail({ line }: { readonly line: BasketLine }): ReactNode {
  const { view, words } = useLane()
  const money = (amountMinor: number) => formatMoney({ amountMinor, currency: view.currency }, view.language)
  const price = money(unitPriceMinor(line))
  const changed =
    line.override === undefined ? '' : ` · ${words.staff.override.changed(money(line.item.priceMinor))}`
  if (line.blocks.length > 0) {
    return (
      <span className="line-detail">
        <Icon name="warning" />
        {line.blocks.map((block) => blockWords(words, block, line.item.minimumAgeYears ?? 18)).join(' · ')}
      </span>
    )
  }
  if (line.quantity.kind === 'weight') {
    const weight = formatKilograms(line.quantity.grams, view.language)
    return (
      <span className="line-detail">
        {weight} × {price}
        {words.scanning.perKilogram}
        {changed}
      </span>
    )
  }
  return (
    <span className="line-detail">
      {line.quantity.count} × {price}
      {changed}
    </span>
  )
}

function blockWords(words: Words, block: LineBlock, years: number): string {
  switch (block) {
    case 'ageCheck':
      return words.scanning.waitsForAge(years)
    case 'weighing':
      return words.scanning.waitsForWeight
    default:
      return unreachable(block)
  }
}

function LineControls({ line }: { readonly line: BasketLine }): ReactNode {
  const { words, send } = useLane()
  const count = line.quantity.kind === 'each' ? line.quantity.count : null
  const change = (to: number): void => send({ type: 'line:changeCount', lineId: line.lineId, count: to })
  return (
    <div className="line-controls">
      {count === null ? null : (
        <div className="stepper">
          <button
            type="button"
            aria-label={words.scanning.fewer}
            disabled={count <= 1}
            onClick={() => change(count - 1)}
          >
            <Icon name="minus" />
          </button>
          <span className="stepper-count">{count}</span>
          <button type="button" aria-label={words.scanning.more} onClick={() => change(count + 1)}>
            <Icon name="plus" />
          </button>
        </div>
      )}
      <button
        type="button"
        className="line-remove"
        onClick={() => send({ type: 'line:remove', lineId: line.lineId })}
      >
        {words.scanning.remove}
      </button>
    </div>
  )
}
