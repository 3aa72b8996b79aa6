import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LaneEvent, LaneEventOf } from '../../../src-main/contract/events.ts'
import { dayReportSchema, reconcileResponseSchema } from '../../../src-main/contract/day.ts'
import { importPath } from '../../../src-main/contract/journalImport.ts'
import { emptyFigures } from '../../../src-main/domain/shift/figures.ts'
import { shiftReport } from '../../../src-main/domain/shift/report.ts'
import { answerOf, facelane } from '../cli/run.ts'
import {
  attempted,
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  saleCompleted,
  temporaryFolder,
  type TestHub,
  TestJournal,
  type TestLane,
  useHubs,
} from '../hub/harness.ts'

const hubs = useHubs()

function resolvedAs(
  attempt: { attemptKey: string; saleId: string },
  outcome: LaneEventOf<'payment.resolved'>['outcome'],
): LaneEvent {
  return { type: 'payment.resolved', attemptKey: attempt.attemptKey, saleId: attempt.saleId, outcome }
}

/** Charged at the hub, and journalled as it was. */
async function pay(lane: TestLane, journal: TestJournal, account: string, amountMinor: number) {
  const order = faceOrder(account, amountMinor)
  await lane.call('authorise', order)
  const { attemptKey, saleId, currency, instrument, bench } = order
  const attempt: LaneEvent = {
    type: 'payment.attempted',
    attemptKey,
    saleId,
    amountMinor,
    currency,
    instrument,
    mode: 'online',
    bench,
  }
  journal.add(attempt, { kind: 'sale', id: saleId })
  journal.add(resolvedAs(order, 'approved'), { kind: 'sale', id: saleId })
  return order
}

async function store(): Promise<{ hub: TestHub; lane: TestLane; journal: TestJournal; account: string }> {
  const hub = await hubs.start()
  const lane = await joinedLane(hub)
  const journal = new TestJournal(lane)
  journal.genesis()
  return { hub, lane, journal, account: await newAccount(hub, 100_000) }
}

async function reconciled(hub: TestHub, body: object = { statement: [], providers: [] }) {
  const { status, json } = await hub.operator('POST', '/operator/v1/days/today/reconcile', body)
  expect(status).toBe(200)
  return reconcileResponseSchema.parse(json)
}

describe('the books of a day', () => {
  it('agree to the cent after charges, voids, refunds and deferred payments', async () => {
    const { hub, lane, journal, account } = await store()
    await pay(lane, journal, account, 1000)
    const voided = await pay(lane, journal, account, 700)
    await lane.call('cancel', { attemptKey: voided.attemptKey })
    journal.add(resolvedAs(voided, 'cancelled'), { kind: 'sale', id: voided.saleId })
    const deferred = attempted(account, 500, 'deferred')
    journal.add(deferred, { kind: 'sale', id: deferred.saleId })
    journal.add(resolvedAs(deferred, 'deferred'), { kind: 'sale', id: deferred.saleId })
    const refunded = await pay(lane, journal, account, 300)
    const refundKey = newKey()
    const back = { attemptKey: refunded.attemptKey, refundKey, amountMinor: 120, currency: 'CNY' }
    await lane.call('refund', back)
    const { attemptKey, saleId } = refunded
    const returnKey = newKey()
    journal.add(
      { type: 'refund.attempted', ...back, returnKey, saleId, tender: 'face' },
      { kind: 'sale', id: saleId },
    )
    journal.add(
      { type: 'refund.resolved', refundKey, returnKey, saleId, outcome: 'done' },
      { kind: 'sale', id: saleId },
    )
    await lane.call('append', { entries: journal.entries })
    await hub.settle()

    expect(attemptKey).toBe(back.attemptKey)
    expect(await reconciled(hub)).toMatchObject({
      laneEqualsHub: true,
      hubEqualsProvider: true,
      differences: [],
      payments: 4,
      laneMinor: { CNY: 1680 },
      hubMinor: { CNY: 1680 },
      providerMinor: { CNY: 1680 },
    })
  })

  it('name a charge that no lane journalled, one that the hub lost, and a posting that nobody ordered', async () => {
    const { hub, lane, journal, account } = await store()
    const orphan = faceOrder(account, 900)
    await lane.call('authorise', orphan)
    const lost = attempted(account, 250, 'online')
    journal.add(lost, { kind: 'sale', id: lost.saleId })
    journal.add(resolvedAs(lost, 'approved'), { kind: 'sale', id: lost.saleId })
    await lane.call('append', { entries: journal.entries })
    const statement = [
      { provider: 'alipay', kind: 'charge', providerKey: `${newKey()}-1`, amountMinor: 77, currency: 'CNY' },
    ]
    const { differences } = await reconciled(hub, { statement, providers: ['alipay'] })
    expect(
      differences.map(({ kind, firstMinor, secondMinor }) => [kind, firstMinor, secondMinor]).toSorted(),
    ).toEqual([
      ['missingAtHub', 250, 0],
      ['notOnLane', 0, 900],
      ['unknownAtHub', 0, 77],
    ])
  })

  it('have settlements by provider, sales, and the Z reports of the lanes', async () => {
    const { hub, lane, journal, account } = await store()
    const order = await pay(lane, journal, account, 1250)
    journal.add(saleCompleted(order.saleId), { kind: 'sale', id: order.saleId })
    await lane.call('append', { entries: journal.entries })
    const { json } = await hub.operator('GET', '/operator/v1/days/today')
    expect(dayReportSchema.parse(json)).toMatchObject({
      settlements: [{ provider: 'wallet', charges: 1, chargedMinor: 1250, refunds: 0, netMinor: 1250 }],
      sales: [{ currency: 'CNY', count: 1, totalMinor: 1250 }],
      zReports: [],
    })
    const yesterday = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)
    const before = await hub.operator('GET', `/operator/v1/days/${yesterday}`)
    expect(before.json).toMatchObject({ settlements: [], sales: [] })
    expect(await hub.operator('GET', '/operator/v1/days/2026-13-77')).toMatchObject({ status: 400 })
    const line = {
      provider: 'alipay',
      kind: 'charge',
      currency: 'CNY',
      amountMinor: Number.MAX_SAFE_INTEGER,
      atMs: null,
    }
    const statement = ['a', 'b'].map((providerKey) => ({ ...line, providerKey }))
    expect(
      await hub.operator('POST', '/operator/v1/days/today/reconcile', { statement, providers: ['alipay'] }),
    ).toMatchObject({ status: 400, json: { error: { code: 'day.statementTooLarge' } } })
  })

  it('have a Z once, whatever pieces it was imported in, and go on without one that the hub cannot read', async () => {
    const { hub, lane, journal } = await store()
    const shift = { kind: 'shift', id: newKey() } as const
    journal.addRaw('shift.closed', Buffer.from('{"type":"shift.closed"}'), shift)
    const z = { currency: 'CNY', zNumber: 1, fromAtMs: null, toAtMs: 5, countedMinor: 0 }
    const report = shiftReport(emptyFigures, z)
    const closed = {
      type: 'shift.closed',
      shiftKey: newKey(),
      currency: 'CNY',
      report,
      staffId: 'li',
    } as const
    journal.add(closed, { kind: 'shift', id: closed.shiftKey })
    await hub.operator('POST', importPath, { entries: journal.entries.slice(2) })
    expect((await lane.call('append', { entries: journal.entries })).json).toMatchObject({ parked: 1 })
    const { status, json } = await hub.operator('GET', '/operator/v1/days/today')
    expect(status).toBe(200)
    expect(dayReportSchema.parse(json).zReports).toEqual([
      { laneId: 'lane-1', zNumber: 1, closedAtMs: 5, grossMinor: 0, currency: 'CNY', cashDifferenceMinor: 0 },
    ])
  })

  it('are a page for the merchant, with every difference in plain words', async () => {
    const { hub, lane, account } = await store()
    await lane.call('authorise', faceOrder(account, 900))
    await reconciled(hub)
    const cookie = await signedIn(hub)
    const page = await (
      await fetch(`${hub.url}/day`, { headers: { cookie, 'accept-language': 'en' } })
    ).text()
    expect(page).toContain('no lane has journalled it')
    expect(page).toContain('¥9.00')
    const outside = await (await fetch(`${hub.url}/day`)).text()
    expect(outside).not.toContain('¥9.00')
  })
})

describe('facelane day', () => {
  it('reports, compares a statement from a file, and says with its exit code whether the books agree', async () => {
    const { hub, lane, journal, account } = await store()
    await pay(lane, journal, account, 1250)
    await lane.call('append', { entries: journal.entries })
    const at = ['--hub', hub.url, '--operator-token-file', hub.operatorTokenFile]
    const report = await facelane(['day', 'report', ...at, '--json'])
    expect(answerOf(report)).toMatchObject({ ok: true, settlements: [{ chargedMinor: 1250 }] })
    expect(await facelane(['day', 'reconcile', ...at])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The books agree.') as string,
    })
    const file = path.join(await temporaryFolder(), 'statement.csv')
    writeFileSync(file, `provider,kind,provider_key,amount,currency\nalipay,charge,${newKey()}-1,12.40,CNY\n`)
    const differs = await facelane(['day', 'reconcile', ...at, '--statement', file])
    expect(differs.code).toBe(1)
    expect(differs.stdout).toContain('alipay charged ¥12.40 that the hub never ordered')
    writeFileSync(file, 'provider,kind\n')
    const broken = await facelane(['day', 'reconcile', ...at, '--statement', file])
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('line 1') as string })
  })
})

async function signedIn(hub: TestHub): Promise<string> {
  const response = await fetch(`${hub.url}/operator/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: hub.operatorToken }).toString(),
  })
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}
