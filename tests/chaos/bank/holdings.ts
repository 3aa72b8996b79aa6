import type pg from 'pg'
import type { Effect } from '../judge/facts.ts'
import type { Hub } from '../processes/hub.ts'
import type { Visit } from '../schedule/visits.ts'

/** Whose points these are in the hub's books. */
export const pointsPayer = (accountId: string): string => `points:${accountId}:CNY`

const farAheadMs = 30 * 86_400_000
const perLaneMs = 100_000_000

/** Coupons for the shoppers' hands. Each is good until an instant that no other visit's is: the books know it by that. */
export function createCouponBook(hub: Hub, begunAtMs: number) {
  const held = new Map<string, Promise<string | null>>()
  return async ({ lane, number, firstMinor }: Visit): Promise<{ code: string; mark: string } | null> => {
    const expiresAtMs = begunAtMs + farAheadMs + lane * perLaneMs + number
    const mark = `coupon:${expiresAtMs}`
    const asked = held.get(mark) ?? hub.issueCoupon({ faceMinor: firstMinor, currency: 'CNY', expiresAtMs })
    held.set(mark, asked)
    const code = await asked
    // The hub was away: asked again the next time the shopper looks for it.
    if (code === null) held.delete(mark)
    return code === null ? null : { code, mark }
  }
}

/** What the hub's own ledger says of points and coupons, oldest first: no other book knows of them. */
export async function readHoldingEffects(hub: pg.Client): Promise<Effect[]> {
  const { rows } = await hub.query<{
    kind: 'charge' | 'void' | 'refund'
    attempt_key: string
    amount_minor: string
    account_id: string
    expires_at_ms: string | null
  }>(
    `SELECT t.kind, t.attempt_key, t.amount_minor, l.account_id, c.expires_at_ms
     FROM wallet_transaction t JOIN wallet_ledger l USING (transaction_id)
       JOIN wallet_account a USING (account_id) LEFT JOIN coupon c USING (account_id)
     WHERE t.kind <> 'fund' AND a.kind IN ('points', 'coupon') ORDER BY t.transaction_id`,
  )
  return rows.map(({ kind, attempt_key, amount_minor, account_id, expires_at_ms }) => ({
    kind: kind === 'void' ? 'cancel' : kind,
    trade: `hub ${attempt_key}`,
    name: attempt_key,
    amountMinor: Number(amount_minor),
    payer: expires_at_ms === null ? account_id : `coupon:${expires_at_ms}`,
    codeSha256: null,
  }))
}
