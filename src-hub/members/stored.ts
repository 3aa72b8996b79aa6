import type { PersonalExport, StoredFace } from '../../src-main/contract/rights.ts'
import { exportedConsent, templateNote } from '../../src-main/domain/rights/export.ts'
import { projectedEvent } from '../entries/projected.ts'
import type { WalletAccount } from '../providers/wallet/accounts.ts'
import { type Queryable, toSafeInteger } from '../store/database.ts'

interface FaceRow {
  lane_id: string
  subject_key: string
  receipt_token: string | null
  enrolled: unknown
  enrolled_at_ms: string | null
  consent: unknown
  consent_at_ms: string | null
  deleted: unknown
  deleted_at_ms: string | null
  asked_at_ms: string | null
  due_at_ms: string | null
  payments: { at_ms: number; sale_id: string; amount_minor: number; currency: string }[] | null
}

/** Everything the hub knows about the faces of an account, newest first. */
export async function storedFaces(database: Queryable, accountId: string): Promise<StoredFace[]> {
  const rows = await database.query<FaceRow>(facesOfAccount, [accountId])
  return rows.map(storedFace)
}

export async function personalExport(
  database: Queryable,
  account: WalletAccount,
  nowMs: number,
): Promise<PersonalExport> {
  const { accountId, maskedName, maskedAccount } = account
  return {
    kind: 'facelane.personalExport',
    formatVersion: 1,
    madeAtMs: nowMs,
    accountId,
    maskedName,
    maskedAccount,
    faces: await storedFaces(database, accountId),
    templates: templateNote,
  }
}

const facesOfAccount = `
  SELECT f.lane_id, f.subject_key, f.receipt_token,
    e.projection AS enrolled, e.lane_at_ms AS enrolled_at_ms,
    c.projection AS consent, c.lane_at_ms AS consent_at_ms,
    d.projection AS deleted, d.lane_at_ms AS deleted_at_ms,
    r.asked_at_ms, r.due_at_ms,
    (SELECT json_agg(p ORDER BY p.at_ms DESC) FROM (
       SELECT created_at_ms AS at_ms, sale_id, amount_minor, currency FROM payment_attempt
       WHERE instrument->>'kind' = 'face' AND instrument->'evidence'->>'subjectKey' = f.subject_key) p) AS payments
  FROM member_face f
  LEFT JOIN journal_entry e ON e.lane_id = f.lane_id AND e.epoch = f.enrolled_epoch AND e.seq = f.enrolled_seq
  LEFT JOIN journal_entry d ON d.lane_id = f.lane_id AND d.epoch = f.deleted_epoch AND d.seq = f.deleted_seq
  LEFT JOIN deletion_request r ON r.lane_id = f.lane_id AND r.subject_key = f.subject_key
  LEFT JOIN LATERAL (
    SELECT projection, lane_at_ms FROM journal_entry
    WHERE lane_id = f.lane_id AND aggregate_kind = 'subject' AND aggregate_id = f.subject_key
      AND type = 'consent.given' ORDER BY arrival DESC LIMIT 1) c ON true
  WHERE f.account_id = $1 ORDER BY e.arrival DESC`

function storedFace(row: FaceRow): StoredFace {
  const enrolled = projectedEvent(row.enrolled, 'face.enrolled')
  const consent = projectedEvent(row.consent, 'consent.given')
  const deleted = projectedEvent(row.deleted, 'face.deleted')
  const enrolledAtMs = time(row.enrolled_at_ms)
  const deletedAtMs = time(row.deleted_at_ms)
  const askedAtMs = time(row.asked_at_ms)
  const payments = (row.payments ?? []).map((payment) => ({
    atMs: payment.at_ms,
    saleId: payment.sale_id,
    amountMinor: payment.amount_minor,
    currency: payment.currency,
  }))
  return {
    laneId: row.lane_id,
    subjectKey: row.subject_key,
    state: deletedAtMs !== null ? 'deleted' : askedAtMs !== null ? 'deletionAsked' : 'kept',
    consent: consent === null ? null : exportedConsent(consent, time(row.consent_at_ms) ?? 0),
    enrolledAtMs,
    lastUsedAtMs: payments[0]?.atMs ?? null,
    references:
      enrolled === null || deletedAtMs !== null
        ? []
        : [
            {
              referenceKey: enrolled.referenceKey,
              modelPackId: enrolled.modelPackId,
              createdAtMs: enrolledAtMs ?? 0,
            },
          ],
    payments,
    deletion:
      askedAtMs === null && deletedAtMs === null
        ? null
        : {
            askedAtMs,
            dueAtMs: time(row.due_at_ms),
            deletedAtMs,
            reason: deleted?.reason ?? null,
            receiptToken: row.receipt_token,
          },
  }
}

function time(text: string | null): number | null {
  return text === null ? null : toSafeInteger(text)
}
