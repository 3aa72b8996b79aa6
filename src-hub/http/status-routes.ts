import type { FastifyInstance, FastifyRequest } from 'fastify'
import { daySchema } from '../../src-main/contract/day.ts'
import { dayOf } from '../../src-main/domain/reconciliation/day.ts'
import type { HubContext } from '../context.ts'
import { waitingInJournals } from '../journal/waiting.ts'
import { listLanes } from '../lanes/lanes.ts'
import { waitingDeletions } from '../members/requests.ts'
import { dayPage } from '../pages/day.ts'
import { signInPage, type StatusView, statusPage } from '../pages/status.ts'
import { openCases } from '../payments/cases.ts'
import { readGauges } from '../payments/gauges.ts'
import { standingCharges } from '../providers/wallet/ledger.ts'
import { verifyLedger } from '../providers/wallet/verify.ts'
import { dayView, hubTimeZone } from '../reports/day.ts'
import { sameSecret } from '../secrets.ts'
import { toSafeInteger } from '../store/database.ts'
import { bodyBytes } from './bodies.ts'
import { languageFor, sendPage } from './send-page.ts'
import { createRateLimit } from './rate-limit.ts'

const cookieName = 'facelane_operator'
const signedInSeconds = 12 * 3600

/** The merchant's page at `/`, behind the operator token. */
export function statusRoutes(app: FastifyInstance, context: HubContext): void {
  const limitSignIn = createRateLimit(20, context.nowMs)
  const cookie = context.secrets.keyed('operatorCookie', context.secrets.operatorToken).toString('hex')
  app.get('/', async (request, reply) => {
    const language = languageFor(request)
    if (!sameSecret(cookieOf(request), cookie)) return sendPage(reply, 200, signInPage(language, false))
    return sendPage(reply, 200, statusPage(language, await statusOf(context)))
  })
  app.get('/day', async (request, reply) => {
    const language = languageFor(request)
    if (!sameSecret(cookieOf(request), cookie)) return sendPage(reply, 200, signInPage(language, false))
    const asked = daySchema.safeParse((request.query as { day?: unknown }).day)
    const day = asked.success ? asked.data : dayOf(context.nowMs(), hubTimeZone)
    return sendPage(reply, 200, dayPage(language, await dayView(context, day)))
  })
  app.post('/operator/login', async (request, reply) => {
    limitSignIn(request.ip)
    const given = new URLSearchParams(bodyBytes(request).toString('utf8')).get('token') ?? ''
    if (!sameSecret(given.trim(), context.secrets.operatorToken)) {
      return sendPage(reply, 401, signInPage(languageFor(request), true))
    }
    return reply.header('set-cookie', setCookie(cookie, signedInSeconds)).redirect('/', 303)
  })
  app.post('/operator/logout', async (_request, reply) =>
    reply.header('set-cookie', setCookie('', 0)).redirect('/', 303),
  )
}

function setCookie(value: string, maxAgeSeconds: number): string {
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}`
}

function cookieOf(request: FastifyRequest): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([name]) => name === cookieName)?.[1] ?? ''
}

async function statusOf({ database, nowMs }: HubContext): Promise<StatusView> {
  const [lanes, charges, verdict, deletions, sales] = await Promise.all([
    listLanes(database),
    standingCharges(database),
    verifyLedger(database),
    waitingDeletions(database, nowMs()),
    database.query<{ count: string }>(`SELECT count(*) FROM sale WHERE state = 'completed'`),
  ])
  const chargedMinor: Record<string, number> = {}
  for (const { currency, amountMinor } of charges)
    chargedMinor[currency] = (chargedMinor[currency] ?? 0) + amountMinor
  const completedSales = toSafeInteger(sales[0]?.count ?? '0')
  return {
    lanes,
    completedSales,
    chargedMinor,
    balanced: verdict.balanced,
    deletions: { waiting: deletions.length, overdue: deletions.filter(({ overdue }) => overdue).length },
    payments: await readGauges(database, nowMs()),
    cases: await openCases(database, 20),
    journals: await waitingInJournals(database, 20),
    nowMs: nowMs(),
  }
}
