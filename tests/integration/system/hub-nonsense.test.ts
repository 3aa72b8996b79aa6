import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { prepareRecordings } from '../../../src-main/cli/recordings.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { openLine, type Line } from './support/line.ts'
import { shopperAt, type Shopper } from './support/shopper.ts'
import { openTill, verifies, type Till } from './support/till.ts'

describe('a lane at whose hub’s address something else answers', () => {
  const after = cleanUps()
  let hub: ShopHub
  let line: Line
  let till: Till
  let account: string
  let shopper: Shopper

  beforeAll(async () => {
    await prepareRecordings(() => undefined)
    hub = await openHub(after)
    line = await openLine(() => hub.url(), after)
    account = await hub.wallet(1_000_000)
    till = await openTill({ hub, hubUrl: line.url, faces: true }, after)
    shopper = shopperAt(till, hub, account)
    expect(await till.runtime.faceReady()).toBe(true)
    await till.drained()
    expect((await shopper.enrol('anna-a')).enrolment).toMatchObject({ step: 'done' })
  }, 120_000)
  afterEach(async () => {
    line.set('pass')
    await till.nextShopper()
    await till.drained()
  })
  afterAll(() => after.run())

  it.each([
    ['nonsense in good JSON', 'nonsense', 'offline', 'lost'],
    ['bytes that are no HTTP', 'garbage', 'offline', 'lost'],
    ['the page of a hotel network', 'html', 'offline', 'lost'],
    ['an answer without end', 'endless', 'offline', 'lost'],
    ['nothing at all', 'mute', 'offline', 'lost'],
    ['a closed connection', 'hangUp', 'offline', 'lost'],
    ['its own failure', 'broken', 'offline', 'lost'],
    ['that the signature is not this lane’s', 'unauthorised', 'refused', 'failed'],
  ] as const)(
    'hears %s, shows it, sells on, and is charged for once afterwards',
    async (_what, state, hubState, device) => {
      line.set(state)
      till.runtime.nudgeHub()
      await till.when('the lane to notice', ({ sync }) => sync.hub === hubState)
      expect(till.device('Hub')).toMatchObject({ state: device })
      const { screen } = await shopper.look('anna-b')
      expect(screen).toMatchObject({ kind: 'confirm', mode: 'deferred' })
      const { saleId, totalMinor } = await shopper.confirm()
      expect((await till.whenScreen('done')).screen).toMatchObject({ mode: 'deferred', paper: 'printed' })
      expect(await hub.chargesOf(saleId)).toEqual([])
      line.set('pass')
      await till.drained()
      expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
    },
  )

  it.each(['nonsense', 'mixedUp', 'html', 'unauthorised', 'broken', 'hangUp'] as const)(
    'gives the basket back when the answer to a payment is %s, and the hub has never seen it',
    async (state) => {
      line.set(state, '/payments/authorise')
      const { saleId, totalMinor } = await till.payByCode(account)
      const view = await till.whenScreen('tenderChoice')
      expect(view).toMatchObject({ notice: { code: 'attemptCancelled' }, basket: { saleId } })
      expect(await hub.chargesOf(saleId)).toEqual([])
      line.set('pass', '/payments/authorise')
      await till.scanner.scan(await hub.operator().issueCode(account))
      await till.whenScreen('done')
      expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
    },
  )

  it('finds out that it was paid when the answer is lost each time', async () => {
    line.set('swallow', '/payments/authorise')
    const { saleId, totalMinor } = await till.payByCode(account)
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
  })

  it('sells to a known face when the hub says hello and nothing else, and is charged for once', async () => {
    line.set('nonsense', '/payments')
    await shopper.look('anna-b')
    const { saleId, totalMinor } = await shopper.confirm()
    await till.when('the doubt', ({ screen }) => screen.kind === 'unknown')
    expect((await till.whenScreen('done', 40_000)).screen).toMatchObject({ mode: 'deferred' })
    line.set('pass')
    await till.drained()
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
  })

  it('leaves a journal that verifies, and the hub charged what was sold', async () => {
    const sold = till
      .events()
      .reduce((sum, event) => sum + (event.type === 'sale.completed' ? event.totalMinor : 0), 0)
    expect(await hub.operator().ledger()).toMatchObject({ chargedMinor: { CNY: sold }, balanced: true })
    expect(await verifies(till.dataDir)).toBe(true)
  })
})
