import type { ReactNode } from 'react'
import type { WeighingView } from '../../src-main/contract/laneView.ts'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon } from '../components/icon.tsx'
import { ItemTile } from '../components/itemTile.tsx'
import { formatKilograms } from '../components/money.ts'
import { useLane } from '../state/laneContext.tsx'

/** The plate as it is this moment; the shopper takes the weight when it rests. */
export function WeighingLayer({ weighing }: { readonly weighing: WeighingView }): ReactNode {
  const { view, words, busy, send } = useLane()
  const { line, status, grams, totalMinor, taking, plate } = weighing
  const { lineId } = line
  const said = words.weighing
  const money = (amountMinor: number) => formatMoney({ amountMinor, currency: view.currency }, view.language)
  const actions = (
    <>
      <Button
        tone="primary"
        disabled={(status !== 'stable' || plate !== 'free') && !taking}
        waiting={taking || busy === 'weight:take'}
        onPress={() => send({ type: 'weight:take', lineId })}
      >
        {said.take}
      </Button>
      {plate === 'sameItem' ? (
        <Button
          waiting={busy === 'weight:sameItem'}
          onPress={() => send({ type: 'weight:sameItem', lineId })}
        >
          {said.sameItem}
        </Button>
      ) : null}
      <div className="action-row">
        <Button waiting={busy === 'line:remove'} onPress={() => send({ type: 'line:remove', lineId })}>
          {words.scanning.remove}
        </Button>
        <Button
          icon="person"
          waiting={busy === 'weight:askStaff'}
          onPress={() => send({ type: 'weight:askStaff', lineId })}
        >
          {said.askStaff}
        </Button>
      </div>
    </>
  )
  return (
    <Frame actions={actions} aside>
      <div className="centre">
        <span className="medallion">
          <Icon name="scale" />
        </span>
        <h1 className="title">{said.title}</h1>
        <div className="line-card">
          <ItemTile item={line.item} language={view.language} />
          <span className="line-text">
            <span className="line-name">{line.item.name[view.language]}</span>
            <span className="line-detail">
              {money(line.override?.unitPriceMinor ?? line.item.priceMinor)}
              {words.scanning.perKilogram}
            </span>
          </span>
          <span className="line-total">{totalMinor === null ? '' : money(totalMinor)}</span>
        </div>
        <p className="weight" data-resting={(status === 'stable' && plate === 'free') || undefined}>
          {grams === null ? '–' : formatKilograms(grams, view.language)}
        </p>
        <p className="lead" role="status">
          {plate === 'free' ? said.status[status] : said.plate[plate]}
        </p>
      </div>
    </Frame>
  )
}
