import type { FastifyInstance } from 'fastify'
import { importPath, importRequestSchema } from '../../src-main/contract/journalImport.ts'
import type { HubContext } from '../context.ts'
import { importEntries } from '../journal/import.ts'
import type { PaymentService } from '../payments/service.ts'
import { bodyBytes, readBody } from './bodies.ts'

const importBodyLimit = 32 * 1024 * 1024

/** For `facelane queue import`; inside what asks for the operator token. */
export function importRoute(app: FastifyInstance, context: HubContext, payments: PaymentService): void {
  app.post(importPath, { bodyLimit: importBodyLimit }, async (request) => {
    const { entries } = readBody(importRequestSchema, bodyBytes(request))
    const answer = await importEntries(context, payments, entries)
    // Payments that were accepted offline are charged now, not at the worker's next look.
    payments.wake()
    return answer
  })
}
