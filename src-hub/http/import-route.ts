import type { FastifyInstance } from 'fastify'
import { importPath, importRequestSchema } from '../../src-main/contract/journalImport.ts'
import type { HubContext } from '../context.ts'
import { importEntries } from '../journal/import.ts'
import type { PaymentService } from '../payments/service.ts'
import { bodyBytes, readBody } from './bodies.ts'

const importBodyLimit = 32 * 1024 * 1024

/** For `facelane queue import`; inside what asks for the operator token. */
export function importRoute(app: FastifyInstance, context: HubContext, payments: PaymentService): void {
  app.post(importPath, { bodyLimit: importBodyLimit }, async (request) =>
    importEntries(context, payments, readBody(importRequestSchema, bodyBytes(request)).entries),
  )
}
