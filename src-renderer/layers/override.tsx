import { useState, type ReactNode } from 'react'
import type { BasketLine } from '../../src-main/contract/basket.ts'
import { overrideReasons } from '../../src-main/contract/override.ts'
import type { StaffLayerView, StaffPage } from '../../src-main/contract/staffLayer.ts'
import { unitPriceMinor } from '../../src-main/domain/basket/basket.ts'
import { Frame } from '../components/frame.tsx'
import { ItemTile } from '../components/itemTile.tsx'
import { useLane } from '../state/laneContext.tsx'
import { AmountEntry, BackButton, Problem, ReasonChoice, useMoney } from './staffKit.tsx'

interface OverrideProps {
  readonly layer: StaffLayerView
  readonly page: Extract<StaffPage, { step: 'override' }>
}

/** Which line, which price, why. */
export function OverrideLayer({ layer, page }: OverrideProps): ReactNode {
  const { view, words, send } = useLane()
  const money = useMoney()
  const [line, setLine] = useState<BasketLine | null>(null)
  const [price, setPrice] = useState<number | null>(null)
  const { override } = words.staff
  if (line === null) {
    return (
      <Frame actions={<BackButton />} title={override.title} aside>
        <Problem layer={layer} />
        <ul className="staff-lines">
          {page.lines.map((each) => (
            <li key={each.lineId}>
              <button type="button" className="staff-line" onClick={() => setLine(each)}>
                <ItemTile item={each.item} language={view.language} />
                <span className="line-text">
                  <span className="line-name">{each.item.name[view.language]}</span>
                  <span className="line-detail">{priceWords(each, money, override.changed)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </Frame>
    )
  }
  if (price === null) {
    return (
      <AmountEntry
        layer={layer}
        title={override.newPrice}
        hint={`${line.item.name[view.language]} · ${override.was(money(unitPriceMinor(line)))}`}
        done={words.intervention.next}
        least={0}
        onBack={() => setLine(null)}
        onAmount={setPrice}
      />
    )
  }
  return (
    <ReasonChoice
      layer={layer}
      title={override.reasonTitle}
      reasons={overrideReasons}
      words={override.reasons}
      onBack={() => setPrice(null)}
      onReason={(reason) => {
        send({ type: 'override:set', lineId: line.lineId, unitPriceMinor: price, reason })
        setLine(null)
        setPrice(null)
      }}
    />
  )
}

function priceWords(
  line: BasketLine,
  money: (amountMinor: number) => string,
  changed: (from: string) => string,
): string {
  const price = money(unitPriceMinor(line))
  return line.override === undefined ? price : `${price} · ${changed(money(line.item.priceMinor))}`
}
