import { describe, expect, it } from 'vitest'
import { answerOf, facelane } from '../cli/run.ts'
import { faceOrder, joinedLane, newAccount, useHubs } from './harness.ts'

const hubs = useHubs()

describe('facelane hub verify', () => {
  it('says that the books of a running hub balance, or what does not, with exit code 1', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 1000)
    const order = faceOrder(account, 400)
    await lane.call('authorise', order)
    const args = ['hub', 'verify', '--hub', hub.url, '--operator-token-file', hub.operatorTokenFile, '--json']
    const good = await facelane(args)
    expect(good.code).toBe(0)
    expect(answerOf(good)).toEqual({
      ok: true,
      balanced: true,
      problems: [],
      chargedMinor: { CNY: 400 },
      charges: 1,
    })
    await hub.database.query('UPDATE payment_attempt SET approved_minor = 399')
    const bad = await facelane(args)
    expect(bad.code).toBe(1)
    expect(answerOf(bad)).toMatchObject({
      ok: false,
      problems: [`attempt ${order.attemptKey} is approved but its postings differ`],
    })
  })
})
