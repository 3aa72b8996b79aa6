import type { ReactNode } from 'react'
import { rightsPolicy } from '../../src-main/domain/rights/policy.ts'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import type { ShelfTile } from '../../src-main/contract/vending.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { Icon } from '../components/icon.tsx'
import { ItemTile } from '../components/itemTile.tsx'
import { MemberChip } from '../components/memberChip.tsx'
import { useLane } from '../state/laneContext.tsx'

/** The front of a vending machine, before a sale and during it: every article with its price; a touch takes one. */
export function ShelfScreen({ tiles }: { readonly tiles: readonly ShelfTile[] }): ReactNode {
  const { view, words } = useLane()
  const isAway = tiles.every(({ state }) => state === 'away')
  const isIdle = view.screen.kind === 'attract'
  const heading = isAway ? words.vending.away : isIdle ? { title: words.vending.title } : {}
  return (
    <Frame actions={isIdle ? <IdleActions /> : <SaleActions />} {...heading}>
      <MemberChip />
      <ul className="shelf" data-many={tiles.length > mostLarge || undefined}>
        {tiles.map((tile) => (
          <Tile key={tile.slot} tile={tile} />
        ))}
      </ul>
      {isIdle && view.facePay.available ? (
        <p className="small">{rightsPolicy(view.jurisdiction).notice[view.language]}</p>
      ) : null}
    </Frame>
  )
}

/** Up to here three tiles a row; more are smaller. */
const mostLarge = 12

function IdleActions(): ReactNode {
  const { view, words, busy, send } = useLane()
  return (
    <div className="action-row">
      {view.facePay.available ? (
        <Button icon="face" onPress={() => send({ type: 'enrolment:begin' })}>
          {words.attract.enrol}
        </Button>
      ) : null}
      <Button tone="quiet" waiting={busy === 'myFace:begin'} onPress={() => send({ type: 'myFace:begin' })}>
        {words.myFace.open}
      </Button>
    </div>
  )
}

function SaleActions(): ReactNode {
  const { view, words, busy, send } = useLane()
  return (
    <div className="action-row">
      <Button
        icon="close"
        waiting={busy === 'checkout:cancel'}
        onPress={() => send({ type: 'checkout:cancel' })}
      >
        {words.vending.cancel}
      </Button>
      <Button
        tone="primary"
        disabled={view.basket.lines.length === 0}
        waiting={busy === 'checkout:pay'}
        onPress={() => send({ type: 'checkout:pay' })}
      >
        {words.scanning.pay}
      </Button>
    </div>
  )
}

function Tile({ tile }: { readonly tile: ShelfTile }): ReactNode {
  const { view, words, send } = useLane()
  const { item, picked, left, slot, slots, state } = tile
  const name = item.name[view.language]
  const price = formatMoney({ amountMinor: item.priceMinor, currency: view.currency }, view.language)
  const stock =
    state === 'ready' ? (left === null ? '' : words.vending.left(left)) : words.vending.closed[state]
  const full = state !== 'ready' || left === 0
  return (
    <li className="slot" data-state={state} data-picked={picked > 0 || undefined}>
      <button
        type="button"
        className="slot-pick"
        disabled={full}
        onClick={() => send({ type: 'slot:pick', slot })}
        aria-label={[words.vending.slots(slots), name, price, stock].join(', ')}
      >
        <span className="slot-head">
          <span className="slot-number">{words.vending.slots(slots)}</span>
          <ItemTile item={item} language={view.language} />
        </span>
        <span className="slot-name">{name}</span>
        <span className="slot-price">{price}</span>
      </button>
      {picked === 0 ? <p className="slot-stock">{stock}</p> : <Picked tile={tile} name={name} />}
    </li>
  )
}

function Picked({ tile, name }: { readonly tile: ShelfTile; readonly name: string }): ReactNode {
  const { view, words, send } = useLane()
  const line = view.basket.lines.findLast(({ item }) => item.sku === tile.item.sku)
  if (line?.quantity.kind !== 'each') return null
  const { lineId } = line
  const { count } = line.quantity
  const fewer = (): void =>
    send(count > 1 ? { type: 'line:changeCount', lineId, count: count - 1 } : { type: 'line:remove', lineId })
  return (
    <div className="slot-picked">
      <button type="button" className="slot-fewer" aria-label={words.vending.fewer(name)} onClick={fewer}>
        <Icon name="minus" />
      </button>
      <span className="slot-count">{`× ${tile.picked}`}</span>
    </div>
  )
}
