import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanUps } from '../system/support/folders.ts'
import { openHub, type ShopHub } from '../system/support/hub.ts'
import { goods, openTill, verifies, type Till } from '../system/support/till.ts'

describe('a hub whose disk broke, replaced by an empty one at the same address', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till

  beforeAll(async () => {
    hub = await openHub(after)
    till = await openTill({ hub }, after)
  })
  afterAll(() => after.run())

  it('gets the whole journal again, charges nothing of it a second time, and the lane sells on', async () => {
    const { saleId } = await till.payByCode(await hub.wallet())
    await till.whenScreen('done')
    await till.drained()
    const before = till.runtime.opened.store.journal.head()
    await hub.stop()
    hub.forget()
    await hub.start()
    await till.nextShopper()
    // The first new entry finds out; from then on everything travels again.
    await till.scanAll([goods.tea.barcode])
    await till.nextShopper()
    await till.when(
      'the hub to have everything',
      ({ sync }) => sync.hub === 'online' && sync.pendingEntries === 0,
      40_000,
    )
    expect(till.runtime.opened.store.journal.acked()?.seq).toBeGreaterThan(before?.seq ?? 0)
    const again = await till.payByCode(await hub.wallet())
    await till.whenScreen('done', 40_000)
    await till.drained()
    expect(till.runtime.opened.store.journal.acked()?.seq).toBeGreaterThan(before?.seq ?? 0)
    expect(await hub.chargesOf(saleId)).toEqual([])
    expect(await hub.chargesOf(again.saleId)).toEqual([again.totalMinor])
    const { screen } = till.view()
    const receipt = await fetch(screen.kind === 'done' ? (screen.receiptUrl ?? '') : '')
    expect(receipt.status).toBe(200)
    await till.close()
    expect(await verifies(till.dataDir)).toBe(true)
  })
})
