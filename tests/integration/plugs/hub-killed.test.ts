import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { beginAttempt } from '../../../src-hub/payments/attempt-writes.ts'
import type { Order } from '../../../src-hub/payments/attempts.ts'
import { createWallet } from '../../../src-hub/providers/wallet/provider.ts'
import { openDatabase } from '../../../src-hub/store/database.ts'
import { startEmbeddedPostgres } from '../../../src-hub/store/embedded.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { cleanUps } from '../system/support/folders.ts'
import { openHub, type ShopHub } from '../system/support/hub.ts'
import { openLine, type Line } from '../system/support/line.ts'
import { openTill, verifies, type Till } from '../system/support/till.ts'

const random = createRandom()

describe('a hub that is killed while a lane waits for it to charge', () => {
  const after = cleanUps()
  let hub: ShopHub
  let line: Line
  let till: Till
  let account: string

  beforeAll(async () => {
    hub = await openHub(after)
    line = await openLine(() => hub.url(), after)
    till = await openTill({ hub, hubUrl: line.url }, after)
    account = await hub.wallet(1_000_000)
    await till.drained()
  })
  afterEach(async () => {
    await till.nextShopper()
  })
  afterAll(() => after.run())

  function orderOf(saleId: string): Order {
    const evidence = {
      subjectKey: random.key(),
      secondFactor: false,
      modelPackId: 'pack',
    }
    return {
      attemptKey: random.key(),
      laneId: till.config.laneId,
      saleId,
      amountMinor: 500,
      currency: 'CNY',
      instrument: { kind: 'face', accountId: account, evidence },
      codeHash: null,
      mode: 'online',
      bench: false,
      recoveryKey: null,
    }
  }

  it.each([0, 2, 4, 7, 10, 14, 20, 30])(
    '%i ms after the code was read: the sale is finished and charged once, or given back and not charged',
    async (delayMs) => {
      const sale = await till.payByCode(account)
      await sleep(delayMs)
      await hub.kill()
      await hub.start()
      till.runtime.nudgeHub()
      const { screen, basket } = await till.when(
        'the outcome',
        (view) => view.screen.kind === 'done' || view.screen.kind === 'tenderChoice',
        20_000,
      )
      if (screen.kind === 'done') expect(await hub.chargesOf(sale.saleId)).toEqual([sale.totalMinor])
      else {
        expect(basket).toMatchObject({ saleId: sale.saleId, itemCount: 1 })
        expect(till.view().notice).toEqual({ code: 'attemptCancelled' })
        expect(await hub.chargesOf(sale.saleId)).toEqual([])
        await till.drained()
        await till.scanner.scan(await hub.operator().issueCode(account))
        await till.whenScreen('done')
        expect(await hub.chargesOf(sale.saleId)).toEqual([sale.totalMinor])
      }
    },
  )

  it('between writing a payment down and carrying it out: carries out at its start what is still asked about', async () => {
    await hub.stop()
    const fresh = orderOf(random.key())
    const stale = orderOf(random.key())
    const postgres = await startEmbeddedPostgres(hub.dataDir)
    const database = openDatabase(postgres.url('postgres'), () => undefined)
    const payer = { kind: 'account' as const, accountId: account }
    const route = { provider: createWallet({ paymentMinor: 1_000_000 }), payer }
    await beginAttempt(database, fresh, route, Date.now() - 1_000)
    await beginAttempt(database, stale, route, Date.now() - 120_000)
    await database.close()
    await postgres.close()
    await hub.start()
    expect(await hub.chargesOf(fresh.saleId)).toEqual([500])
    expect(await hub.chargesOf(stale.saleId)).toEqual([])
    await till.drained()
  })

  it('and stays away: staff is called, sends the shopper off, and nobody is charged in the end', async () => {
    // The phone has its code; the hub dies before the lane can ask.
    line.set('hangUp', '/payments')
    const sale = await till.payByCode(account)
    await hub.kill()
    line.set('pass')
    const { intervention } = await till.when('the call', (view) => view.intervention !== null, 60_000)
    await till.do({
      type: 'intervention:resolve',
      interventionKey: intervention?.interventionKey ?? '',
      pin: '2468',
      resolution: 'helped',
    })
    await hub.start()
    await till.drained()
    expect(await hub.chargesOf(sale.saleId)).toEqual([])
  })

  it('leaves a journal that verifies, and the hub charged what was sold', async () => {
    await till.drained()
    const sold = till
      .events()
      .reduce((sum, event) => sum + (event.type === 'sale.completed' ? event.totalMinor : 0), 0)
    // And the one payment that no lane sold anything for.
    expect((await hub.operator().ledger()).chargedMinor).toEqual({ CNY: sold + 500 })
    await till.close()
    expect(await verifies(till.dataDir)).toBe(true)
  })
})
