import type { ReactNode } from 'react'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import type { PaidPart } from '../../src-main/contract/laneView.ts'
import { useLane } from '../state/laneContext.tsx'
import { tenderPictures } from './tenderCards.tsx'
import { Icon } from './icon.tsx'

/** What is paid so far, one row a part; nothing at all while nothing is. */
export function PaidParts({ parts }: { readonly parts: readonly PaidPart[] }): ReactNode {
  const { view, words } = useLane()
  if (parts.length === 0) return null
  return (
    <ul className="paid-parts" aria-label={words.split.paidSoFar}>
      {parts.map((part, index) => (
        <li key={index}>
          <Icon name={tenderPictures[part.tender]} />
          <span className="paid-part-name">
            {part.wallet === null || part.wallet === 'own'
              ? words.tenders[part.tender]
              : words.wallets[part.wallet]}
          </span>
          <span className="paid-part-amount">
            {formatMoney({ amountMinor: part.amountMinor, currency: view.currency }, view.language)}
          </span>
          <Icon name="check" />
        </li>
      ))}
    </ul>
  )
}
