import type { ReactNode } from 'react'
import { useLane } from '../state/laneContext.tsx'
import { Icon } from './icon.tsx'

/** Whose card was shown for this sale, masked, and the points on it; nothing at all where none was. */
export function MemberChip(): ReactNode {
  const { view, words, send } = useLane()
  const { member } = view.basket
  if (member === null) return null
  return (
    <section className="member" aria-label={words.member.title}>
      <Icon name="points" />
      <span className="member-text">
        <span className="member-name">{member.maskedName}</span>
        <span className="member-detail">
          {words.member.card(member.maskedNumber)} · {words.member.points(member.pointsMinor)}
        </span>
      </span>
      <button
        type="button"
        className="member-remove"
        aria-label={words.member.remove}
        onClick={() => send({ type: 'member:remove' })}
      >
        <Icon name="close" />
      </button>
    </section>
  )
}
