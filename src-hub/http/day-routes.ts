import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { daySchema, reconcileRequestSchema } from '../../src-main/contract/day.ts'
import { operatorRoutes } from '../../src-main/contract/hubApi.ts'
import { dayOf } from '../../src-main/domain/reconciliation/day.ts'
import type { HubContext } from '../context.ts'
import { dayReport, hubTimeZone, reconcileDay } from '../reports/day.ts'
import { bodyBytes, readBody, readParams } from './bodies.ts'

/** A statement of 200,000 lines. */
const statementBodyLimit = 64 * 1024 * 1024

/** The operator's calls at the day's end. `today` is a day too. */
export function dayAdministration(app: FastifyInstance, context: HubContext): void {
  app.get(`${operatorRoutes.days}/:day`, async (request) => dayReport(context, wantedDay(context, request)))
  app.post(`${operatorRoutes.days}/:day/reconcile`, { bodyLimit: statementBodyLimit }, async (request) => {
    const day = wantedDay(context, request)
    return reconcileDay(context, { ...readBody(reconcileRequestSchema, bodyBytes(request)), day })
  })
}

function wantedDay({ nowMs }: HubContext, request: FastifyRequest): string {
  const { day } = readParams(z.object({ day: z.union([daySchema, z.literal('today')]) }), request)
  return day === 'today' ? dayOf(nowMs(), hubTimeZone) : day
}
