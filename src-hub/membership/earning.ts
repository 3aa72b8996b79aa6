import type { LaneEventOf } from '../../src-main/contract/events.ts'
import { paidWithMoney, pointsKept } from '../../src-main/domain/membership/earning.ts'
import { creditPoints, lockPoints, takePoints } from '../providers/points/accounts.ts'
import { type Transaction, toSafeInteger } from '../store/database.ts'

/**
 * Credits the points that receipts promised, once for each sale, in the transaction that keeps the sales. A card that was
 * blocked after it had been shown earns all the same: the points are its account's, not its holder's. A key that no card
 * has is written down and credits nobody.
 */
export async function earnPoints(
  tx: Transaction,
  sales: readonly LaneEventOf<'sale.completed'>[],
  atMs: number,
): Promise<void> {
  const earning = sales.flatMap(({ saleId, currency, payments, member }) =>
    member === undefined
      ? []
      : [{ saleId, currency, memberKey: member.memberKey, earnedMinor: promised(payments, member) }],
  )
  if (earning.length === 0) return
  const noted = await tx.query<{
    sale_id: string
    account_id: string
    currency: string
    earned_minor: string
  }>(
    `WITH noted AS (
       INSERT INTO member_sale (sale_id, member_key, account_id, currency, earned_minor, at_ms)
       SELECT e.sale_id, e.member_key, c.account_id, e.currency, e.earned_minor, $5
       FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS e (sale_id, member_key, currency, earned_minor)
       LEFT JOIN member_card c USING (member_key)
       ON CONFLICT (sale_id) DO NOTHING
       RETURNING sale_id, account_id, currency, earned_minor)
     -- Always in one order: two batches never wait for each other's accounts.
     SELECT * FROM noted WHERE account_id IS NOT NULL AND earned_minor > 0 ORDER BY account_id, sale_id`,
    [
      earning.map(({ saleId }) => saleId),
      earning.map(({ memberKey }) => memberKey),
      earning.map(({ currency }) => currency),
      earning.map(({ earnedMinor }) => earnedMinor),
      atMs,
    ],
  )
  for (const { sale_id, account_id, currency, earned_minor } of noted) {
    const amountMinor = toSafeInteger(earned_minor)
    const earned = { accountId: account_id, amountMinor, currency, saleId: sale_id }
    await creditPoints(tx, { ...earned, providerKey: `points-earned-${sale_id}` }, atMs)
  }
}

type Completed = LaneEventOf<'sale.completed'>

/** What stands on the receipt is kept, but nothing earns more than it cost. */
function promised(payments: Completed['payments'], member: NonNullable<Completed['member']>): number {
  return Math.min(member.earnedMinor, paidWithMoney(payments))
}

interface EarnedRow {
  account_id: string
  currency: string
  earned_minor: string
  taken_back_minor: string
  total_minor: string
  returned_minor: string
}

/**
 * Takes back the points of what was returned, as far as the account still holds them; what is missing is asked for again
 * with the next return of the sale. For the transaction that wrote the return down, which holds the sale's lock.
 */
export async function takeBackPoints(
  tx: Transaction,
  { saleId, returnKey }: { readonly saleId: string; readonly returnKey: string },
  atMs: number,
): Promise<void> {
  const [row] = await tx.query<EarnedRow>(
    `SELECT m.account_id, m.currency, m.earned_minor, m.taken_back_minor, s.total_minor,
       (SELECT coalesce(sum(r.amount_minor), 0) FROM sale_return r WHERE r.sale_id = $1) AS returned_minor
     FROM member_sale m JOIN sale s USING (sale_id)
     WHERE m.sale_id = $1 AND m.account_id IS NOT NULL FOR UPDATE OF m`,
    [saleId],
  )
  if (row === undefined) return
  const { account_id: accountId, currency } = row
  const [earned, before, total, returned] = [
    row.earned_minor,
    row.taken_back_minor,
    row.total_minor,
    row.returned_minor,
  ].map(toSafeInteger) as [number, number, number, number]
  const dueMinor = earned - pointsKept(earned, total, returned) - before
  const amountMinor = Math.min(dueMinor, await lockPoints(tx, accountId, currency))
  if (amountMinor <= 0) return
  const providerKey = `points-returned-${returnKey}`
  await takePoints(tx, { accountId, amountMinor, currency, saleId, providerKey }, atMs)
  await tx.query('UPDATE member_sale SET taken_back_minor = taken_back_minor + $2 WHERE sale_id = $1', [
    saleId,
    amountMinor,
  ])
}
