import type { FastifyInstance, FastifyRequest } from 'fastify'
import { receiptDocumentSchema } from '../../src-main/contract/receipt.ts'
import { keySchema } from '../../src-main/contract/values.ts'
import type { HubContext } from '../context.ts'
import { receiptOnItsWayPage, receiptPage } from '../pages/receipt.ts'
import { reportedSale } from '../entries/reported-sale.ts'
import type { PaymentService } from '../payments/service.ts'
import { debtsOfSale } from '../recovery/recoveries.ts'
import { creditNoteOf, creditNotesOf } from '../returns/rows.ts'
import { createRateLimit } from './rate-limit.ts'
import { languageFor, sendPage } from './send-page.ts'
import { statusRoutes } from './status-routes.ts'
import { walletRoutes } from './wallet-routes.ts'

/** What people open in a browser. A page's address holds its own secret; there is nothing to sign in to but `/`. */
export function pageRoutes(app: FastifyInstance, context: HubContext, payments: PaymentService): void {
  const limit = createRateLimit(240, context.nowMs)
  app.get('/r/:token', async (request, reply) => {
    limit(request.ip)
    const document = await findReceipt(context, tokenOf(request))
    return sendPage(reply, 200, document ?? receiptOnItsWayPage(languageFor(request), lookOf(request)))
  })
  walletRoutes(app, context, payments)
  statusRoutes(app, context)
}

/** A sale's receipt with its credit notes below it, or one credit note. */
async function findReceipt({ database }: HubContext, token: string | null): Promise<string | null> {
  if (token === null) return null
  const [row] = await database.query<{ sale_id: string }>(
    'SELECT sale_id FROM sale WHERE receipt_token = $1',
    [token],
  )
  const sale = row === undefined ? null : await reportedSale(database, row.sale_id)
  const document = sale?.type === 'sale.completed' ? sale.receipt : await creditNoteOf(database, token)
  if (document === null) return null
  const notes = row === undefined ? [] : await creditNotesOf(database, row.sale_id)
  return receiptPage(
    receiptDocumentSchema.parse(document),
    notes.map((note) => receiptDocumentSchema.parse(note)),
    row === undefined ? [] : await debtsOfSale(database, row.sale_id),
  )
}

function tokenOf(request: FastifyRequest): string | null {
  const parsed = keySchema.safeParse((request.params as { token?: unknown }).token)
  return parsed.success ? parsed.data : null
}

/** How often this page has looked for the receipt already; only decides how soon it looks again. */
function lookOf(request: FastifyRequest): number {
  const look = Number((request.query as { look?: unknown }).look ?? 0)
  return Number.isInteger(look) && look >= 0 && look < 1000 ? look : 0
}
