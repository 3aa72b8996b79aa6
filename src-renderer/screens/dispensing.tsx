import type { ReactNode } from 'react'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import type { VendPiece, VendView } from '../../src-main/contract/vending.ts'
import { Frame } from '../components/frame.tsx'
import { Icon, type IconName } from '../components/icon.tsx'
import { ItemTile } from '../components/itemTile.tsx'
import { WaitBar } from '../components/wait.tsx'
import { useLane } from '../state/laneContext.tsx'

/** Paid: one line for each piece, from its turn to the tray or to the money back. */
export function DispensingScreen({ vend }: { readonly vend: VendView }): ReactNode {
  const { words } = useLane()
  const said = words.vending.dispensing
  const checks = vend.pieces.some(({ state }) => state === 'checking')
  return (
    <Frame title={said.title} body={checks ? said.checking : said.body}>
      <WaitBar />
      <ul className="pieces">
        {vend.pieces.map((piece, index) => (
          <Piece key={index} piece={piece} />
        ))}
      </ul>
      <VendRefund refund={vend.refund} />
    </Frame>
  )
}

const marks: Record<VendPiece['state'], IconName> = {
  waiting: 'arrow',
  turning: 'arrow',
  checking: 'warning',
  dropped: 'check',
  notDropped: 'close',
}

function Piece({ piece: { slot, item, state } }: { readonly piece: VendPiece }): ReactNode {
  const { view, words } = useLane()
  return (
    <li className="piece" data-state={state}>
      {item === null ? null : <ItemTile item={item} language={view.language} />}
      <span className="piece-text">
        <span className="piece-name">{item?.name[view.language] ?? words.vending.slots([slot])}</span>
        <span className="piece-state">
          <Icon name={marks[state]} />
          {words.vending.pieces[state]}
        </span>
      </span>
      {item === null ? null : <span className="piece-slot">{words.vending.slots([slot])}</span>}
    </li>
  )
}

/** The money of what did not drop, in words. */
export function VendRefund({ refund }: Pick<VendView, 'refund'>): ReactNode {
  const { view, words } = useLane()
  if (refund === null) return null
  const { state, amountMinor } = refund
  const said = words.vending.refund
  const text =
    state === 'ordered'
      ? said.ordered(formatMoney({ amountMinor: amountMinor ?? 0, currency: view.currency }, view.language))
      : said[state]
  return (
    <p className="vend-refund" role="status">
      {text}
    </p>
  )
}
