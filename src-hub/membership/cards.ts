import type { MemberCard } from '../../src-main/contract/membership.ts'
import { randomKey } from '../crypto.ts'
import { maskName } from '../providers/wallet/masks.ts'
import { Refusal } from '../refusal.ts'
import type { HubSecrets } from '../secrets.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'

interface CardRow {
  member_key: string
  account_id: string
  name: string
  last4: string
  state: MemberCard['state']
  created_at_ms: string
}

const cards = `SELECT c.member_key, c.account_id, a.name, c.last4, c.state, c.created_at_ms
  FROM member_card c JOIN wallet_account a USING (account_id)`

function cardOf(row: CardRow): MemberCard {
  return {
    memberKey: row.member_key,
    accountId: row.account_id,
    maskedName: maskName(row.name),
    maskedNumber: `****${row.last4}`,
    state: row.state,
    createdAtMs: toSafeInteger(row.created_at_ms),
  }
}

/** Readers give letters as they stand on the card; people type them as they like. */
function hashOf(secrets: HubSecrets, memberNumber: string): Buffer {
  return secrets.keyed('memberCard', memberNumber.toUpperCase())
}

/**
 * Gives an account a card; the same card again for the same account is the card it has. Throws `Refusal`
 * `member.cardTaken` for one that is another account's.
 */
export async function addCard(
  tx: Transaction,
  secrets: HubSecrets,
  card: { readonly accountId: string; readonly memberNumber: string },
  atMs: number,
): Promise<MemberCard> {
  const hash = hashOf(secrets, card.memberNumber)
  await tx.query(
    `INSERT INTO member_card (member_key, number_hash, last4, account_id, created_at_ms)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (number_hash) DO NOTHING`,
    [randomKey(), hash, card.memberNumber.slice(-4), card.accountId, atMs],
  )
  const [row] = await tx.query<CardRow>(`${cards} WHERE c.number_hash = $1`, [hash])
  if (row === undefined) throw new Error('The inserted card did not come back')
  if (row.account_id === card.accountId) return cardOf(row)
  throw new Refusal(409, 'member.cardTaken', 'This card belongs to another account.')
}

/** Null for a number that no account has. */
export async function findCard(
  database: Queryable,
  secrets: HubSecrets,
  memberNumber: string,
): Promise<MemberCard | null> {
  const rows = await database.query<CardRow>(`${cards} WHERE c.number_hash = $1`, [
    hashOf(secrets, memberNumber),
  ])
  return rows[0] === undefined ? null : cardOf(rows[0])
}

/** Oldest first. */
export async function listCards(database: Queryable): Promise<MemberCard[]> {
  return (await database.query<CardRow>(`${cards} ORDER BY c.created_at_ms, c.member_key`)).map(cardOf)
}

/** Null for a card that is not there. What a blocked card earned before stays its account's. */
export async function setCardState(
  tx: Transaction,
  memberKey: string,
  state: MemberCard['state'],
): Promise<MemberCard | null> {
  await tx.query('UPDATE member_card SET state = $2 WHERE member_key = $1', [memberKey, state])
  const rows = await tx.query<CardRow>(`${cards} WHERE c.member_key = $1`, [memberKey])
  return rows[0] === undefined ? null : cardOf(rows[0])
}
