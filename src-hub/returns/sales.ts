import type { LaneEventOf } from '../../src-main/contract/events.ts'
import type {
  FindSaleRequest,
  RefundablePart,
  ReturnableSale,
  ReturnedLine,
} from '../../src-main/contract/returns.ts'
import { refundWays } from '../../src-main/domain/returns/tenders.ts'
import { addReturned } from '../../src-main/domain/returns/value.ts'
import { reportedSale } from '../entries/reported-sale.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'

export type SaleFound =
  | { readonly kind: 'found'; readonly sale: ReturnableSale }
  | { readonly kind: 'refused'; readonly code: 'saleUnknown' | 'saleAmbiguous' | 'saleCancelled' }

/** The sale a receipt belongs to, with everything that came back of it. */
export async function findSale(database: Queryable, request: FindSaleRequest): Promise<SaleFound> {
  const saleIds = await saleIdsOf(database, request)
  if (saleIds.length > 1) return { kind: 'refused', code: 'saleAmbiguous' }
  return saleIds[0] === undefined ? { kind: 'refused', code: 'saleUnknown' } : readSale(database, saleIds[0])
}

/** The same, and nobody else decides about this sale before the transaction ends. */
export async function lockSale(tx: Transaction, saleId: string): Promise<SaleFound> {
  await tx.query('SELECT 1 FROM sale WHERE sale_id = $1 FOR UPDATE', [saleId])
  return readSale(tx, saleId)
}

async function saleIdsOf(database: Queryable, request: FindSaleRequest): Promise<string[]> {
  switch (request.by) {
    case 'saleId':
      return [request.saleId]
    case 'receiptToken': {
      const rows = await database.query<{ sale_id: string }>(
        'SELECT sale_id FROM sale WHERE receipt_token = $1',
        [request.receiptToken],
      )
      return rows.map(({ sale_id }) => sale_id)
    }
    case 'saleNumber': {
      // A range, so that the key's own index serves; 'g' comes after every hex digit.
      const rows = await database.query<{ sale_id: string }>(
        `SELECT sale_id FROM sale WHERE sale_id >= $1 AND sale_id < $1 || 'g' AND state = 'completed' LIMIT 2`,
        [request.saleNumber],
      )
      return rows.map(({ sale_id }) => sale_id)
    }
  }
}

async function readSale(database: Queryable, saleId: string): Promise<SaleFound> {
  const [row] = await database.query<{ at_ms: string }>('SELECT at_ms FROM sale WHERE sale_id = $1', [saleId])
  const report = await reportedSale(database, saleId)
  if (row === undefined || report === null) return { kind: 'refused', code: 'saleUnknown' }
  if (report.type !== 'sale.completed') return { kind: 'refused', code: 'saleCancelled' }
  const { language, currency, totalMinor, lines, taxes, payments } = report
  const before = await returnedSoFar(database, saleId)
  const parts = await Promise.all(payments.map((payment) => partOf(database, payment)))
  const soldAtMs = toSafeInteger(row.at_ms)
  const sale = { saleId, language, currency, soldAtMs, totalMinor, lines, taxes, payments: parts, ...before }
  return { kind: 'found', sale }
}

async function returnedSoFar(
  database: Queryable,
  saleId: string,
): Promise<Pick<ReturnableSale, 'returned' | 'returnedMinor'>> {
  const rows = await database.query<{ lines: ReturnedLine[]; amount_minor: string }>(
    'SELECT lines, amount_minor FROM sale_return WHERE sale_id = $1',
    [saleId],
  )
  return {
    returned: rows.reduce<ReturnedLine[]>((sum, { lines }) => addReturned(sum, lines), []),
    returnedMinor: rows.reduce((sum, row) => sum + toSafeInteger(row.amount_minor), 0),
  }
}

interface PartRow {
  state: 'started' | 'approved' | 'declined' | 'cancelled' | null
  refunded_minor: string | null
  ordered_minor: string
}

type SalePayment = LaneEventOf<'sale.completed'>['payments'][number]

/** What was given back counts when it was ordered, and also what the hub gave back on its own. */
async function partOf(database: Queryable, payment: SalePayment): Promise<RefundablePart> {
  const { attemptKey, tender, mode, amountMinor } = payment
  const rows = await database.query<PartRow>(
    `SELECT a.state, a.refunded_minor, o.ordered_minor
     FROM (SELECT coalesce(sum(amount_minor), 0) AS ordered_minor FROM sale_refund
           WHERE attempt_key = $1 AND state <> 'refused') o
     LEFT JOIN payment_attempt a ON a.attempt_key = $1`,
    [attemptKey],
  )
  const [row] = rows
  const ordered = toSafeInteger(row?.ordered_minor ?? '0')
  const refunded = toSafeInteger(row?.refunded_minor ?? '0')
  return {
    attemptKey,
    tender,
    mode,
    paidMinor: amountMinor,
    refundedMinor: Math.min(amountMinor, Math.max(ordered, refunded)),
    state: refundWays[tender] === 'hub' ? stateOf(row?.state ?? null, mode) : 'paid',
  }
}

/** A deferred payment that is not charged, or never was, only becomes smaller: what is owed for it, too. */
function stateOf(state: PartRow['state'], mode: RefundablePart['mode']): RefundablePart['state'] {
  if (state === 'approved') return 'paid'
  if (mode === 'deferred') return 'waiting'
  return state === 'declined' || state === 'cancelled' ? 'unpaid' : 'open'
}
