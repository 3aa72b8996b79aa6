import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createAccountRequestSchema,
  hubErrorSchema,
  type HubRoute,
  hubRoutes,
  operatorRoutes,
} from '../../../src-main/contract/hubApi.ts'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import { arbitraryOf, hostile, spoiled } from './arbitrary.ts'
import { spoiledBatch } from './spoiled-batch.ts'
import {
  joinedLane,
  newKey,
  type Reply,
  saleCompleted,
  TestJournal,
  type TestHub,
  type TestLane,
  useHubs,
} from './harness.ts'

const hubs = useHubs()
const seed = 20_261_123
const numRuns = 60

/** What a call may write beside what it is for: its own counter and answer, and when the lane was seen. */
const bookkeeping = ['session', 'session_answer', 'feed_reader']

async function rowsOf(hub: TestHub): Promise<Record<string, number>> {
  const tables = await hub.database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  )
  const names = tables.map(({ name }) => name).filter((name) => !bookkeeping.includes(name))
  const counts = await hub.database.query<{ name: string; rows: string }>(
    names.map((name) => `SELECT '${name}' AS name, count(*) AS rows FROM "${name}"`).join(' UNION ALL '),
  )
  return Object.fromEntries(counts.map(({ name, rows }) => [name, Number(rows)]))
}

/** A typed answer, never a failure of the hub; and a refusal that left nothing behind. */
async function judge(hub: TestHub, call: () => Promise<Reply>): Promise<void> {
  const before = await rowsOf(hub)
  const { status, json } = await call()
  expect(status, JSON.stringify(json)).toBeLessThan(500)
  if (status < 400) return
  expect(hubErrorSchema.safeParse(json).success, JSON.stringify(json)).toBe(true)
  expect(await rowsOf(hub)).toEqual(before)
}

async function post(
  hub: TestHub,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(hub.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  return { status: response.status, json: await response.json() }
}

const signedRoutes = Object.keys(hubRoutes).filter(
  (name) => name !== 'join' && name !== 'session',
) as HubRoute[]
/** A batch has a form and a test of its own. */
const jsonRoutes = signedRoutes.filter((name) => name !== 'append')

describe(`the hub’s API under fire (seed ${seed})`, { timeout: 240_000 }, () => {
  let hub: TestHub
  let lane: TestLane
  async function world(): Promise<void> {
    hub = await hubs.start()
    lane = await joinedLane(hub)
  }

  it.each(jsonRoutes)(
    '%s answers every body of its own shape, and every spoiled one, with a typed answer',
    async (route) => {
      await world()
      const valid = arbitraryOf(hubRoutes[route].request)
      const body = fc.oneof({ weight: 1, arbitrary: valid }, { weight: 2, arbitrary: valid.chain(spoiled) })
      await fc.assert(
        fc.asyncProperty(body, (value) => judge(hub, () => lane.call(route, noWait(value) ?? null))),
        { seed, numRuns },
      )
      expect(await verifyLedger(hub.database)).toMatchObject({ balanced: true })
    },
  )

  it('append takes or refuses entries whatever is in them, and keeps none of a refused batch', async () => {
    await world()
    const journal = new TestJournal(lane)
    journal.genesis()
    for (let count = 0; count < 4; count += 1) {
      const saleId = newKey()
      journal.add(saleCompleted(saleId), { kind: 'sale', id: saleId })
    }
    await fc.assert(
      fc.asyncProperty(spoiledBatch(journal.entries), (body) => judge(hub, () => lane.call('append', body))),
      { seed, numRuns: 4 * numRuns },
    )
    const { json } = await lane.call('append', { entries: journal.entries })
    expect(json).toMatchObject({ acked: { seq: 4 } })
  })

  it('append parks what it cannot read and applies what it can: payloads of any bytes, clocks of any year', async () => {
    await world()
    const journal = new TestJournal(lane)
    journal.genesis()
    const types = ['sale.completed', 'payment.attempted', 'payment.resolved', 'face.enrolled', 'later.thing']
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      hostile.map((value) => Buffer.from(JSON.stringify(value) ?? 'null')),
      hostile.map((value) =>
        Buffer.from(JSON.stringify({ type: 'sale.completed', saleId: value, totalMinor: value })),
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...types), payload, async (type, bytes) => {
        const entry = journal.addRaw(type, bytes, { kind: 'sale', id: newKey() })
        const { status, json } = await lane.call('append', {
          entries: [...journal.entries.slice(0, 1), entry],
        })
        expect(status).toBe(200)
        if (json.acked.seq !== entry.header.seq) {
          const all = await lane.call('append', { entries: journal.entries.slice(-3) })
          expect(all.json.acked.seq).toBe(entry.header.seq)
        }
      }),
      { seed, numRuns },
    )
  })

  it.each(['join', 'session'] as const)(
    '%s, where anybody may knock, gives nothing away and never breaks',
    async (route) => {
      await world()
      const { path, request } = hubRoutes[route]
      const valid = arbitraryOf(request)
      const body = fc.oneof(valid, valid.chain(spoiled), hostile)
      await fc.assert(
        fc.asyncProperty(body, (value) => judge(hub, () => post(hub, path, JSON.stringify(value) ?? ''))),
        { seed, numRuns },
      )
    },
  )

  it('a body that is no JSON, is cut, is not UTF-8 or is far too large is refused on every route', async () => {
    await world()
    const bodies = [
      Buffer.from('{"entries":['),
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from(''),
      Buffer.from('NaN'),
      Buffer.from(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
      Buffer.alloc(200_000, 0x20),
    ]
    for (const { path } of Object.values(hubRoutes))
      for (const body of bodies) await judge(hub, () => post(hub, path, body))
    for (const path of Object.values(operatorRoutes))
      for (const body of bodies)
        await judge(hub, () => post(hub, path, body, { authorization: `Bearer ${hub.operatorToken}` }))
  })

  it('a call with a wrong, missing, borrowed or garbled signature changes nothing', async () => {
    await world()
    const header = fc.oneof(
      fc.stringMatching(/^[ -~]{0,60}$/),
      fc.constantFrom('-1', '1e3', '99999999999999999999', '0x10', newKey()),
    )
    const names = ['x-facelane-lane', 'x-facelane-session', 'x-facelane-counter', 'x-facelane-signature']
    const headers = fc.record(Object.fromEntries(names.map((name) => [name, header])), { requiredKeys: [] })
    await fc.assert(
      fc.asyncProperty(headers, async (sent) => {
        const body = JSON.stringify({ attemptKey: newKey() })
        await judge(hub, async () => {
          const reply = await post(hub, hubRoutes.cancel.path, body, sent as Record<string, string>)
          expect(reply.status).toBe(401)
          return reply
        })
      }),
      { seed, numRuns },
    )
  })

  it('a captured call that is played again gets its first answer or none, and does nothing twice', async () => {
    await world()
    const accountBody = { name: '王小明', phone: '13800135678', balanceMinor: 10_000, currency: 'CNY' }
    const { accountId } = (await hub.operator('POST', operatorRoutes.accounts, accountBody)).json
    const order = {
      attemptKey: newKey(),
      saleId: newKey(),
      amountMinor: 500,
      currency: 'CNY',
      instrument: {
        kind: 'face',
        accountId,
        evidence: { subjectKey: newKey(), secondFactor: false, modelPackId: 'pack' },
      },
      bench: false,
      attemptedAt: { atMs: 4_102_444_800_000, bootId: newKey(), monotonicMs: 1 },
    }
    const first = await lane.call('authorise', order, { counter: 900 })
    const before = await rowsOf(hub)
    for (let times = 0; times < 5; times += 1)
      expect(await lane.call('authorise', order, { counter: 900 })).toEqual(first)
    expect((await lane.call('authorise', { ...order, amountMinor: 501 }, { counter: 900 })).status).toBe(409)
    expect(await rowsOf(hub)).toEqual(before)
  })

  it('amounts, currencies and clocks at the edges are typed answers, on money that never becomes wrong', async () => {
    await world()
    const { json: account } = await hub.operator('POST', operatorRoutes.accounts, {
      name: '😀',
      phone: '13800135678',
      balanceMinor: 10_000,
      currency: 'CNY',
    })
    const amount = fc.constantFrom<unknown>(
      -1,
      0,
      0.5,
      1,
      10_000,
      10_001,
      2 ** 31,
      2 ** 53 - 1,
      2 ** 53,
      1e300,
      '5',
    )
    const currency = fc.constantFrom<unknown>('CNY', 'EUR', 'cny', 'XXX', '', 'CNYY', '¥', null)
    const atMs = fc.constantFrom<unknown>(0, -1, 1, 4_102_444_800_000, 2 ** 53 - 1, 1e300, 'now')
    await fc.assert(
      fc.asyncProperty(amount, currency, atMs, fc.boolean(), async (amountMinor, unit, time, bench) => {
        await judge(hub, () =>
          lane.call('authorise', {
            attemptKey: newKey(),
            saleId: newKey(),
            amountMinor,
            currency: unit,
            instrument: {
              kind: 'face',
              accountId: account.accountId,
              evidence: { subjectKey: newKey(), secondFactor: false, modelPackId: 'pack' },
            },
            bench,
            attemptedAt: { atMs: time, bootId: newKey(), monotonicMs: 1 },
          }),
        )
      }),
      { seed, numRuns },
    )
    expect(await verifyLedger(hub.database)).toMatchObject({ balanced: true })
    const { accounts } = (await hub.operator('GET', operatorRoutes.accounts)).json
    expect(accounts[0].balanceMinor).toBeGreaterThanOrEqual(0)
  })

  it('operators’ addresses and bodies of any text are typed answers too', async () => {
    await world()
    const part = fc.constantFrom(
      'lane-1',
      '%00',
      '%F0%9F%98%80',
      "'%20OR%201=1--",
      '..%2f..%2f',
      '-1',
      '99999999999999999999',
      newKey(),
      'x'.repeat(2_000),
    )
    const path = fc.oneof(
      part.map((id) => `${operatorRoutes.accounts}/${id}/code`),
      part.map((id) => `${operatorRoutes.lanes}/${id}/release`),
      part.map((id) => `${operatorRoutes.lanes}/${id}/reapply`),
      fc
        .tuple(part, part, part)
        .map(([id, epoch, seq]) => `${operatorRoutes.lanes}/${id}/parked/${epoch}/${seq}/aside`),
      fc.tuple(part, part).map(([id, hash]) => `${operatorRoutes.lanes}/${id}/forks/${hash}/import`),
      fc.tuple(part, part).map(([id, hash]) => `${operatorRoutes.lanes}/${id}/quarantine/${hash}/aside`),
      fc.constant(operatorRoutes.backups),
    )
    const body = fc.oneof(
      arbitraryOf(createAccountRequestSchema).chain(spoiled),
      hostile,
      hostile.map((reason) => ({ reason })),
      hostile.map((upToMs) => ({ upToMs })),
    )
    await fc.assert(
      fc.asyncProperty(path, body, (route, value) => judge(hub, () => hub.operator('POST', route, value))),
      { seed, numRuns: 2 * numRuns },
    )
    await fc.assert(
      fc.asyncProperty(body, (value) =>
        judge(hub, () => hub.operator('POST', operatorRoutes.accounts, value)),
      ),
      { seed, numRuns },
    )
  })
})

/** A feed that is asked to wait is not the point here. */
function noWait(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('waitMs' in value)) return value
  return typeof value.waitMs === 'number' && value.waitMs > 0 && value.waitMs <= 25_000
    ? { ...value, waitMs: 0 }
    : value
}
