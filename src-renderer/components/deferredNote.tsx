import { useEffect, useState, type ReactNode } from 'react'
import { formatMoney } from '../../src-main/domain/money/text.ts'
import { useLane } from '../state/laneContext.tsx'

const hourMs = 3_600_000
const everyMs = 60_000

/** For staff, in small: what waits for the network, and for how long the lane still accepts more of it. */
export function DeferredNote(): ReactNode {
  const { view, words } = useLane()
  const { deferredCount, deferredMinor, deferredUntilMs } = view.sync
  const nowMs = useNow()
  if (deferredCount === 0) return null
  const amount = formatMoney({ amountMinor: deferredMinor, currency: view.currency }, view.language)
  const left = deferredUntilMs === null ? null : Math.max(0, Math.floor((deferredUntilMs - nowMs) / hourMs))
  return (
    <p className="deferred-note" data-testid="deferred-note">
      {words.deferredBanner(deferredCount, amount)}
      {left === null ? null : ` · ${words.deferredUntil(left)}`}
    </p>
  )
}

function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [])
  return nowMs
}
